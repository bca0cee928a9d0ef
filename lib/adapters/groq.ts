// One call of one model through groq-sdk. No cache, limit, retry or fallback in here: those wrap it (lib/app/advise).
import Groq, { APIConnectionTimeoutError, APIError } from 'groq-sdk';
import type { ChatCompletion, ChatCompletionCreateParamsNonStreaming } from 'groq-sdk/resources/chat/completions';
import * as z from 'zod';
import type { Model, ModelReply, ModelRequest, TokenUsage } from '../app/ports/world.ts';
import { cleanText } from '../domain/clean-text.ts';
import { REMEDY_FOR_PAGE, REMEDY_FOR_TIMEOUT, remedyForCause, remedyForStatus } from '../domain/llm-remedies.ts';

interface GroqOptions {
  /** The key, or how to get it; a function is asked before every call. */
  readonly apiKey: string | (() => Promise<string>);
  /** Any server that answers `/openai/v1/chat/completions`; with or without that path's `/openai/v1`. */
  readonly baseUrl?: string;
  readonly fetch?: typeof globalThis.fetch;
}

type Text = Extract<ModelReply, { kind: 'text' }>;
type Failure = Extract<ModelReply, { kind: 'failure' }>;
/** A failure before it is cut to what may be shown: what was said, and what to do about it. */
interface Said extends Omit<Failure, 'detail' | 'raw'> {
  readonly said: string;
  readonly remedy: string;
}

const GROQ_URL = 'https://api.groq.com';
/** Deterministic enough for advice that should not waver (seed 2 §3.3). */
const TEMPERATURE = 0.3;
const MAX_COMPLETION_TOKENS = 1_000;
/** A thousand tokens are some 5 kB; what is a hundred times as long is not read to its end. */
const MAX_BODY_BYTES = 1_000_000;
const DETAIL_MAX_CHARS = 300;
const RAW_MAX_CHARS = 2_000;
/** Any key of Groq's, also one that is not ours, and whatever a proxy quotes of a header. */
const KEYS = /gsk_[\w*.…-]+|(?<=Bearer )[^\s"'<]+/g;

/** Reads any answer a server may give as text or as a named failure; throws nothing. */
export function makeGroqModel(options: GroqOptions): Model {
  const baseURL = (options.baseUrl ?? GROQ_URL).replace(/\/+$/, '').replace(/\/openai\/v1$/, '');

  return {
    async complete(request) {
      const seen: Seen = { body: '' };
      const fetch = boundedFetch(options.fetch ?? globalThis.fetch, seen);
      let key = '';
      try {
        key = (typeof options.apiKey === 'string' ? options.apiKey : await options.apiKey()).trim();
        if (!/^[\x21-\x7e]+$/.test(key))
          return presentable(
            failure('request_refused', 'the API key is empty or has characters no key has', remedyForStatus(401, true)),
            '',
            seen,
          );
        const client = new Groq({ apiKey: key, baseURL, fetch, maxRetries: 0, logLevel: 'off' });
        const timeout = Math.max(1, Math.floor(request.timeoutMs));
        const reply = await client.chat.completions.create(bodyOf(request), { timeout });
        return presentable(toReply(reply), key, seen);
      } catch (error) {
        return presentable(toFailure(error), key, seen);
      }
    },
  };
}

function bodyOf({ model, system, user, schema }: ModelRequest): ChatCompletionCreateParamsNonStreaming {
  const isGptOss = /^openai\/gpt-oss-/.test(model);
  const isStrict = /^openai\/gpt-oss-(?:20|120)b$/.test(model);
  return {
    model,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
    temperature: TEMPERATURE,
    max_completion_tokens: MAX_COMPLETION_TOKENS,
    // Reasoning counts against the completion cap.
    ...(isGptOss ? { reasoning_effort: 'low' } : {}),
    response_format: isStrict
      ? { type: 'json_schema', json_schema: { name: schema.name, strict: true, schema: schema.schema } }
      : { type: 'json_object' },
  };
}

/** What we rely on of a completion; the SDK checks nothing. */
const COMPLETION = z.object({
  choices: z.array(
    z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish() }),
  ),
  usage: z.unknown().optional(),
});

