// Signature Version 4 as a server checks it, computed anew from the request as it came: a stand-in for AWS's own check.
import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

interface Received {
  readonly method: string;
  /** Path with parameters. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string | Buffer;
}

/** What is wrong with the signature, or null. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function signatureProblem(request: Received, secretKey: string, service: string): string | null {
  const { authorization = '' } = request.headers;
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (parts === null) return 'Missing Authentication Token';
  const [, , day = '', region = '', forService, signedHeaders = '', signature] = parts;
  if (forService !== service) return `Credential should be scoped to correct service: '${service}'.`;
  if (!signedHeaders.split(';').includes('host')) return HOST_UNSIGNED;
  const time = String(request.headers['x-amz-date']);
  const expected = signatureOf(request, signedHeaders, secretKey, { time, day, region, service });
  return expected === signature ? null : MISMATCH;
}

/** The same of a request that is signed in its parameters, as a link that is handed on. */
export function presignedProblem(request: Omit<Received, 'body'>, secretKey: string, service: string): string | null {
  const { searchParams } = new URL(request.url, 'https://unused');
  const [, day = '', region = '', forService] = (searchParams.get('X-Amz-Credential') ?? '').split('/');
  if (forService !== service) return `Credential should be scoped to correct service: '${service}'.`;
  const signedHeaders = searchParams.get('X-Amz-SignedHeaders') ?? '';
  if (!signedHeaders.split(';').includes('host')) return HOST_UNSIGNED;
  const unsigned = { ...request, url: request.url.replace(/&?X-Amz-Signature=[^&]*/, ''), body: '' };
  const time = searchParams.get('X-Amz-Date') ?? '';
  const expected = signatureOf(unsigned, signedHeaders, secretKey, { time, day, region, service });
  return expected === searchParams.get('X-Amz-Signature') ? null : MISMATCH;
}

const MISMATCH = 'The request signature we calculated does not match.';
const HOST_UNSIGNED = "'Host' must be a 'SignedHeader' in the AWS Authorization.";

type Scope = Readonly<Record<'time' | 'day' | 'region' | 'service', string>>;

function signatureOf(
  request: Received,
  signedHeaders: string,
  secretKey: string,
  { time, day, region, service }: Scope,
): string {
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical(request, signedHeaders))].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretKey}`);
  return hmac(key, toSign).toString('hex');
}

function canonical({ method, url, headers, body }: Received, signedHeaders: string): string {
  const [path = '', query = ''] = url.split('?');
  const parameters = query.split('&').filter((pair) => pair !== '');
  const named = signedHeaders.split(';').map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}\n`);
  const escapedPath = path.split('/').map(encodeURIComponent).join('/');
  return [method, escapedPath, parameters.sort().join('&'), named.join(''), signedHeaders, sha256(body)].join('\n');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}
