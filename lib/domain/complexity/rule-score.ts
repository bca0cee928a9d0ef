// The seed's own rule: words, keywords and the size of the context, whatever came of such requests.
import type { PromptFeatures } from './features.ts';
import { groupsOf } from './keywords.ts';

export interface RuleScore {
  /** 0…100, to a tenth. */
  readonly score: number;
  /** Numbers, and names of our own list; never a word of the prompt. */
  readonly because: readonly string[];
}

/** More than these are high. */
const MANY_WORDS = 300;
/** Where high starts. */
const HIGH = 80;
/** Of every further keyword after the first, which alone is high. */
const PER_KEYWORD = 5;
const MOST_OF_KEYWORDS = 95;
/** A context as large as this, in bytes, is worth half of what a context can be. */
const HALF_CONTEXT_BYTES = 16_384;
const MOST_OF_CONTEXT = 60;

/**
 * More than 300 words are high (80 or more), and so is any keyword; context alone is never more than medium. Each part takes
 * its share of what the others left of 100, so that the score rises with each of them and never leaves 0…100.
 */
export function ruleScore(features: PromptFeatures): RuleScore {
  const { taskWords, keywords, keywordBits, contextBytes, messages } = features;
  const words = ofWords(taskWords);
  const named = keywords === 0 ? 0 : Math.min(MOST_OF_KEYWORDS, HIGH + PER_KEYWORD * (keywords - 1));
  const context = (MOST_OF_CONTEXT * contextBytes) / (contextBytes + HALF_CONTEXT_BYTES);
  const left = [words, named, context].reduce((rest, part) => rest * (1 - part / 100), 1);
  const because = [`${counted(taskWords, 'word')} of task: ${Math.round(words)}`];
  if (keywords > 0) because.push(`${counted(keywords, 'keyword')} of ${groupsOf(keywordBits).join(', ')}: ${named}`);
  if (contextBytes > 0)
    because.push(`${counted(contextBytes, 'byte')} of context in ${messages - 1}: ${Math.round(context)}`);
  return { score: Math.round(1000 * (1 - left)) / 10, because };
}

/** In a straight line to just under high at 300 words, and on from high ever more slowly. */
function ofWords(words: number): number {
  return words <= MANY_WORDS ? ((HIGH - 1) * words) / MANY_WORDS : 100 - ((100 - HIGH) * MANY_WORDS) / words;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
