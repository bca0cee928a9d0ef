// A stand-in for what decides before a function is called: IAM's matching of execute-api resources, and API Gateway's JWT
// authorizer once it has taken a token. Both as AWS documents them; neither is AWS.
import type { HttpApiEvent } from '../../lib/app/api/lambda.ts';

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string;
  readonly Resource: string | readonly string[];
}

const API_ARN = 'arn:aws:execute-api:eu-west-1:111122223333:abc123';
const STAGE = '$default';
const HOST = 'abc123.execute-api.eu-west-1.amazonaws.com';

/** Whether a policy lets a request through: a Deny wins, `*` stands for anything, also for slashes, `?` for one character. */
export function iamAllows(policy: readonly Statement[], method: string, path: string): boolean {
  const asked = `${API_ARN}/${STAGE}/${method}${path}`;
  const matching = policy.filter(
    ({ Action, Resource }) =>
      wildcard(Action).test('execute-api:Invoke') && [Resource].flat().some((one) => wildcard(one).test(asked)),
  );
  return matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny');
}

/** `GET/api/…` as the resource of a statement. */
export function resourceOf(methodAndPath: string): string {
  return `${API_ARN}/*/${methodAndPath}`;
}

interface Sent {
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the authorizer leaves: `{iam: …}` or `{jwt: …}`; absent for an open route. */
  readonly authorizer?: object;
}

/** The event of payload format 2.0. */
export function eventFor(method: string, path: string, sent: Sent = {}): HttpApiEvent {
  const { query = '', body, headers = {}, authorizer } = sent;
  const typed = body === undefined ? {} : { 'content-type': 'application/json' };
  return {
    version: '2.0',
    routeKey: `${method} /{proxy+}`,
    rawPath: path,
    rawQueryString: query,
    headers: { host: HOST, ...typed, ...headers },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { domainName: HOST, http: { method, path }, ...(authorizer && { authorizer }) },
  } as unknown as HttpApiEvent;
}

/** The claims as HTTP APIs hand them on: every value a text, a list in brackets and parted by spaces. */
export function flattened(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([key, value]) => [key, Array.isArray(value) ? `[${value.join(' ')}]` : String(value)]),
  );
}

/** With a signature that nobody checks here, as nobody does behind the authorizer. */
export function bearer(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `Bearer ${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
