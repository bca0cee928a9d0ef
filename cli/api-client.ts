// The API as the command line asks it: signed or with a token where it stands behind API Gateway, plain where it is our own.
import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';
import { regionOfHost } from '../lib/aws/partition.ts';

export interface ApiTarget {
  /** Of the API, without a path. */
  readonly url: string;
  /** As the installation names it; null where all of them are meant. */
  readonly cluster: string | null;
  /** A token of the installation's OIDC provider; without one requests to API Gateway are signed. */
  readonly token?: string | undefined;
  /** Where requests are signed for, whatever the host; without it those to API Gateway's hosts are signed for theirs. */
  readonly region?: string;
  /** Of whoever lives long: kept until they end. Without it they are looked for at each request. */
  readonly credentials?: ReturnType<typeof defaultProvider>;
}

interface Question {
  /** One of what the list has: another part of the path. */
  readonly of?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent by POST; without it the request is a GET. */
  readonly body?: object;
  /** Gives up waiting. */
  readonly signal?: AbortSignal;
}

/** @param what the path between `/api/autoscaling/` and the cluster, such as `predictive/enable` */
export async function askApi(target: ApiTarget, what: string, question: Question = {}): Promise<Response> {
  const { url, cluster } = target;
  const where = cluster === null ? what : `${what}/${encodeURIComponent(cluster)}`;
  const of = question.of === undefined ? '' : `/${encodeURIComponent(question.of)}`;
  const address = new URL(`/api/autoscaling/${where}${of}`, url);
  // Not by searchParams: it writes a space as `+`, which is another character to a signature.
  address.search = Object.entries(question.query ?? {})
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&');
  const sent: Asked =
    question.body === undefined
      ? { method: 'GET' }
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(question.body) };
  const asked: Asked = { ...sent, ...(question.signal && { signal: question.signal }) };
  return sendTo(target, address, asked);
}

/** One request, signed or with the token, as the target wants it. */
export async function sendTo(
  { token, region: given, credentials }: ApiTarget,
  address: URL,
  asked: Asked,
): Promise<Response> {
  if (token !== undefined)
    return fetch(address, { ...asked, headers: { ...asked.headers, authorization: `Bearer ${token}` } });
  const region = given ?? regionOfHost(address.hostname, 'execute-api');
  return fetch(address, region === null ? asked : await signed(address, asked, region, credentials));
}

/** @throws Error where others could read the token on its way */
export function refuseOpenToken({ url, token }: ApiTarget): void {
  const { protocol, hostname, origin } = new URL(url);
  if (token === undefined || protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return;
  throw new Error(`a token is sent by https only, and not to ${origin}: set --url, or unset AI4K8S_TOKEN`);
}

export interface Asked {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** Signed for `execute-api` with the credentials that the AWS CLI would use. @param at for tests */
export async function signed(
  address: URL,
  asked: Asked,
  region: string,
  credentials = defaultProvider(),
  at = new Date(),
): Promise<Asked> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials,
    sha256: Sha256,
    applyChecksum: false,
  });
  const request = {
    ...asked,
    protocol: address.protocol,
    hostname: address.hostname,
    path: address.pathname,
    query: Object.fromEntries(address.searchParams),
    headers: { host: address.host, ...asked.headers },
  };
  const { headers } = await signer.sign(request, { signingDate: at });
  return { ...asked, headers };
}
