// One request of remote write: proven, sent, and sent once more where the server is busy or gone.
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlainFetch, PlainReply } from '../../../net/safe-fetch.ts';
import { type PlainRequest, type Signing, signedHeaders } from '../aws-signature.ts';
import { ownWords, quoted } from '../words.ts';

export type Credentials =
  | { readonly kind: 'none' }
  /** `basic`: of `user:password`. The secret is read for each request, so that one that was replaced counts. */
  | { readonly kind: 'bearer' | 'basic'; readonly secret: () => Promise<string> }
  /** Amazon Managed Service for Prometheus. */
  | { readonly kind: 'sigv4'; readonly signing: Signing };

export interface Receiver {
  readonly address: URL;
  readonly credentials: Credentials;
  readonly fetch: PlainFetch;
  readonly version: string;
}

export interface Budget {
  readonly signal: AbortSignal;
  /** As of `performance.now()`. */
  readonly endsAtMs: number;
}

/** `isForAll`: whatever else is sent now meets the same. */
export type Posted = 'taken' | { readonly why: string; readonly isForAll: boolean };

const WORDS_MAX_BYTES = 8192;
/** Before the second try, where the server names no time; spread, since many tick at the same second. */
const PAUSE_MS = 250;
/** These are about what was sent, and not about who sends where. */
const OF_THIS_REQUEST: readonly number[] = [400, 409, 413, 422];

interface Refusal {
  readonly why: string;
  readonly isForAll: boolean;
  /** Null: not worth a second try. */
  readonly waitMs: number | null;
}

/** @param body of a WriteRequest, compressed */
export async function post(receiver: Receiver, body: Uint8Array<ArrayBuffer>, budget: Budget): Promise<Posted> {
  const first = await once(receiver, body, budget);
  if (first === 'taken' || first.waitMs === null) return first;
  const { waitMs } = first;
  if (performance.now() + waitMs > budget.endsAtMs) return { ...first, why: `${first.why}; no time for a second try` };
  await sleep(waitMs, undefined, { signal: budget.signal }).catch(() => undefined);
  const second = await once(receiver, body, budget);
  return second === 'taken' ? second : { ...second, why: `${second.why}, at the second try too` };
}

async function once(receiver: Receiver, body: Uint8Array<ArrayBuffer>, { signal }: Budget): Promise<'taken' | Refusal> {
  let request: PlainRequest;
  try {
    request = await proven(receiver, body);
  } catch (error) {
    return { why: `the request has no credentials (${messageOf(error)})`, isForAll: true, waitMs: null };
  }
  try {
    const { address, headers } = request;
    const reply = await receiver.fetch(address, { method: 'POST', headers, body, signal, redirect: 'manual' });
    const words = await firstWords(reply);
    return reply.status >= 200 && reply.status < 300 ? 'taken' : refusal(receiver, reply, words);
  } catch (error) {
    const why = isLate(error, signal) ? 'it did not answer in time' : `it cannot be reached (${messageOf(error)})`;
    return { why, isForAll: true, waitMs: pause() };
  }
}

async function proven(
  { address, credentials, version }: Receiver,
  body: Uint8Array<ArrayBuffer>,
): Promise<PlainRequest> {
  const headers = {
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': '0.1.0',
    'user-agent': `ai4k8s/${version}`,
  };
  const plain: PlainRequest = { method: 'POST', address, headers, body };
  switch (credentials.kind) {
    case 'none':
      return plain;
    case 'sigv4':
      return { ...plain, headers: await signedHeaders(credentials.signing, plain, Date.now()) };
    case 'bearer':
      return { ...plain, headers: { ...headers, authorization: `Bearer ${await credentials.secret()}` } };
    case 'basic': {
      const user = Buffer.from(await credentials.secret()).toString('base64');
      return { ...plain, headers: { ...headers, authorization: `Basic ${user}` } };
    }
  }
}

function refusal({ credentials }: Receiver, { status, headers }: PlainReply, words: string): Refusal {
  const why = `${status}${quoted(words)}${adviceOn(status, headers.get('location'), credentials)}`;
  const isBusy = status === 429 || status >= 500;
  return { why, isForAll: !OF_THIS_REQUEST.includes(status), waitMs: isBusy ? waitAskedMs(headers) : null };
}

function adviceOn(status: number, location: string | null, { kind }: Credentials): string {
  if (status >= 300 && status < 400)
    return `: it points elsewhere${quoted(ownWords(location ?? ''))}; state that address`;
  if (status === 401 || status === 403)
    return kind === 'sigv4'
      ? ': grant aps:RemoteWrite on the workspace to this role'
      : kind === 'none'
        ? ': it wants credentials, see REMOTE_WRITE_AUTH'
        : ': look at what the secret of REMOTE_WRITE_SECRET_ID holds';
  if (status === 404 || status === 405)
    return ': is REMOTE_WRITE_URL the whole address, path included? Prometheus takes /api/v1/write, started with --web.enable-remote-write-receiver';
  return '';
}

/** Seconds, as RFC 9110 has it; dates are for people. */
function waitAskedMs(headers: PlainReply['headers']): number {
  const said = headers.get('retry-after')?.trim() ?? '';
  return /^\d{1,6}$/.test(said) ? Math.max(PAUSE_MS, 1000 * Number(said)) : pause();
}

function pause(): number {
  return PAUSE_MS * (1 + Math.random());
}

/** Also where nobody wants to know them: a connection is used again once its answer was read. */
async function firstWords({ body }: PlainReply): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > WORDS_MAX_BYTES) break;
  }
  return ownWords(Buffer.concat(chunks).toString('utf8'));
}

/** Ours, or that of the request alone. */
function isLate(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || (error instanceof Error && error.name === 'TimeoutError');
}

function messageOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
