// One line of a file of past requests: which model was asked what, and what came of it. Its text is never part of a message.
import { z } from 'zod';
import type { Prompt } from '../../lib/domain/complexity/features.ts';

export interface PastRequest {
  readonly model: string;
  readonly prompt: Prompt;
  readonly outputTokens: number | null;
  readonly seconds: number | null;
}

export type ReadLine =
  | { readonly kind: 'request'; readonly request: PastRequest }
  | { readonly kind: 'refused'; readonly reason: string };

const amount = z.number().nonnegative().nullish();
const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const message = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(part)], 'expected text, or a list of parts with a "type"').nullish(),
  images: z.array(z.unknown()).optional(),
});
const pastRequest = z
  .looseObject({
    model: z.string().min(1, 'expected a name'),
    prompt: z.string().optional(),
    system: z.string().optional(),
    messages: z.array(message).min(1, 'expected at least one message').optional(),
    images: z.array(z.unknown()).optional(),
    max_tokens: amount,
    output_tokens: amount,
    seconds: amount,
  })
  .refine(
    ({ prompt, messages }) => (prompt === undefined) !== (messages === undefined),
    'expected either "prompt" (text) or "messages" (a list of {"role","content"})',
  );

type Message = z.infer<typeof message>;

/** What is wrong names the field and what was expected there, and quotes nothing. @param text null for a line too long to be read */
export function readPromptLine(text: string | null): ReadLine {
  if (text === null) return refused('it is longer than 100 million characters');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own words quote what it found.
    return refused(
      'expected one JSON object on the line, such as {"model":"qwen2.5:3b","prompt":"…","output_tokens":120}',
    );
  }
  const read = pastRequest.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    const field = issue?.path.length ? `${issue.path.join('.')}: ` : '';
    return refused(`${field}${(issue?.message ?? 'expected a request').replace(/^Invalid input: /, '')}`);
  }
  const { model, output_tokens = null, seconds = null } = read.data;
  return { kind: 'request', request: { model, prompt: promptOf(read.data), outputTokens: output_tokens, seconds } };
}

function refused(reason: string): ReadLine {
  return { kind: 'refused', reason };
}

/** The task is the last that the user said; all before and after it is context. */
function promptOf({ prompt, system, messages = [], images = [], max_tokens }: z.infer<typeof pastRequest>): Prompt {
  const limit = typeof max_tokens === 'number' ? { maxTokens: max_tokens } : {};
  const before = system === undefined ? [] : [system];
  if (prompt !== undefined) return { task: prompt, context: before, images: images.length, ...limit };
  const asked = messages.findLast(({ role }) => role === 'user') ?? messages.at(-1);
  const rest = messages.filter((one) => one !== asked).map(textOf);
  const pictures = messages.reduce((sum, one) => sum + imagesOf(one), images.length);
  return { task: asked === undefined ? '' : textOf(asked), context: [...before, ...rest], images: pictures, ...limit };
}

function textOf({ content }: Message): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text = '' }) => text).join('\n');
}

function imagesOf({ content, images = [] }: Message): number {
  const parts = Array.isArray(content) ? content.filter(({ type }) => type.includes('image')) : [];
  return parts.length + images.length;
}
