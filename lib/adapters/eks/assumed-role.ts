// Credentials of a role in another account, asked of STS once an hour: how one installation reaches clusters elsewhere.
import type { EpochMs } from '../../domain/workload/time.ts';
import { type AwsCredentials, type CredentialSource, type EksCluster, failure, type RoleToAssume } from './cluster.ts';

/**
 * Credentials of `role`, kept until a quarter of an hour before they expire: no token is then signed with a key that dies
 * before the token does. Calls that come together share one answer. The source throws AdapterError 'eks'.
 *
 * @param own the identity that assumes; it needs `sts:AssumeRole` on exactly this ARN
 */
export function assumedRole(
  cluster: EksCluster,
  role: RoleToAssume,
  own: CredentialSource,
  now: () => EpochMs,
): CredentialSource {
  let current: { readonly credentials: Promise<AwsCredentials>; until: EpochMs } | null = null;
  return () => {
    if (current && now() < current.until) return current.credentials;
    const fresh = { credentials: renew(), until: Number.POSITIVE_INFINITY };
    current = fresh;
    return fresh.credentials;

    async function renew(): Promise<AwsCredentials> {
      try {
        const credentials = await assume(cluster, role, await own());
        fresh.until = credentials.expiration.getTime() - RENEW_AHEAD_MS;
        return credentials;
      } catch (error) {
        current = null; // the next call tries again
        throw failure(cluster, `the role ${role.arn} could not be assumed`, remedyFor(role), error);
      }
    }
  };
}

const RENEW_AHEAD_MS = 15 * 60_000;
/** The longest that STS allows a role which assumes another, and the shortest that any role's own limit can be. */
const SESSION_SECONDS = 3600;
const LIMITS = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true };

async function assume(
  { clusterName, region }: EksCluster,
  { arn, externalId }: RoleToAssume,
  credentials: AwsCredentials,
): Promise<AwsCredentials & { readonly expiration: Date }> {
  // Loaded only where a cluster names a role: most installations never do.
  const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts');
  // STS of the cluster's region: a function placed in the cluster's VPC finds that one through a VPC endpoint.
  const client = new STSClient({ region, credentials, maxAttempts: 2, requestHandler: LIMITS });
  try {
    const command = new AssumeRoleCommand({
      RoleArn: arn,
      RoleSessionName: `ai4k8s-${clusterName}`.slice(0, 64),
      DurationSeconds: SESSION_SECONDS,
      ...(externalId !== undefined && { ExternalId: externalId }),
    });
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = (await client.send(command)).Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration)
      throw new Error('STS answered without credentials');
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  } finally {
    client.destroy();
  }
}

function remedyFor({ externalId }: RoleToAssume): string {
  const condition = externalId === undefined ? 'without an external id' : 'with the external id of the configuration';
  return `Its trust policy must let the role of this process sts:AssumeRole ${condition}, and that role's own policy must allow it.`;
}
