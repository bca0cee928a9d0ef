// Worlds of LLM requests in which it is known what makes work: prompts drawn at random, and tokens that follow from some of it.
import { estimate } from '../../lib/domain/complexity/estimate.ts';
import { featuresOf, type Prompt, type PromptFeatures } from '../../lib/domain/complexity/features.ts';
import { freshLearned, learned } from '../../lib/domain/complexity/learned.ts';
import type { LearnedComplexity } from '../../lib/domain/complexity/learned-model.ts';

export interface Draw {
  /** From 0 to 1. */
  even(): number;
  /** About normal. */
  normal(): number;
}

/** Tokens that an answer to this has. */
export type Work = (prompt: Required<Prompt>, draw: Draw, i: number) => number;

export interface Played {
  readonly state: LearnedComplexity;
  /** Of the requests, how many were scored by what was learned. */
  readonly byLearned: number;
  readonly scores: readonly number[];
}

/** Reproducible. */
export function makeDraw(seed: number): Draw {
  let state = seed * 7919;
  const even = () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return (state + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) even();
  return { even, normal: () => Math.sqrt(-2 * Math.log(even())) * Math.cos(2 * Math.PI * even()) };
}

/** Every part varies, and none with another. */
export function drawPrompt({ even }: Draw): Required<Prompt> {
  const words = Math.floor(Math.exp(6.5 * even()));
  return {
    task: `${'alpha '.repeat(words)}${even() < 0.3 ? 'Design it' : 'Say it'}`,
    context: Array.from({ length: Math.floor(6 * even()) }, () => 'beta '.repeat(Math.floor(400 * even()))),
    images: even() < 0.1 ? 1 : 0,
    maxTokens: 2 ** Math.floor(5 + 7 * even()),
  };
}

/** Scored one after the other, each outcome learned before the next is scored. */
export function play(work: Work, { requests = 800, seed = 1, from = freshLearned(), model = 'model' } = {}): Played {
  const draw = makeDraw(seed);
  let state = from;
  let byLearned = 0;
  const scores: number[] = [];
  for (let i = 0; i < requests; i++) {
    const prompt = drawPrompt(draw);
    const features: PromptFeatures = featuresOf(prompt);
    const { score } = estimate({ features, model }, state);
    if (state.models[model]?.stands === 1) byLearned++;
    scores.push(score);
    const outputTokens = work(prompt, draw, i);
    state = learned(state, { model, features, score, outputTokens, seconds: null });
  }
  return { state, byLearned, scores };
}
