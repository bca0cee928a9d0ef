// One request, and all of what came back, bounded in time and size. The SDK sends; reading is ours, since it reads bodies without
// end, follows redirects, and knows Groq's shapes only.
import Groq, { APIConnectionTimeoutError, APIError } from 'groq-sdk';
import { REMEDY_FOR_TIMEOUT, remedyForCause } from '../../domain/advice/llm-remedies.ts';
import type { requestBody } from './request-body.ts';
import { failure, type Said } from './said.ts';

export interface Answer {
  readonly kind: 'answer';
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

interface Call {
  readonly url: URL;
  /** Null where the server takes none. */
  readonly key: string | null;
  readonly body: ReturnType<typeof requestBody>;
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
}

/** A thousand tokens are some 5 kB; what is fifty times as long is not read to its end. */
const MAX_BODY_BYTES = 250_000;
const OTHER_MODEL = 'if it stays so, put another model first in GROQ_MODELS';

/** Throws nothing. */
export async function exchange({ url, key, body, timeoutMs, fetch }: Call): Promise<Answer | Said> {
  let answer: Answer | null = null;
  const send: typeof globalThis.fetch = async (_, init) => {
    answer = await bounded(url, key, init ?? {}, fetch);
    return new Response('{}', { headers: { 'content-type': 'application/json' } });
  };
  // The SDK insists on a key and on a path of its own; neither leaves this function.
  const client = new Groq({ apiKey: key ?? 'none', baseURL: url.origin, fetch: send, maxRetries: 0, logLevel: 'off' });
  try {
    await client.chat.completions.create(body, { timeout: Math.max(1, Math.floor(timeoutMs)) });
  } catch (error) {
    return unanswered(error);
  }
  return answer ?? failure('network', 'nothing came back', remedyForCause(null));
}

/** Reads the body inside of fetch: the SDK's time-out ends with the headers. */
async function bounded(
  url: URL,
  key: string | null,
  init: RequestInit,
  fetch: typeof globalThis.fetch,
): Promise<Answer> {
  const headers = new Headers(init.headers);
  if (key === null) headers.delete('authorization');
  // An answer is short; a packed one could be long.
  headers.set('accept-encoding', 'identity');
  // A redirect would take the prompt, and on the same host the key, to wherever it likes.
  const response = await fetch(url, { ...init, headers, redirect: 'manual' });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new TooLarge(`body over ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  return { kind: 'answer', url, status: response.status, headers: response.headers, body };
}

class TooLarge extends Error {}

function unanswered(error: unknown): Said {
  if (error instanceof APIError && error.cause instanceof TooLarge)
    return failure('too_large', `the answer has more than ${MAX_BODY_BYTES} bytes`, OTHER_MODEL);
  if (error instanceof APIConnectionTimeoutError)
    return failure('timeout', 'no answer within the time budget', REMEDY_FOR_TIMEOUT);
  const cause = error instanceof Error ? causeOf(error) : null;
  const told = cause === null ? '' : ` (${cause})`;
  return failure('network', `the server cannot be reached or hung up${told}`, remedyForCause(cause));
}

/** `ECONNREFUSED` and the like; messages of unknown errors may quote the key and are left out. */
function causeOf(error: Error): string | null {
  const cause = error.cause instanceof Error ? (error.cause.cause ?? error.cause) : null;
  const code = cause !== null && typeof cause === 'object' && 'code' in cause ? cause.code : null;
  return typeof code === 'string' ? code : null;
}