/** No answer of ours comes near it; a server that says more is not believed. */
const MAX_TOKENS_TOLD = 1_000_000;
const count = z.int().min(0).max(MAX_TOKENS_TOLD).catch(0);
const USAGE = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count }).catch({ cached_tokens: 0 }),
});

function usageOf(told: unknown): TokenUsage {
  const { data } = USAGE.safeParse(told);
  const promptTokens = data?.prompt_tokens ?? 0;
  const cachedTokens = Math.min(promptTokens, data?.prompt_tokens_details.cached_tokens ?? 0);
  return { promptTokens, cachedTokens, completionTokens: data?.completion_tokens ?? 0 };
}

function toReply(completion: ChatCompletion): Text | Said {
  const parsed = COMPLETION.safeParse(completion);
  if (!parsed.success)
    return failure('server_error', 'the server answered 200 with something that is no completion', REMEDY_FOR_PAGE);
  const choice = parsed.data.choices[0];
  const text = choice?.message.content ?? '';
  const finishReason = choice?.finish_reason ?? 'unknown';
  const isCut = finishReason === 'length';
  if (choice === undefined) return failure('empty', 'the completion has no choices', OTHER_MODEL);
  if (text.trim() === '' && !isCut)
    return failure('empty', `the completion is empty (finish_reason ${finishReason})`, OTHER_MODEL);
  return { kind: 'text', text, finishReason, usage: usageOf(parsed.data.usage) };
}

const OTHER_MODEL = 'if it stays so, put another model first in GROQ_MODELS';

function toFailure(error: unknown): Text | Said {
  if (isTooLarge(error)) return failure('too_large', `the answer has more than ${MAX_BODY_BYTES} bytes`, OTHER_MODEL);
  if (error instanceof APIConnectionTimeoutError)
    return failure('timeout', 'no answer within the time budget', REMEDY_FOR_TIMEOUT);
  if (error instanceof APIError && error.status !== undefined) return statusFailure(error);
  if (error instanceof APIError) {
    const cause = causeOf(error);
    const told = cause === null ? '' : ` (${cause})`;
    return failure('network', `the server cannot be reached or hung up${told}`, remedyForCause(cause));
  }
  if (error instanceof SyntaxError)
    return failure('server_error', 'the server answered 200 with invalid JSON', REMEDY_FOR_PAGE);
  // Only what comes before the call is left: a key that cannot be fetched, a base URL that is none.
  return failure('network', 'the call could not be made', 'check GROQ_API_KEY or GROQ_SECRET_ID, and GROQ_BASE_URL');
}

const ERROR_BODY = z.object({
  error: z.object({
    message: z.string().catch(''),
    code: z.string().nullish().catch(null),
    failed_generation: z.string().nullish().catch(null),
  }),
});

function statusFailure({ status: given, headers, error: body }: APIError): Text | Said {
  const status = Number(given);
  const isJson = typeof body === 'object' && body !== null;
  const { data } = ERROR_BODY.safeParse(body);
  const error = data?.error;
  if (error?.code === 'json_validate_failed' && error.failed_generation) {
    return { kind: 'text', text: error.failed_generation, finishReason: 'failed_generation', usage: usageOf(null) };
  }
  const said = `${status} ${error?.code ?? ''} ${error?.message || 'without a readable error'}`.replace(/\s+/g, ' ');
  const code = codeOfStatus(status, error?.code ?? '', isJson);
  // Only the path of the base URL can be wrong where not even the model was looked for.
  const remedy = remedyForStatus(code === 'request_refused' && status === 404 ? 400 : status, isJson);
  return failure(code, said, remedy, headers ? retryAfterMs(headers) : null);
}

