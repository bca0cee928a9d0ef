// The text of a completion, wherever a server puts it; never its reasoning. What is none is a named failure.
import * as z from 'zod';
import type { TokenUsage } from '../../app/ports/world.ts';
import { REMEDY_FOR_PAGE } from '../../domain/advice/llm-remedies.ts';
import { parsed } from './error-body.ts';
import type { Answer } from './exchange.ts';
import { type Asked, readRefusal } from './refusal.ts';
import { failure, type Said, type Text } from './said.ts';

const OTHER_MODEL = 'if it stays so, put another model first in GROQ_MODELS';
const STREAM = 'the server must answer at once: turn streaming off in it or in the proxy before it';

const call = z.object({ function: z.object({ arguments: z.unknown() }) });
const message = z.object({
  content: z.unknown().optional(),
  refusal: z.string().nullish().catch(null),
  reasoning: z.unknown().optional(),
  reasoning_content: z.unknown().optional(),
  tool_calls: z.array(call).nullish().catch(null),
  function_call: z.object({ arguments: z.unknown() }).nullish().catch(null),
});
/** What we rely on of a completion. */
const COMPLETION = z.object({
  choices: z.array(z.object({ message, finish_reason: z.string().nullish().catch(null) })),
  usage: z.unknown().optional(),
});
type Message = z.infer<typeof message>;

export function readCompletion(answer: Answer, asked: Asked, now: number): Text | Said {
  if (/^\s*(?:data|event|id|retry)?:/.test(answer.body))
    return failure('server_error', 'the server answered with a stream of events, which was not asked for', STREAM);
  const body = parsed(answer.body);
  if (body === null && answer.body.trim() !== 'null')
    return failure('server_error', `the server answered ${answer.status} with invalid JSON`, REMEDY_FOR_PAGE);
  const completion = COMPLETION.safeParse(body);
  if (completion.success && !(completion.data.choices.length === 0 && hasError(body))) return read(completion.data);
  if (hasError(body)) return readRefusal({ ...answer, status: statusWithin(body) }, asked, now);
  return failure(
    'server_error',
    `the server answered ${answer.status} with something that is no completion`,
    REMEDY_FOR_PAGE,
  );
}

function read({ choices: [choice], usage: told }: z.infer<typeof COMPLETION>): Text | Said {
  const usage = usageOf(told);
  if (choice === undefined) return failure('empty', 'the completion has no choices', OTHER_MODEL, { usage });
  const text = textOf(choice.message);
  const finishReason = choice.finish_reason ?? 'unknown';
  if (text.trim() !== '' || finishReason === 'length') return { kind: 'text', text, finishReason, usage };
  return failure('empty', `${emptyWords(choice.message)} (finish_reason ${finishReason})`, OTHER_MODEL, { usage });
}

function emptyWords({ refusal, reasoning, reasoning_content }: Message): string {
  if (refusal) return `the model refuses: ${refusal}`;
  return reasoning || reasoning_content ? 'the completion is empty but for its reasoning' : 'the completion is empty';
}

/** A string, a list of parts, or an object already read; where a model called a function instead, what it called it with. */
function textOf({ content, tool_calls, function_call }: Message): string {
  const text = contentText(content);
  if (text.includes('{')) return text;
  const calls = [...(tool_calls ?? []).map((each) => each.function), ...(function_call ? [function_call] : [])];
  const given = calls.map((each) => contentText(each.arguments)).join('\n');
  return given.trim() === '' ? text : given;
}

const PART = z.object({ type: z.enum(['text', 'output_text']).optional(), text: z.string() });

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return typeof content === 'object' && content !== null ? JSON.stringify(content) : '';
  return content.map((part) => (typeof part === 'string' ? part : (PART.safeParse(part).data?.text ?? ''))).join('');
}

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

/** Gateways answer 200 and put the error inside (OpenRouter, RunPod before vLLM). */
const ERROR_WITHIN = z.union([
  z.object({ error: z.union([z.string().min(1), z.object({})]) }),
  z.object({ errors: z.array(z.unknown()).min(1) }),
  z.object({ object: z.literal('error') }),
  z.object({ type: z.literal('error') }),
]);

function hasError(body: unknown): boolean {
  return ERROR_WITHIN.safeParse(Array.isArray(body) ? body[0] : body).success;
}

const STATUS = z.coerce.number().int().min(400).max(599);
const STATUS_BY_NAME: readonly (readonly [RegExp, number])[] = [
  [/rate.?limit|throttl|too.?many.?requests/i, 429],
  [/model.?not.?found|model_|not.?found/i, 404],
  [/invalid.?request|bad.?request|validation|unsupported/i, 400],
  [/auth|api.?key/i, 401],
];

function statusWithin(body: unknown): number {
  const text = JSON.stringify(body).slice(0, 2_000);
  const told = /"(?:code|status|status_code)":"?(\d{3})\b/.exec(text)?.[1];
  const status = STATUS.safeParse(told).data;
  return status ?? STATUS_BY_NAME.find(([name]) => name.test(text))?.[1] ?? 502;
}
