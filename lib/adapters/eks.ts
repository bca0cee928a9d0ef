// Finds an EKS cluster's endpoint and signs in to it the way `aws eks get-token` does, without the AWS CLI.
import { Sha256 } from '@aws-crypto/sha256-js';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';
import { AdapterError } from '../app/ports.ts';
import type { EpochMs } from '../domain/model.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface EksCluster {
  readonly clusterName: string;
  readonly region: string;
}

export interface EksOptions extends EksCluster {
  /** Wall clock; for tests. */
  readonly now?: () => EpochMs;
  /** The function's own role unless given. */
  readonly credentials?: () => Promise<AwsCredentials>;
}

export interface EksEndpoint {
  readonly server: string;
  /** PEM in base64. */
  readonly caData: string;
  /** Bearer token, signed anew every 14 minutes. */
  readonly token: () => Promise<string>;
}

/**
 * Access for the Kubernetes adapter. Needs `eks:DescribeCluster`, and an access entry for the role in the cluster.
 * `resolve` throws AdapterError 'eks'.
 */
export function makeEksAccess(options: EksOptions): { kind: 'endpoint'; resolve: () => Promise<EksEndpoint> } {
  const credentials = options.credentials ?? defaultProvider();
  const token = cachedToken(options, credentials, options.now ?? Date.now);
  return { kind: 'endpoint', resolve: async () => ({ ...(await describe(options, credentials)), token }) };
}

/**
 * A presigned STS GetCallerIdentity call as a bearer token; signing is local, nothing is sent.
 * https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
 */
export async function presignToken(cluster: EksCluster, credentials: AwsCredentials, at: EpochMs): Promise<string> {
  const { clusterName, region } = cluster;
  const hostname = `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 });
  const request = {
    method: 'GET',
    protocol: 'https:',
    hostname,
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { host: hostname, 'x-k8s-aws-id': clusterName },
  };
  const signed = await signer.presign(request, { expiresIn: 60, signingDate: new Date(at) });
  const query = Object.entries(signed.query ?? {}).map(
    ([key, value]) => `${percentEncode(key)}=${percentEncode(String(value))}`,
  );
  return `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${query.join('&')}`).toString('base64url')}`;
}

/** The server accepts a token for 15 minutes, whatever expiry is signed; a token dies earlier with its credentials. */
const TOKEN_LIFE_MS = 14 * 60_000;

function cachedToken(
  cluster: EksCluster,
  credentials: () => Promise<AwsCredentials>,
  now: () => EpochMs,
): () => Promise<string> {
  let current: { readonly token: Promise<string>; until: EpochMs } | null = null;
  return () => {
    const at = now();
    if (current && at < current.until) return current.token;
    const fresh = { token: sign(), until: at + TOKEN_LIFE_MS };
    current = fresh;
    return fresh.token;

    async function sign(): Promise<string> {
      try {
        const using = await credentials();
        const token = await presignToken(cluster, using, at);
        fresh.until = Math.min(fresh.until, using.expiration?.getTime() ?? Number.POSITIVE_INFINITY);
        return token;
      } catch (error) {
        current = null; // the next call tries again
        throw failure(cluster, 'no token could be signed', 'Check the AWS credentials of this process.', error);
      }
    }
  };
}

async function describe(
  cluster: EksCluster,
  credentials: () => Promise<AwsCredentials>,
): Promise<{ server: string; caData: string }> {
  try {
    const client = new EKSClient({ region: cluster.region, credentials, maxAttempts: 2 });
    const { cluster: found } = await client.send(new DescribeClusterCommand({ name: cluster.clusterName }));
    const caData = found?.certificateAuthority?.data;
    if (!found?.endpoint || !caData) throw new Error(`it has no endpoint yet (status ${found?.status ?? 'unknown'})`);
    return { server: found.endpoint, caData };
  } catch (error) {
    const remedy = 'Check its name and region, and that the role may eks:DescribeCluster.';
    throw failure(cluster, 'DescribeCluster failed', remedy, error);
  }
}

function failure(cluster: EksCluster, what: string, remedy: string, cause: unknown): AdapterError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `EKS cluster ${cluster.clusterName} (${cluster.region}): ${what}: ${why}. ${remedy}`;
  const retryable = !(cause instanceof Error && /AccessDenied|ResourceNotFound|CredentialsProvider/.test(cause.name));
  return new AdapterError('eks', message, { retryable, cause });
}

/** RFC 3986: a signature breaks on the five characters that encodeURIComponent leaves alone. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
