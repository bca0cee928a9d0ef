// What a server means by an error: that a model is gone, a parameter not taken, the path wrong, a limit reached … or an answer in it.
import type { ModelReply, OptionalParameter } from '../../app/ports/world.ts';
import { REMEDY_FOR_PATH, REMEDY_FOR_REDIRECT, remedyForStatus } from '../../domain/advice/llm-remedies.ts';
import { shownUrl } from './endpoint.ts';
import { type ErrorBody, readErrorBody } from './error-body.ts';
import type { Answer } from './exchange.ts';
import { failedGeneration } from './failed-generation.ts';
import { refusedParameters } from './refused-parameters.ts';
import { retryAfterMs } from './retry-after.ts';
import { failure, type Said, type Text } from './said.ts';

export interface Asked {
  readonly model: string;
  /** What was sent of the parameters that can be left out. */
  readonly sent: readonly OptionalParameter[];
}

type Code = Extract<ModelReply, { kind: 'failure' }>['code'];

const NO_TOKENS = { promptTokens: 0, cachedTokens: 0, completionTokens: 0 };

/** @param now dates a retry-after where the server sends no date */
export function readRefusal(answer: Answer, asked: Asked, now: number): Text | Said {
  const generation = failedGeneration(answer.body);
  if (generation !== null)
    return { kind: 'text', text: generation, finishReason: 'failed_generation', usage: NO_TOKENS };
  const { status, url, headers } = answer;
  const error = readErrorBody(answer.body);
  if (status >= 300 && status < 400) return redirected(status, headers);
  if (isWrongPath(status, error))
    return failure('request_refused', `${status} at ${shownUrl(url)} ${error.message}`, REMEDY_FOR_PATH);
  const { code, remedyStatus = status } = meaning(status, wordsWithout(asked.model, error), error);
  const told = `${status} ${error.code === String(status) ? '' : error.code} ${error.message || 'without a readable error'}`;
  const refused = isOfParameters(status, code, remedyStatus)
    ? { refused: refusedParameters(wordsWithout(asked.model, error), asked.sent) }
    : {};
  const remedy = remedyForStatus(remedyStatus, error.isJson);
  return failure(code, told, remedy, { retryAfterMs: retryAfterMs(headers, now), ...refused });
}

/** Nothing at this address speaks of models: it is another one that was meant. */
export function isWrongPath(status: number, error: ErrorBody): boolean {
  // LiteLLM hands `/openai/…` on to OpenAI itself, which needs a key that most have not given it.
  if (/pass-?through calls/i.test(error.message)) return true;
  if (status === 405) return true;
  return (
    status === 404 && (!/model|deployment|engine|endpoints found/i.test(error.words) || NO_SUCH_URL.test(error.words))
  );
}

const NO_SUCH_URL = /unknown_url|unknown request url|invalid url|unknown ?operation/i;
const MODEL_GONE = new RegExp(
  [
    'model_[a-z]+',
    'not found, try pulling',
    '(?:invalid|unknown|no such|unsupported) (?:model|engine|deployment)',
    'model (?:identifier|name)\\b.{0,80}\\binvalid',
    '\\b(?:access|authorized|permitted|allowed)\\b.{0,80}\\b(?:model|inference-profile)',
    "\\bmodels?\\b.{0,200}(?:not found|not exist|not available|unavailable|isn't supported|is not supported|does not support chat|no longer|decommissioned|deprecated|end of (?:its )?life|not loaded|has not been)",
    'LLM Provider NOT provided',
    'no healthy deployments|no endpoints found',
  ].join('|'),
  'is',
);
const KEY_TROUBLE =
  /api[_ ]?key.{0,40}(?:invalid|not valid|missing|expired|incorrect)|(?:invalid|incorrect|missing) api[_ ]?key/i;

/** `remedyStatus`: the status whose remedy fits, where it is another. */
function meaning(status: number, words: string, error: ErrorBody): { code: Code; remedyStatus?: number } {
  // Switched off: 400 model_decommissioned (Groq). Not allowed: 401 key_model_access_denied (LiteLLM), 403 (Bedrock).
  if (status === 404 || error.code.startsWith('model_')) return { code: 'model_not_found' };
  if ([401, 403, 410].includes(status) && MODEL_GONE.test(words)) return { code: 'model_not_found' };
  if (status === 400 || status === 422) {
    if (KEY_TROUBLE.test(words)) return { code: 'request_refused', remedyStatus: 401 };
    if (MODEL_GONE.test(words) && !refusedParameters(words, SENT_BY_ANY).named)
      return { code: 'model_not_found', remedyStatus: 404 };
  }
  return { code: BY_STATUS[status] ?? (status >= 500 ? 'server_error' : 'request_refused') };
}

const BY_STATUS: Readonly<Record<number, Code>> = {
  408: 'timeout',
  413: 'too_many_tokens',
  // Bedrock: the model failed at this request.
  424: 'server_error',
  429: 'rate_limited',
  498: 'capacity',
  503: 'capacity',
  504: 'timeout',
  529: 'capacity',
};

/** "`json_schema` is not supported by this model" is no word on the model itself. */
const SENT_BY_ANY: readonly OptionalParameter[] = ['response_format', 'reasoning_effort', 'temperature', 'max_tokens'];

function isOfParameters(status: number, code: Code, remedyStatus: number): boolean {
  return code === 'request_refused' && (status === 400 || status === 422) && remedyStatus === status;
}

/** A model may be called `think-tool-2`. */
function wordsWithout(model: string, { words }: ErrorBody): string {
  return model.length < 3 ? words : words.replaceAll(model, '…');
}

function redirected(status: number, headers: Headers): Said {
  const to = headers.get('location');
  const where = to === null ? 'nowhere' : shownUrl(to);
  return failure(
    'request_refused',
    `${status}: the server redirects to ${where}, where no key is taken`,
    REMEDY_FOR_REDIRECT,
  );
}
