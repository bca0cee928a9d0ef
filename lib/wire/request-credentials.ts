// What requests to others prove themselves by: a text from Secrets Manager, or the credentials that the function has anyway.
import type { Signing } from '../adapters/prometheus/aws-signature.ts';
import { readSecret } from '../adapters/secret.ts';

/** A secret is read anew so often, so that one that was replaced counts soon. */
const KEPT_MS = 300_000;

/** A bearer token. */
export function tokenOf(secretId: string): () => Promise<string> {
  return secretOf(secretId, /^[\x21-\x7e]+$/, 'token: expected one word of ASCII');
}

/** `user:password`, as HTTP Basic sends it. */
export function userOf(secretId: string): () => Promise<string> {
  return secretOf(secretId, /^[^:\p{Cc}]+:\P{Cc}+$/u, 'user:password: expected both in one line, with a colon between');
}

function secretOf(secretId: string, looks: RegExp, what: string): () => Promise<string> {
  let kept: { readonly text: string; readonly untilMs: number } | undefined;
  return async () => {
    if (kept !== undefined && performance.now() < kept.untilMs) return kept.text;
    const text = await readSecret(secretId);
    if (text === null) throw new Error(`the secret ${secretId} has no value yet: put the token in it`);
    if (!looks.test(text)) throw new Error(`the secret ${secretId} holds no ${what}`);
    kept = { text, untilMs: performance.now() + KEPT_MS };
    return text;
  };
}

/** The credentials that the function, or the AWS CLI, would use; found at the first question. */
export function signingIn(region: string): Signing {
  let found: Signing['credentials'] | undefined;
  return {
    region,
    async credentials() {
      if (found === undefined) {
        const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
        found = defaultProvider({ clientConfig: { region } });
      }
      return found();
    },
  };
}
