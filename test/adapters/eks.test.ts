// Signing in to EKS: the token is a presigned STS call that decodes to exactly what the server checks.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { makeEksAccess } from '../../lib/adapters/eks/access.ts';
import type { AwsCredentials } from '../../lib/adapters/eks/cluster.ts';
import { presignToken } from '../../lib/adapters/eks/token.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';

const T0 = Date.parse('2026-01-02T03:04:05Z');
// AWS's own documentation example keys.
const KEYS: AwsCredentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const PROD = { clusterName: 'prod', region: 'eu-central-1' };

let server: Server | null = null;
afterEach(() => {
  server?.close();
  server = null;
  delete process.env.AWS_ENDPOINT_URL_EKS;
});

describe('a token', () => {
  it('is the presigned URL of GetCallerIdentity with the cluster name signed', async () => {
    const url = decode(await presignToken(PROD, KEYS, T0));
    expect(`${url.origin}${url.pathname}`).toBe('https://sts.eu-central-1.amazonaws.com/');
    const { 'X-Amz-Signature': signature, ...others } = Object.fromEntries(url.searchParams);
    expect(others).toEqual({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20260102/eu-central-1/sts/aws4_request',
      'X-Amz-Date': '20260102T030405Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    });
    // What botocore 1.43.11 (`aws eks get-token`) signs for these keys, cluster, region and time.
    expect(signature).toBe('ac7009d17bc783cfbf6d98f9f50a2d0ce0a97c5efb503bfae2b39d42e699bd44');
  });

  it('carries the session token of a role, percent-encoded', async () => {
    const token = await presignToken(PROD, { ...KEYS, sessionToken: "a/b+c=d!'()*" }, T0);
    const url = decode(token);
    expect(url.searchParams.get('X-Amz-Security-Token')).toBe("a/b+c=d!'()*");
    expect(url.href).toContain('X-Amz-Security-Token=a%2Fb%2Bc%3Dd%21%27%28%29%2A');
    expect(token).not.toMatch(/[=+/]/);
  });

  it('asks the STS of its own partition', async () => {
    const url = decode(await presignToken({ clusterName: 'prod', region: 'cn-north-1' }, KEYS, T0));
    expect(url.hostname).toBe('sts.cn-north-1.amazonaws.com.cn');
  });
});

describe('access to a cluster', () => {
  it('comes from DescribeCluster; tokens are signed anew after 14 minutes', async () => {
    await serveEks(200, { cluster: { endpoint: 'https://x.eks', certificateAuthority: { data: 'Q0E=' } } });
    let now = T0;
    const access = makeEksAccess({ ...PROD, now: () => now, credentials: async () => KEYS });
    const { server: endpoint, caData, token } = await access.resolve();
    expect({ endpoint, caData }).toEqual({ endpoint: 'https://x.eks', caData: 'Q0E=' });
    const first = await token();
    now = T0 + 14 * 60_000 - 1;
    expect(await token()).toBe(first);
    now = T0 + 14 * 60_000;
    expect(decode(await token()).searchParams.get('X-Amz-Date')).toBe('20260102T031805Z');
  });

  it('signs anew once the credentials have expired: their token died with them', async () => {
    await serveEks(200, { cluster: { endpoint: 'https://x.eks', certificateAuthority: { data: 'Q0E=' } } });
    let now = T0;
    const expiring = async () => ({ ...KEYS, expiration: new Date(T0 + 60_000) });
    const { token } = await makeEksAccess({ ...PROD, now: () => now, credentials: expiring }).resolve();
    const first = await token();
    now = T0 + 60_000;
    expect(await token()).not.toBe(first);
  });

  it('tries again after credentials were not to be had', async () => {
    await serveEks(200, { cluster: { endpoint: 'https://x.eks', certificateAuthority: { data: 'Q0E=' } } });
    let asked = 0;
    const flaky = async () => {
      asked += 1;
      if (asked === 2) throw new Error('no network'); // the first use is DescribeCluster's own
      return KEYS;
    };
    const { token } = await makeEksAccess({ ...PROD, now: () => T0, credentials: flaky }).resolve();
    await expect(token()).rejects.toThrow('EKS cluster prod (eu-central-1): no token could be signed: no network.');
    expect(await token()).toMatch(/^k8s-aws-v1\./);
  });

  it('says which cluster is not there and what to check', async () => {
    await serveEks(404, { __type: 'ResourceNotFoundException', message: 'No cluster found for name: prod.' });
    const failed = await makeEksAccess({ ...PROD, credentials: async () => KEYS })
      .resolve()
      .catch((error) => error);
    expect(failed).toBeInstanceOf(AdapterError);
    expect(failed).toMatchObject({ source: 'eks', retryable: false });
    expect(failed.message).toContain('DescribeCluster failed: No cluster found for name: prod.');
  });

  it('waits for a cluster that is still being made', async () => {
    await serveEks(200, { cluster: { status: 'CREATING' } });
    const failed = await makeEksAccess({ ...PROD, credentials: async () => KEYS })
      .resolve()
      .catch((error) => error);
    expect(failed).toMatchObject({ retryable: true });
    expect(failed.message).toContain('no endpoint yet (status CREATING)');
  });
});

function decode(token: string): URL {
  expect(token.startsWith('k8s-aws-v1.')).toBe(true);
  return new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());
}

/** Stands in for the EKS API on loopback, through the SDK's own setting. */
async function serveEks(status: number, body: { __type?: string } & Record<string, unknown>): Promise<void> {
  const listening = createServer((_request, response) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(body.__type && { 'x-amzn-errortype': body.__type }),
    });
    response.end(JSON.stringify(body));
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  process.env.AWS_ENDPOINT_URL_EKS = `http://127.0.0.1:${port}`;
}
