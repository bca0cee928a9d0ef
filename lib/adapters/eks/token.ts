// The bearer token of an EKS cluster: a presigned STS call, signed here and sent to nobody but the API server.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { serviceHost } from '../../aws/partition.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { AwsCredentials, EksCluster } from './cluster.ts';

/**
 * A presigned STS GetCallerIdentity call as a bearer token; signing is local, nothing is sent.
 * https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
 *
 * @param at time of signing; the server honours the token for 15 minutes from there, whatever expiry is signed
 */
export async function presignToken(cluster: EksCluster, credentials: AwsCredentials, at: EpochMs): Promise<string> {
  const { clusterName, region } = cluster;
  const hostname = serviceHost('sts', region);
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
  const query = Object.entries(signed.query ?? {})
    .toSorted(([one], [other]) => placeOf(one) - placeOf(other))
    .map(([key, value]) => `${percentEncode(key)}=${percentEncode(String(value))}`);
  return `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${query.join('&')}`).toString('base64url')}`;
}

/** RFC 3986: a signature breaks on the five characters that encodeURIComponent leaves alone. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The AWS CLI writes these two last; the signature is over sorted parameters, so this only makes tokens comparable. */
function placeOf(parameter: string): number {
  return ['X-Amz-Security-Token', 'X-Amz-Signature'].indexOf(parameter);
}
