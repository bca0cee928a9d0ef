// What may be said of a Prometheus on the command line, what is wrong with it, and that no secret is repeated.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { headersOf, labelsOf, prometheusProblem } from '../../cli/backtest/prometheus-options.ts';
import { prometheusSource } from '../../cli/backtest/prometheus-source.ts';
import { measured, startPrometheusServer } from '../stand-ins/prometheus-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-prometheus-'));
afterAll(() => rmSync(folder, { recursive: true }));
const URL_ = 'http://127.0.0.1:9090';

describe('what is wrong', () => {
  it.each([
    [{ prometheusLabel: ['a=b'] }, /^--prometheus-label needs --prometheus <url>/],
    [{ prometheusHeader: ['A: b'] }, /^--prometheus-header needs --prometheus/],
    [{ prometheusTokenFile: 'x' }, /^--prometheus-token-file needs --prometheus/],
    [{ prometheusSigv4: true as const }, /^--prometheus-sigv4 needs --prometheus/],
    [{ prometheus: 'ftp://me:secret12@x' }, /^--prometheus: expected a URL like http/],
    [
      { prometheus: URL_, prometheusQuery: 'up', prometheusLabel: ['a=b'] },
      /^--prometheus-label has no effect on --prometheus-query/,
    ],
    [
      { prometheus: URL_, prometheusTokenFile: 'x', prometheusSigv4: true as const },
      /^--prometheus-token-file and --prometheus-sigv4/,
    ],
    [{ prometheus: URL_, prometheusLabel: ['cluster'] }, /^--prometheus-label "cluster": expected name=value/],
    [{ prometheus: URL_, prometheusLabel: ['a.b=c'] }, /expected name=value, the name of letters/],
    [{ prometheus: URL_, prometheusLabel: ['a="} or up{="b'] }, null],
    [{ prometheus: URL_, prometheusLabel: ['__name__=up'] }, /expected name=value/],
    [{ prometheus: URL_, prometheusLabel: ['a=b', 'a=c'] }, /^--prometheus-label a: given as "b" and as "c"/],
    [{ prometheus: URL_, prometheusLabel: ['a=b', 'c='] }, null],
    [{ prometheus: URL_, prometheusHeader: ['Bearer secret12'] }, /^--prometheus-header: expected 'Name: value'/],
    [
      { prometheus: URL_, prometheusHeader: ['X-Key: secret12\nHost: y'] },
      /^--prometheus-header X-Key: expected a value of one line/,
    ],
    [{ prometheus: URL_, prometheusHeader: ['Host: secret12'] }, /^--prometheus-header Host: cannot be set/],
    [{ prometheus: URL_, prometheusHeader: ['X-Scope-OrgID: a|b'] }, null],
    [{}, null],
  ])('%j', (given, message) => {
    const problem = prometheusProblem(given);
    if (message === null) expect(problem).toBeNull();
    else expect(problem).toMatch(message);
    expect(problem ?? '').not.toContain('secret12');
    expect(problem ?? '').not.toContain('\n');
  });
});

it('labels and headers are what stands on both sides of the first sign', () => {
  expect(labelsOf(['cluster=a=b', 'x='])).toEqual({ cluster: 'a=b', x: '' });
  expect(headersOf(['X-A: b: c'], 'X-Tenant: team\n\r\n X-B:d \n')).toEqual({
    'X-A': 'b: c',
    'X-Tenant': 'team',
    'X-B': 'd',
  });
  expect(() => headersOf([], 'secret12')).toThrow(/^PROMETHEUS_HEADERS: expected 'Name: value', such as/);
});

describe('as whom', () => {
  const ask = async (options: object, env: Record<string, string>) => {
    const server = await startPrometheusServer(measured(() => 1));
    const now = Date.UTC(2026, 0, 5);
    try {
      const source = await prometheusSource({ prometheus: server.url, ...options }, env);
      await source.read({ cluster: 'c', namespace: 'n', name: 'w' }, now - 3_600_000, now);
      return server.requests[0]?.headers ?? {};
    } finally {
      await server.close();
    }
  };

  it('a token comes from the environment or from a file, whose last line break is none of it', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'from-file\n');
    expect(await ask({}, { PROMETHEUS_TOKEN: ' from-env\n' })).toMatchObject({ authorization: 'Bearer from-env' });
    expect(await ask({ prometheusTokenFile: file }, { PROMETHEUS_TOKEN: 'x' })).toMatchObject({
      authorization: 'Bearer from-file',
    });
    expect(await ask({}, { PROMETHEUS_TOKEN: '' })).not.toHaveProperty('authorization');
    expect(await ask({}, { PROMETHEUS_HEADERS: 'X-Scope-OrgID: team' })).toMatchObject({ 'x-scope-orgid': 'team' });
  });

  it('what is no token is refused without being shown', async () => {
    const file = join(folder, 'two');
    writeFileSync(file, 'secret12\nsecret34\n');
    await expect(ask({ prometheusTokenFile: file }, {})).rejects.toThrow(/two: expected one token, without blanks/);
    writeFileSync(file, '\n');
    await expect(ask({ prometheusTokenFile: file }, {})).rejects.toThrow(/the file is empty/);
    await expect(ask({ prometheusTokenFile: join(folder, 'none') }, {})).rejects.toThrow(
      /none: cannot be read \(ENOENT\)/,
    );
    await expect(ask({}, { PROMETHEUS_TOKEN: 'a b' })).rejects.toThrow(/^PROMETHEUS_TOKEN: expected one token/);
  });

  it('AWS credentials need a region, that of the option, the host or the environment', async () => {
    await expect(ask({ prometheusSigv4: true }, {})).rejects.toThrow(
      /^--prometheus-sigv4: in which region\? Set AWS_REGION/,
    );
    process.env.AWS_ACCESS_KEY_ID = 'AKIAIOSFODNN7EXAMPLE';
    process.env.AWS_SECRET_ACCESS_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    try {
      const scoped = (region: string) => ({ authorization: expect.stringContaining(`/${region}/aps/aws4_request`) });
      expect(await ask({ prometheusSigv4: 'eu-west-1' }, { PROMETHEUS_TOKEN: 'x' })).toMatchObject(scoped('eu-west-1'));
      expect(await ask({ prometheusSigv4: true }, { AWS_DEFAULT_REGION: 'us-east-2' })).toMatchObject(
        scoped('us-east-2'),
      );
    } finally {
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
    }
  });
});
