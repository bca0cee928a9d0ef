// The features as a regression takes them: logarithms, as work grows in proportions and not in steps.
import type { PromptFeatures } from './features.ts';

/** Numbers of a vector, the constant 1 included. */
export const DIMENSIONS = 10;

/** An ordinary limit: what a request that states none is likest to. */
const USUAL_MAX_TOKENS = 512;

/** A limit from here on is none: clients that mean so send any number, and one far out would bend the line for all. */
const NO_MAX_TOKENS = 100_000;

/** The first is the constant. Bytes enter by how many there are to a word: by themselves they say what words say. */
export function vectorOf(features: PromptFeatures): readonly number[] {
  const { taskWords, contextWords, contextBytes, messages, keywords, code, images } = features;
  const maxTokens = (features.maxTokens ?? NO_MAX_TOKENS) < NO_MAX_TOKENS ? features.maxTokens : null;
  return [
    1,
    Math.log1p(taskWords),
    Math.log1p(contextWords),
    Math.log1p(contextBytes) - Math.log1p(contextWords),
    Math.log1p(messages),
    Math.log1p(keywords),
    Math.log1p(code),
    Math.log1p(images),
    maxTokens === null ? 0 : 1,
    maxTokens === null ? 0 : Math.log(Math.max(1, maxTokens) / USUAL_MAX_TOKENS),
  ];
}
