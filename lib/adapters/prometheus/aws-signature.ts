// Requests to Amazon Managed Service for Prometheus, signed as AWS wants them.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { EpochMs } from '../../domain/workload/time.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Signing {
  readonly region: string;
  /** Asked before each request, so that what expires is renewed. */
  readonly credentials: () => Promise<Credentials>;
}

export interface PlainRequest {
  readonly method: 'GET' | 'POST';
  readonly address: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
}

/**
 * The headers of the request, with the signature among them (Signature Version 4, service `aps`).
 * @param at time of signing; AWS honours it for five minutes around
 */
export async function signedHeaders(
  { region, credentials }: Signing,
  { method, address, headers, body }: PlainRequest,
  at: EpochMs,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({ service: 'aps', region, credentials, sha256: Sha256, applyChecksum: false });
  const request = {
    method,
    protocol: address.protocol,
    hostname: address.hostname,
    path: address.pathname,
    query: Object.fromEntries(address.searchParams),
    headers: { ...headers, host: address.host },
    ...(body !== undefined && { body }),
  };
  const { host: _sentByFetch, ...signed } = (await signer.sign(request, { signingDate: new Date(at) })).headers;
  return signed;
}