function codeOfStatus(status: number, code: string, isJson: boolean): Failure['code'] {
  // A model that was switched off answers 400 model_decommissioned, one that never was 404 model_not_found.
  if ((status === 404 && isJson && code !== 'unknown_url') || code.startsWith('model_')) return 'model_not_found';
  if (status === 429) return 'rate_limited';
  if (status === 413) return 'too_many_tokens';
  if (status === 498 || status === 503) return 'capacity';
  if (status === 408 || status === 504) return 'timeout';
  return status >= 500 ? 'server_error' : 'request_refused';
}

/** Seconds or `2m59.56s`; where it is missing, the reset of whichever quota is used up. */
function retryAfterMs(headers: Headers): number | null {
  const asked = durationMs(headers.get('retry-after'));
  if (asked !== null) return asked;
  const resets = ['requests', 'tokens']
    .filter((quota) => headers.get(`x-ratelimit-remaining-${quota}`) === '0')
    .map((quota) => durationMs(headers.get(`x-ratelimit-reset-${quota}`)) ?? 0);
  return resets.length === 0 ? null : Math.max(...resets);
}

function durationMs(header: string | null): number | null {
  const text = (header ?? '').trim();
  if (/^\d{1,8}(?:\.\d{1,9})?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  const parts = /^(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,8}(?:\.\d{1,9})?)s)?(?:(\d{1,9}(?:\.\d{1,9})?)ms)?$/.exec(
    text,
  );
  if (!parts || text === '') return null;
  const [, hours = 0, minutes = 0, seconds = 0, ms = 0] = parts;
  return Math.ceil(Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000 + Number(ms));
}

class TooLarge extends Error {}

function isTooLarge(error: unknown): boolean {
  return error instanceof APIError && error.cause instanceof TooLarge;
}

/** What came back, whatever the SDK makes of it. */
interface Seen {
  body: string;
}

/** Reads the body inside of fetch: the SDK's time-out ends with the headers, and it would read gigabytes. */
function boundedFetch(fetch: typeof globalThis.fetch, seen: Seen): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > MAX_BODY_BYTES) throw new TooLarge(`body over ${MAX_BODY_BYTES} bytes`);
      chunks.push(chunk);
    }
    const { status, statusText, headers } = response;
    const body = Buffer.concat(chunks);
    seen.body = body.toString('utf8');
    return new Response(bytes === 0 ? null : body, { status, statusText, headers });
  };
}

/** `ECONNREFUSED` and the like; messages of unknown errors may quote the key and are left out. */
function causeOf(error: Error): string | null {
  const cause = error.cause instanceof Error ? (error.cause.cause ?? error.cause) : null;
  const code = cause !== null && typeof cause === 'object' && 'code' in cause ? cause.code : null;
  return typeof code === 'string' ? code : null;
}

function failure(code: Failure['code'], said: string, remedy: string, retryAfter: number | null = null): Said {
  return { kind: 'failure', code, said, remedy, retryAfterMs: retryAfter };
}

function presentable(reply: Text | Said, key: string, { body }: Seen): ModelReply {
  if (reply.kind === 'text') return reply;
  const { kind, code, said, remedy, retryAfterMs } = reply;
  const told = withoutKeys(said, key).slice(0, DETAIL_MAX_CHARS - remedy.length - 2);
  return {
    kind,
    code,
    detail: `${told}: ${remedy}`,
    retryAfterMs,
    raw: withoutKeys(body, key).slice(0, RAW_MAX_CHARS) || null,
  };
}

/** Servers like to quote the key they refuse: it is gone before the text is cut, or half of it would stay. */
function withoutKeys(text: string, key: string): string {
  const clean = cleanText(text, MAX_BODY_BYTES);
  return (key === '' ? clean : clean.replaceAll(key, '***')).replace(KEYS, '***');
}
