// Who calls, from what API Gateway hands over: a signature that IAM has judged, or a token whose claims are anybody's words.
import * as z from 'zod';
import { cleanText } from '../../domain/text/clean-text.ts';
import type { Caller, Granted } from './rights.ts';

/** What groups of tokens may do; null where IAM decides. */
export interface TokenAccess {
  /** Name of the claim that holds the groups. */
  readonly groupsClaim: string;
  readonly groups: Readonly<Record<string, Granted>>;
}

const NAME_CHARS = 300;

/** API Gateway's HTTP API, payload format 2.0. */
const signed = z.object({
  requestContext: z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) }),
});
const tokened = z.object({
  requestContext: z.object({
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }) }),
  }),
});
const headed = z.object({ event: z.object({ headers: z.object({ authorization: z.string() }) }) });

/**
 * @returns who asks, from what hono is given as `env`. With `access` every caller without claims that API Gateway has checked
 * has no right at all; so has one with claims where no group is known.
 */
export function callerFrom(access: TokenAccess | null): (env: unknown) => Caller {
  return (env) => {
    const token = tokened.safeParse(env);
    if (token.success) return tokenCaller(access, token.data.requestContext.authorizer.jwt.claims, env);
    if (access !== null) return { kind: 'token', name: null, groups: [], granted: [] };
    const signature = signed.safeParse(env);
    return { kind: 'trusted', name: signature.success ? signature.data.requestContext.authorizer.iam.userArn : null };
  };
}

type Claims = Readonly<Record<string, unknown>>;

function tokenCaller(access: TokenAccess | null, claims: Claims, env: unknown): Caller {
  const named = [claims.iss, claims.sub ?? claims.client_id].filter((part) => typeof part === 'string');
  const name = named.length === 0 ? null : cleanText(named.join(' '), NAME_CHARS);
  if (access === null) return { kind: 'token', name, groups: [], granted: [] };
  const groups = groupsOf(claims, access.groupsClaim, env);
  const granted = groups.flatMap((group) => (Object.hasOwn(access.groups, group) ? [access.groups[group]] : []));
  return { kind: 'token', name, groups, granted: granted.filter((one) => one !== undefined) };
}

/**
 * API Gateway makes one text of a list (`[a b]`), in which a group called `a b` is two. The token that it has just checked is
 * in the request: its own list is taken where it is there, and nothing where that cannot be read.
 */
function groupsOf(claims: Claims, claim: string, env: unknown): readonly string[] {
  const headers = headed.safeParse(env);
  if (!headers.success) return groupsIn(own(claims, claim));
  const payload = payloadOf(headers.data.event.headers.authorization);
  const isSame = payload !== null && ['iss', 'sub'].every((key) => textOf(payload[key]) === textOf(claims[key]));
  return isSame ? exactly(own(payload, claim)) : [];
}

/** A claim as API Gateway hands it on: a list, a list in brackets parted by spaces, or one group. */
export function groupsIn(claim: unknown): readonly string[] {
  if (typeof claim !== 'string') return exactly(claim);
  const [, listed] = /^\[(.*)\]$/s.exec(claim) ?? [];
  if (listed === undefined) return exactly(claim);
  const parsed = jsonOrNull(claim);
  return Array.isArray(parsed) ? exactly(parsed) : exactly(listed.split(' '));
}

function exactly(claim: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return all.filter((group): group is string => typeof group === 'string' && group !== '');
}

function payloadOf(authorization: string): Claims | null {
  const [, payload = ''] = authorization.replace(/^bearer +/i, '').split('.');
  const parsed = jsonOrNull(Buffer.from(payload, 'base64url').toString('utf8'));
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Claims) : null;
}

function own(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
