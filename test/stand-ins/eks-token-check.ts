// What EKS asks of a bearer token before it asks STS whose it is: a stand-in for its authenticator and for that STS.
// https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
import { presignedProblem } from './aws-signature-check.ts';

const PREFIX = 'k8s-aws-v1.';
const MAX_BYTES = 4096;
/** From the signing on, whatever expiry was signed. */
const LIFE_MS = 15 * 60_000;
const MAX_EXPIRES_SECONDS = 900;
const PARAMETERS = new Set([
  'Action',
  'Version',
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
]);

export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Lambda's keys are a role's, and good for nothing without it. */
  readonly sessionToken: string;
}

interface TokenCheck {
  readonly clusterName: string;
  readonly region: string;
  readonly now: number;
  readonly keyOf: (accessKeyId: string) => SigningKey | null;
}

/** Whose key signed the token, or what is wrong with it. */
export function checkToken(token: string, check: TokenCheck): { readonly signedBy: string } | { readonly why: string } {
  const why = (text: string) => ({ why: text });
  if (token.length > MAX_BYTES) return why('token is too large');
  if (!token.startsWith(PREFIX)) return why(`token is missing expected "${PREFIX}" prefix`);
  const text = Buffer.from(token.slice(PREFIX.length), 'base64url').toString();
  if (!URL.canParse(text)) return why('token holds no URL');
  const url = new URL(text);
  const wrong = shapeProblem(url, check);
  if (wrong !== null) return why(wrong);
  const [accessKeyId = ''] = (url.searchParams.get('X-Amz-Credential') ?? '').split('/');
  const key = check.keyOf(accessKeyId);
  if (key === null || url.searchParams.get('X-Amz-Security-Token') !== key.sessionToken)
    return why('The security token included in the request is invalid.');
  const headers = { host: url.host, 'x-k8s-aws-id': check.clusterName };
  const request = { method: 'GET', url: `${url.pathname}${url.search}`, headers };
  const problem = presignedProblem(request, key.secretAccessKey, 'sts');
  return problem === null ? { signedBy: accessKeyId } : why(problem);
}

function shapeProblem({ protocol, host, pathname, searchParams }: URL, { region, now }: TokenCheck): string | null {
  if (protocol !== 'https:') return `unexpected scheme ${protocol}`;
  if (host !== `sts.${region}.amazonaws.com`) return `unexpected hostname ${host}`;
  if (pathname !== '/') return `unexpected path ${pathname}`;
  const unknown = [...searchParams.keys()].find((name) => !PARAMETERS.has(name));
  if (unknown !== undefined) return `non-whitelisted query parameter ${unknown}`;
  if (searchParams.get('Action') !== 'GetCallerIdentity') return 'unexpected action parameter';
  const signed = (searchParams.get('X-Amz-SignedHeaders') ?? '').split(';');
  if (!signed.includes('x-k8s-aws-id')) return 'client did not sign the x-k8s-aws-id header in the pre-signed URL';
  const expires = Number(searchParams.get('X-Amz-Expires') ?? Number.NaN);
  if (!(expires >= 0 && expires <= MAX_EXPIRES_SECONDS)) return `invalid X-Amz-Expires ${expires}`;
  const at = dateOf(searchParams.get('X-Amz-Date') ?? '');
  if (!(Math.abs(now - at) <= LIFE_MS)) return 'X-Amz-Date parameter is expired';
  return null;
}

function dateOf(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));
}
