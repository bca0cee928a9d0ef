// One call of one model through groq-sdk. No cache, limit, retry or fallback in here: those wrap it (lib/app/advise).
import { type ApiKey, fixedKey } from '../app/ports/api-key.ts';
import type { Model, ModelReply, ModelRequest } from '../app/ports/world.ts';
import { REMEDY_FOR_URL, remedyForStatus } from '../domain/advice/llm-remedies.ts';
import { readCompletion } from './groq/completion.ts';
import { endpointsOf } from './groq/endpoint.ts';
import { readErrorBody } from './groq/error-body.ts';
import { type Answer, exchange } from './groq/exchange.ts';
import { isWrongPath, readRefusal } from './groq/refusal.ts';
import { parametersOf, requestBody } from './groq/request-body.ts';
import { failure, presentable, type Said } from './groq/said.ts';

interface GroqOptions {
  /** The key, or where it is: that is asked before every call, and once more where the server refuses it. Null for a server that takes none. */
  readonly apiKey: string | null | ApiKey;
  /** Any server that speaks OpenAI's chat completions, see `endpointsOf`. */
  readonly baseUrl?: string;
  readonly fetch?: typeof globalThis.fetch;
}

/** Reads any answer a server may give as text or as a named failure; throws nothing. */
export function makeGroqModel({ apiKey, baseUrl, fetch = globalThis.fetch }: GroqOptions): Model {
  let endpoints = endpointsOf(baseUrl);

  const keys = apiKey === null || typeof apiKey === 'string' ? fixedKey(apiKey) : apiKey;

  /** The first address that is there; the answer of the first one where none is. */
  async function post(request: ModelRequest, key: string | null, deadline: number): Promise<Answer | Said> {
    const body = requestBody(request);
    let first: Answer | null = null;
    for (const url of endpoints ?? []) {
      const answer = await exchange({ url, key, body, timeoutMs: deadline - performance.now(), fetch });
      if (answer.kind === 'failure') return first ?? answer;
      if (answer.status < 400 || !isWrongPath(answer.status, readErrorBody(answer.body))) {
        endpoints = [url];
        return answer;
      }
      first ??= answer;
    }
    return first ?? failure('request_refused', 'GROQ_BASE_URL cannot be called', REMEDY_FOR_URL);
  }

  async function complete(request: ModelRequest, key: string | null, deadline: number): Promise<ModelReply> {
    if (key !== null && !/^\s*[\x21-\x7e]+\s*$/.test(key)) return presentable(NO_SUCH_KEY, '', '');
    const sent = key?.trim() ?? null;
    const answer = await post(request, sent, deadline);
    if (answer.kind === 'failure') return presentable(answer, sent ?? '', '');
    if (answer.status === 401 && key !== null) {
      const newer = await keys.refused(key);
      if (newer !== null && newer !== key) return complete(request, newer, deadline);
    }
    const asked = { model: request.model, sent: parametersOf(requestBody(request)) };
    const isOk = answer.status >= 200 && answer.status < 300;
    const reply = (isOk ? readCompletion : readRefusal)(answer, asked, Date.now());
    return presentable(reply, sent ?? '', answer.body);
  }

  return {
    async complete(request) {
      const deadline = performance.now() + request.timeoutMs;
      try {
        return await complete(request, await keys.current(), deadline);
      } catch {
        // A key that cannot be fetched; the message may quote it.
        return presentable(NO_KEY, '', '');
      }
    },
  };
}

const NO_SUCH_KEY = failure(
  'request_refused',
  'the API key is empty or has characters no key has',
  remedyForStatus(401, true),
);
const NO_KEY = failure(
  'network',
  'the call could not be made',
  'check GROQ_API_KEY or GROQ_SECRET_ID, and GROQ_BASE_URL',
);
