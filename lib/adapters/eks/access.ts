// Finds an EKS cluster's endpoint and signs in to it the way `aws eks get-token` does, without the AWS CLI.
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { AdapterError } from '../../app/ports/world.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { assumedRole } from './assumed-role.ts';
import { type CredentialSource, type EksCluster, failure } from './cluster.ts';
import { presignToken } from './token.ts';

interface EksOptions extends EksCluster {
  /** Wall clock; for tests. */
  readonly now?: () => EpochMs;
  /** The function's own role unless given. */
  readonly credentials?: CredentialSource;
}

interface EksEndpoint {
  readonly server: string;
  /** PEM in base64. */
  readonly caData: string;
  /** Bearer token, signed anew every 14 minutes. */
  readonly token: () => Promise<string>;
}

/**
 * Access for the Kubernetes adapter, as the function's own role or, where the cluster names one, as a role assumed with it.
 * Whichever it is needs `eks:DescribeCluster` and an access entry in the cluster. `resolve` throws AdapterError 'eks'.
 */
export function makeEksAccess(options: EksOptions): { kind: 'endpoint'; resolve: () => Promise<EksEndpoint> } {
  const now = options.now ?? Date.now;
  const own = options.credentials ?? defaultProvider();
  const credentials = options.role === undefined ? own : assumedRole(options, options.role, own, now);
  const token = cachedToken(options, credentials, now);
  return { kind: 'endpoint', resolve: async () => ({ ...(await describe(options, credentials)), token }) };
}

/** The server accepts a token for 15 minutes, whatever expiry is signed; a token dies earlier with its credentials. */
const TOKEN_LIFE_MS = 14 * 60_000;

function cachedToken(cluster: EksCluster, credentials: CredentialSource, now: () => EpochMs): () => Promise<string> {
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

/** A tick has 50 seconds in all; an EKS API that does not answer leaves time to say so. */
const DESCRIBE_LIMITS = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true };

async function describe(
  cluster: EksCluster,
  credentials: CredentialSource,
): Promise<{ server: string; caData: string }> {
  const client = new EKSClient({
    region: cluster.region,
    credentials,
    maxAttempts: 2,
    requestHandler: DESCRIBE_LIMITS,
  });
  try {
    const { cluster: found } = await client.send(new DescribeClusterCommand({ name: cluster.clusterName }));
    const caData = found?.certificateAuthority?.data;
    if (!found?.endpoint || !caData) throw new Error(`it has no endpoint yet (status ${found?.status ?? 'unknown'})`);
    return { server: found.endpoint, caData };
  } catch (error) {
    if (error instanceof AdapterError) throw error; // the role could not be assumed: said already
    const remedy = 'Check its name and region, and that the role may eks:DescribeCluster.';
    throw failure(cluster, 'DescribeCluster failed', remedy, error);
  } finally {
    client.destroy();
  }
}
