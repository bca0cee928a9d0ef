// Why a server could not be asked, with what to set: time, names, certificates, and proxies that Node does not mind by itself.
import { AdapterError } from '../../app/ports/world.ts';
import type { Endpoint } from './endpoint.ts';
import { failure } from './words.ts';

const CERTIFICATE_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** @param signal of the time budget */
export function unreachable(
  { url, secrets, remedies }: Endpoint,
  error: unknown,
  signal: AbortSignal,
  env: Readonly<Record<string, string | undefined>>,
): AdapterError {
  if (error instanceof AdapterError) return error;
  const fail = (what: string) => failure(url, what, { retryable: true, cause: error, secrets });
  if (signal.aborted) return fail(`no answer within the time budget: ${remedies.late}`);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error ? String(Reflect.get(cause, 'code') ?? '') : '';
  const why = cause instanceof Error ? cause.message || code || String(error) : String(cause);
  return fail(`it cannot be reached (${why})${hintFor(code, url, env)}`);
}

function hintFor(code: string, url: string, env: Readonly<Record<string, string | undefined>>): string {
  if (CERTIFICATE_CODES.has(code))
    return ': its certificate is of an authority that Node does not know; set NODE_EXTRA_CA_CERTS=ca.pem, or NODE_OPTIONS=--use-system-ca for those of this machine';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return ': its certificate is for another name';
  const names = url.startsWith('https:') ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const proxy = names.find((name) => (env[name] ?? '') !== '');
  if (proxy === undefined) return '';
  return isProxied(env)
    ? `; it was asked through ${proxy}: name it in NO_PROXY where it needs none`
    : `; ${proxy} is set, but counts only with NODE_USE_ENV_PROXY=1`;
}

function isProxied({ NODE_USE_ENV_PROXY, NODE_OPTIONS = '' }: Readonly<Record<string, string | undefined>>): boolean {
  return NODE_USE_ENV_PROXY === '1' || NODE_OPTIONS.includes('--use-env-proxy');
}
