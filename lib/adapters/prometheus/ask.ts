// One question to a Prometheus over HTTP: POST or, where that is refused, GET; waits where the server asks for it, within a time budget.
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlainFetch, PlainReply } from '../../net/safe-fetch.ts';
import { type Answer, answerOf, type HttpReply, isPostRefused, isPrometheusAnswer } from './answer.ts';
import type { PlainRequest } from './aws-signature.ts';
import type { Endpoint } from './endpoint.ts';
import { unreachable } from './unreachable.ts';
import { failure } from './words.ts';

export interface AskOptions {
  readonly endpoint: Endpoint;
  /** Answers that are said to lack something count. */
  readonly isPartialFine: boolean;
  /** For hints on proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: PlainFetch;
}

export interface Budget {
  readonly signal: AbortSignal;
  /** As of `performance.now()`. */
  readonly endsAtMs: number;
}

export type Ask = (path: string, parameters: Readonly<Record<string, string>>, budget: Budget) => Promise<Answer>;

/** What proxies and servers take for sure. */
const LONGEST_GET_CHARS = 7_500;
/** Of one answer; 10,000 points of ten series have 3 MB. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_WAITS = 4;

/** Throws AdapterError for whatever is no answer. */
export function makeAsk({ endpoint, isPartialFine, env, fetch }: AskOptions): Ask {
  let method: 'GET' | 'POST' = 'POST';
  const fail = (what: string, retryable: boolean) =>
    failure(endpoint.url, what, { retryable, secrets: endpoint.secrets });

  async function send({ method, address, headers, body }: PlainRequest, { signal }: Budget): Promise<HttpReply> {
    try {
      const asked = { method, headers, signal, redirect: 'manual', ...(body !== undefined && { body }) } as const;
      const response = await fetch(address, asked);
      const text = await textOf(response);
      if (text === null) throw fail(`its answer has over ${MOST_BYTES / 1024 ** 2} MB; ask for fewer series`, false);
      const { status, headers: said } = response;
      return { method, status, text, location: said.get('location'), retryAfter: said.get('retry-after') };
    } catch (error) {
      throw unreachable(endpoint, error, signal, env);
    }
  }

  async function once(path: string, parameters: Readonly<Record<string, string>>, budget: Budget): Promise<HttpReply> {
    const requestBy = (by: 'GET' | 'POST') =>
      endpoint.request(by, path, parameters, Date.now()).catch((error: unknown) => {
        throw noCredentials(endpoint, error);
      });
    const reply = await send(await requestBy(method), budget);
    if (!isPostRefused(reply)) return reply;
    const asGet = await requestBy('GET');
    if (asGet.address.href.length > LONGEST_GET_CHARS) return reply;
    const second = await send(asGet, budget);
    if (isPrometheusAnswer(second)) method = 'GET';
    return isPrometheusAnswer(second) || [405, 411, 501].includes(reply.status) ? second : reply;
  }

  return async (path, parameters, budget) => {
    for (let waits = 0; ; waits++) {
      const reply = await once(path, parameters, budget);
      const waitMs = waits < MOST_WAITS ? waitAskedMs(reply, waits) : null;
      if (waitMs === null) return answerOf(endpoint, reply, isPartialFine);
      if (performance.now() + waitMs > budget.endsAtMs)
        throw fail(`${reply.status}: it asks to be left alone for ${Math.ceil(waitMs / 1000)} s; ask again then`, true);
      await sleep(waitMs, undefined, { signal: budget.signal }).catch((error: unknown) => {
        throw unreachable(endpoint, error, budget.signal, env);
      });
    }
  };
}

/** Null where the answer is final. Seconds or a date, as RFC 9110 has it; without either, longer each time. */
function waitAskedMs({ status, retryAfter, text }: HttpReply, waits: number): number | null {
  if (status !== 429 && status !== 503) return null;
  const said = retryAfter?.trim() ?? '';
  if (/^\d{1,6}$/.test(said)) return 1000 * Number(said);
  const until = said === '' ? Number.NaN : Date.parse(said);
  if (Number.isFinite(until)) return Math.max(0, until - Date.now());
  const isQueryTimeout = status === 503 && /time(d )?out/i.test(text.slice(0, 1000));
  return isQueryTimeout ? null : 500 * 2 ** waits;
}

/** Null where it is longer than any answer should be: whatever is sent must not fill the memory. */
async function textOf({ body }: PlainReply): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function noCredentials({ url, secrets }: Endpoint, error: unknown) {
  const why = error instanceof Error ? error.message : String(error);
  const advice = 'give AWS credentials (environment, AWS_PROFILE or a role), as the AWS CLI takes them';
  return failure(url, `the request cannot be signed (${why}): ${advice}`, { retryable: false, cause: error, secrets });
}
