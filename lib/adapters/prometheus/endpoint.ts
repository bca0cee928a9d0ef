// Where a Prometheus answers, and what every request to it carries; what is secret in that is known by name.
import type { EpochMs } from '../../domain/workload/time.ts';
import { type PlainRequest, type Signing, signedHeaders } from './aws-signature.ts';
import { BY_OPTION, type Remedies } from './remedies.ts';

export interface EndpointOptions {
  /** With the path under which the API lives; may state user and password, and parameters that every request takes. */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
  /** Of the user's own, such as a tenant; an `authorization` among them counts before all else. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Amazon Managed Service for Prometheus. */
  readonly signing?: Signing | undefined;
  /** Unless given, those of the command line. */
  readonly remedies?: Remedies | undefined;
}

export interface Endpoint {
  /** Without user, password and parameters: fit to be shown. */
  readonly url: string;
  readonly isSigned: boolean;
  /** What no message may show. */
  readonly secrets: readonly string[];
  /** What to do about refusals. */
  readonly remedies: Remedies;
  /** A request as fetch takes it. */
  request(
    method: 'GET' | 'POST',
    path: string,
    parameters: Readonly<Record<string, string>>,
    at: EpochMs,
  ): Promise<PlainRequest>;
}

/** What people paste from their browser or from Grafana behind the part that is wanted. */
const PASTED_PATH = /(?:\/api\/v1(?:\/query(?:_range)?)?|\/graph)$/;

export function endpointOf(options: EndpointOptions): Endpoint {
  const { url: text, token, headers: own = {}, signing, remedies = BY_OPTION } = options;
  const { url, extra, user } = partsOf(text);
  const basic = user === null ? null : Buffer.from(user.join(':')).toString('base64');
  const authorization = basic !== null ? `Basic ${basic}` : token !== undefined ? `Bearer ${token}` : null;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (authorization !== null) headers.authorization = authorization;
  for (const [name, value] of Object.entries(own)) headers[name.toLowerCase()] = value;
  if (signing !== undefined) delete headers.authorization;
  const parts = Object.values(own).flatMap((value) => [value, ...value.split(/\s+/)]);
  const secrets = [user?.[1], basic, token, ...parts, ...extra.map(([, value]) => value)].filter(
    (secret): secret is string => secret !== undefined && secret !== null,
  );
  return {
    url,
    isSigned: signing !== undefined,
    secrets,
    remedies,
    async request(method, path, parameters, at) {
      const asked = Object.entries(parameters);
      const address = new URL(`${url}/api/v1/${path}`);
      address.search = encoded(method === 'GET' ? [...extra, ...asked] : extra);
      const body = method === 'POST' ? encoded(asked) : undefined;
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const plain = { method, address, headers: { ...headers, ...(body !== undefined && type) }, body };
      return signing === undefined ? plain : { ...plain, headers: await signedHeaders(signing, plain, at) };
    },
  };
}

/** fetch refuses a URL with credentials in it: they belong into a header. */
function partsOf(text: string) {
  const url = new URL(text);
  const { username, password, searchParams, pathname } = url;
  const isPage = pathname.replace(/\/+$/, '').endsWith('/graph');
  const extra = isPage ? [] : [...searchParams];
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  const shown = url.href.replace(/\/+$/, '').replace(PASTED_PATH, '').replace(/\/+$/, '');
  return { url: shown, extra, user: username + password === '' ? null : [decoded(username), decoded(password)] };
}

/** A lone percent sign means itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** RFC 3986, also for a form: a space as `+` is another character to a signature. */
function encoded(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map((pair) => pair.map(percentEncode).join('=')).join('&');
}

function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
