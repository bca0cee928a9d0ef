// What the parts of signing in to EKS share: which cluster, as whom, and how a failure reads.
import { AdapterError } from '../../app/ports/world.ts';
import { sdkError } from '../../aws/sdk-error.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}
/** Asked before every use: whoever provides credentials renews them. */
export type CredentialSource = () => Promise<AwsCredentials>;

/** A role, usually in the account of the cluster, that lets our own identity assume it. */
export interface RoleToAssume {
  readonly arn: string;
  /** Where the role's trust policy asks for one. */
  readonly externalId?: string;
}

export interface EksCluster {
  readonly clusterName: string;
  readonly region: string;
  readonly role?: RoleToAssume;
}

/** Names the cluster, what failed, why, and what to do. An AdapterError is handed on: its sentence is complete. */
export function failure(cluster: EksCluster, what: string, remedy: string, cause: unknown): AdapterError {
  if (cause instanceof AdapterError) return cause;
  const said = sdkError(cause);
  const why = said.detail.replace(/\.$/, '');
  const message = `EKS cluster ${cluster.clusterName} (${cluster.region}): ${what}: ${why}. ${said.remedy ?? remedy}`;
  const retryable = !(cause instanceof Error && /AccessDenied|ResourceNotFound|CredentialsProvider/.test(cause.name));
  return new AdapterError('eks', message, { retryable, cause });
}
