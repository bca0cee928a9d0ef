// `ai4k8s backtest` from a corporate network: through a proxy that Node minds, and with an authority that Node is told of.
import { execFile, execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { measured, type PromRequest, prometheusListener } from '../stand-ins/prometheus-server.ts';
import { startCorporateNetwork } from '../stand-ins/tls-behind-proxy.ts';

const CLI = join(import.meta.dirname, '../../cli/main.ts');
/** RFC 2606: no resolver knows it. */
const HOST = 'prometheus.corp.invalid';
const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version']).length > 0;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl)('behind a proxy', () => {
  let network: Awaited<ReturnType<typeof startCorporateNetwork>>;
  const requests: PromRequest[] = [];
  beforeAll(async () => {
    const steady = measured((seconds) => 2 + Math.sin(seconds / 7200), 0.5);
    network = await startCorporateNetwork(HOST, prometheusListener(steady, requests));
  });
  afterAll(() => network.close());
  beforeEach(() => {
    requests.length = 0;
  });

  function backtest(
    env: Readonly<Record<string, string>>,
    source: readonly string[] = ['--prometheus', `https://${HOST}/prom`],
  ): Promise<{ code: number; stderr: string }> {
    const of = ['--deployment', 'web', '--namespace', 'shop', '--days', '3'];
    const args = [CLI, 'backtest', ...of, ...source, '--policy', 'hpa:0.7', '--json'];
    const options = {
      cwd: tmpdir(),
      env: { PATH: process.env.PATH ?? '', PROMETHEUS_TOKEN: 'for-prometheus', ...env },
    };
    return new Promise((resolve) => {
      execFile(process.execPath, args, options, (error, _, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stderr }),
      );
    });
  }

  it.each([
    [
      'NODE_USE_ENV_PROXY=1 and NODE_EXTRA_CA_CERTS',
      (ca: string) => ({ NODE_USE_ENV_PROXY: '1', NODE_EXTRA_CA_CERTS: ca }),
    ],
    [
      'NODE_OPTIONS with --use-env-proxy, and the certificates of the machine',
      (ca: string) => ({ NODE_OPTIONS: '--use-env-proxy --use-system-ca', SSL_CERT_FILE: ca }),
    ],
  ])('%s: the history is there, and the proxy saw nothing but a tunnel', async (_what, envFor) => {
    const { code, stderr } = await backtest({ HTTPS_PROXY: network.proxyUrl, ...envFor(network.caFile) });
    expect(stderr).toContain('3.0 days of history from Prometheus at https://prometheus.corp.invalid/prom');
    expect(code).toBe(0);
    expect(requests[0]?.authorization).toBe('Bearer for-prometheus');
    expect(network.tunnels.at(-1)).toBe(`CONNECT ${HOST}:443 Basic ${btoa('user:proxy-secret')}`);
  });

  it.each([
    [
      'a proxy that Node was not told to mind',
      () => ({}),
      /HTTPS_PROXY is set, but counts only with NODE_USE_ENV_PROXY=1/,
    ],
    [
      'an authority that Node does not know',
      () => ({ NODE_USE_ENV_PROXY: '1' }),
      /its certificate is of an authority that Node does not know; set NODE_EXTRA_CA_CERTS=ca.pem, or NODE_OPTIONS=--use-system-ca/,
    ],
    [
      'a host that is to be asked without the proxy',
      () => ({ NODE_USE_ENV_PROXY: '1', NO_PROXY: '.corp.invalid' }),
      /cannot be reached \(getaddrinfo ENOTFOUND/,
    ],
  ])('%s is named, with what to set, and no password', async (_what, envFor, words) => {
    const { code, stderr } = await backtest({ HTTPS_PROXY: network.proxyUrl, ...envFor() });
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/proxy-secret|for-prometheus/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([code, requests.length]).toEqual([1, 0]);
  });

  it('the table in AWS is asked through the proxy too', async () => {
    const aws = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', TABLE_NAME: 'ours' };
    const { code } = await backtest({ HTTPS_PROXY: network.proxyUrl, NODE_USE_ENV_PROXY: '1', ...aws }, []);
    expect(network.tunnels.at(-1)).toMatch(/^CONNECT dynamodb\.eu-west-1\.amazonaws\.com:443 Basic /);
    expect(code).toBe(1);
  });
});
