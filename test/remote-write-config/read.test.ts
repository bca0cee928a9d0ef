// The variables REMOTE_WRITE_…: off by default, and every mistake named before anything is written anywhere.
import { describe, expect, it } from 'vitest';
import { SERIES_GROUPS } from '../../lib/app/ports/metric-sink.ts';
import { readConfig } from '../../lib/config.ts';
import { wireRemoteWrite } from '../../lib/wire/remote-write.ts';

const AMP = 'https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-12ab/api/v1/remote_write';
const PROM = 'http://prometheus.monitoring.svc:9090/api/v1/write';

const config = (env: Readonly<Record<string, string>>) =>
  readConfig({ TABLE_NAME: 'table', CLUSTERS: '[{"id":"prod"}]', ...env });

function problemsOf(env: Readonly<Record<string, string>>): string {
  try {
    config(env);
    return '';
  } catch (error) {
    return String(error);
  }
}

describe('remote write', () => {
  it('is off where no address is stated', () => {
    expect(wireRemoteWrite(config({}))).toEqual({});
  });

  it.each([
    [{ REMOTE_WRITE_URL: PROM }],
    [
      {
        REMOTE_WRITE_URL: 'https://mimir.example/api/v1/push',
        REMOTE_WRITE_AUTH: 'bearer',
        REMOTE_WRITE_SECRET_ID: 's',
      },
    ],
    [
      {
        REMOTE_WRITE_URL: 'https://grafana.example/api/prom/push',
        REMOTE_WRITE_AUTH: 'basic',
        REMOTE_WRITE_SECRET_ID: 's',
      },
    ],
    [{ REMOTE_WRITE_URL: AMP, REMOTE_WRITE_AUTH: 'sigv4' }],
    [{ REMOTE_WRITE_URL: 'http://[::1]:9090/api/v1/write' }],
  ])('%j is fine', (env) => {
    expect(wireRemoteWrite(config(env)).metrics?.wants).toEqual({ workloads: 'enabled', groups: SERIES_GROUPS });
  });

  it('tells what it is asked for', () => {
    const env = { REMOTE_WRITE_URL: PROM, REMOTE_WRITE_SERIES: 'wanted, forecast', REMOTE_WRITE_WORKLOADS: 'all' };
    expect(wireRemoteWrite(config(env)).metrics?.wants).toEqual({ workloads: 'all', groups: ['forecast', 'wanted'] });
  });

  it.each<readonly [Readonly<Record<string, string>>, RegExp]>([
    [{ REMOTE_WRITE_URL: 'prometheus:9090' }, /REMOTE_WRITE_URL: expected http:\/\/ or https:\/\//],
    [{ REMOTE_WRITE_URL: 'nonsense' }, /REMOTE_WRITE_URL: expected the whole address, such as/],
    [{ REMOTE_WRITE_URL: 'file:///etc/passwd' }, /REMOTE_WRITE_URL: expected http:\/\/ or https:\/\//],
    [{ REMOTE_WRITE_URL: 'http://169.254.169.254/api/v1/write' }, /REMOTE_WRITE_URL: 169.254.169.254 is never asked/],
    [{ REMOTE_WRITE_URL: 'http://[::ffff:169.254.169.254]/x' }, /REMOTE_WRITE_URL: .* is never asked/],
    [
      { REMOTE_WRITE_URL: 'https://user:secret@prom.example/api/v1/write' },
      /REMOTE_WRITE_URL: credentials in it would be readable/,
    ],
    [{ REMOTE_WRITE_URL: `${PROM}#x` }, /REMOTE_WRITE_URL: expected an address without a #/],
    [{ REMOTE_WRITE_URL: AMP }, /REMOTE_WRITE_URL: is Amazon's, .*REMOTE_WRITE_AUTH=sigv4/],
    [{ REMOTE_WRITE_URL: PROM, REMOTE_WRITE_AUTH: 'sigv4' }, /REMOTE_WRITE_URL: is no workspace of Amazon/],
    [
      { REMOTE_WRITE_URL: AMP.replace('.amazonaws.com', '.amazonaws.com.evil.example'), REMOTE_WRITE_AUTH: 'sigv4' },
      /is no workspace of Amazon/,
    ],
    [
      { REMOTE_WRITE_URL: AMP.replace('remote_write', 'query'), REMOTE_WRITE_AUTH: 'sigv4' },
      /expected the path \/workspaces\/ws-…\/api\/v1\/remote_write/,
    ],
    [
      { REMOTE_WRITE_URL: AMP.replace('https', 'http'), REMOTE_WRITE_AUTH: 'sigv4' },
      /REMOTE_WRITE_URL: expected https/,
    ],
    [
      { REMOTE_WRITE_URL: PROM, REMOTE_WRITE_AUTH: 'bearer' },
      /REMOTE_WRITE_SECRET_ID: expected the name of the secret that REMOTE_WRITE_AUTH=bearer needs/,
    ],
    [
      { REMOTE_WRITE_URL: PROM, REMOTE_WRITE_SECRET_ID: 's' },
      /REMOTE_WRITE_SECRET_ID: is read with REMOTE_WRITE_AUTH=bearer or basic only/,
    ],
    [{ REMOTE_WRITE_AUTH: 'sigv4' }, /REMOTE_WRITE_URL: is missing/],
    [{ REMOTE_WRITE_URL: PROM, REMOTE_WRITE_AUTH: 'kerberos' }, /REMOTE_WRITE_AUTH: /],
    [
      { REMOTE_WRITE_URL: PROM, REMOTE_WRITE_SERIES: 'forecast,everything' },
      /REMOTE_WRITE_SERIES: expected some of forecast,wanted,.*not "everything"/,
    ],
    [{ REMOTE_WRITE_URL: PROM, REMOTE_WRITE_SERIES: ',' }, /REMOTE_WRITE_SERIES: expected some of/],
    [{ REMOTE_WRITE_URL: PROM, REMOTE_WRITE_WORKLOADS: 'some' }, /REMOTE_WRITE_WORKLOADS: /],
  ])('%j is refused by its name', (env, said) => {
    expect(problemsOf(env)).toMatch(said);
  });
});
