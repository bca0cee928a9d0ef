// What a prompt looks like, in a few numbers: all that the scores go by, and all that is ever kept of it.
import { countText, noCounts, type TextCounts } from './count-text.ts';
import { stemCount } from './keywords.ts';

export interface Prompt {
  /** What is asked: the last thing that the user said. */
  readonly task: string;
  /** All the rest that is sent along: the system's message, what was said before, documents. */
  readonly context: readonly string[];
  readonly images?: number;
  /** As many tokens as the answer may have, where the request says. */
  readonly maxTokens?: number;
}

export interface PromptFeatures {
  readonly taskWords: number;
  readonly contextWords: number;
  /** In UTF-8. */
  readonly contextBytes: number;
  /** Task and context. */
  readonly messages: number;
  /** How many different stems of the closed list are in the task. */
  readonly keywords: number;
  /** Which they are, a bit each (`keywords.ts`). */
  readonly keywordBits: number;
  /** Fenced blocks in task and context; one that is not closed counts. */
  readonly code: number;
  readonly images: number;
  readonly maxTokens: number | null;
}

/** Of task and of context each, characters; what is beyond counts by its length, as if it went on so. */
const LOOKED_AT = 65_536;
/** More than any request has: a number from outside stays one to count with. */
const MOST = 1e9;

/** Linear in what is looked at, however much is sent; every field is finite and at least 0, whatever the text is. */
export function featuresOf({ task, context, images = 0, maxTokens }: Prompt): PromptFeatures {
  const asked = noCounts();
  countText(task, LOOKED_AT, asked);
  const around = noCounts();
  let contextChars = 0;
  for (const text of context) {
    contextChars += text.length;
    if (around.chars < LOOKED_AT) countText(text, LOOKED_AT - around.chars, around);
  }
  return {
    taskWords: goneOn(asked.words, asked, task.length),
    contextWords: goneOn(around.words, around, contextChars),
    contextBytes: goneOn(around.bytes, around, contextChars),
    messages: context.length + 1,
    keywords: stemCount(asked.stems),
    keywordBits: asked.stems,
    code: Math.ceil((asked.fences + around.fences) / 2),
    images: counted(images) ?? 0,
    maxTokens: counted(maxTokens),
  };
}

/** As many as were seen, and as many more as the rest holds at that rate. */
function goneOn(seen: number, { chars }: TextCounts, all: number): number {
  return chars === all ? seen : Math.round((seen * all) / chars);
}

/** A count from outside, or null where it is none. */
function counted(value: number | undefined): number | null {
  return value !== undefined && value >= 1 ? Math.min(Math.floor(value), MOST) : null;
}
