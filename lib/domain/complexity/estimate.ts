// How much work a request is, 0…100, and why: by the rule, until what was learned has shown to be the better judge.
import type { PromptFeatures } from './features.ts';
import { expected } from './learned.ts';
import { type LearnedComplexity, modelOf } from './learned-model.ts';
import { ruleScore } from './rule-score.ts';

export interface Asked {
  readonly features: PromptFeatures;
  readonly model: string;
}

export interface Estimate {
  /** The one to go by, 0…100. */
  readonly score: number;
  readonly ruleScore: number;
  /** Where the expected work stands among what this model had, percent; null before there is enough of that. */
  readonly learnedScore: number | null;
  /** Of the answer, where the model's server tells tokens and enough was learned; in the mean, not in the median. */
  readonly expectedTokens: number | null;
  /** Numbers, and names of our own; never a word of the prompt. */
  readonly because: readonly string[];
}

/** Means lie above medians, but an absurd answer or two must not multiply what is expected of all. */
const MOST_ABOVE_MEDIAN = 4;

export function estimate({ features, model: name }: Asked, learned: LearnedComplexity): Estimate {
  const rule = ruleScore(features);
  const model = modelOf(learned, name);
  const foretold = model === null ? null : expected(model, features);
  if (model === null || foretold === null)
    return {
      score: rule.score,
      ruleScore: rule.score,
      learnedScore: null,
      expectedTokens: null,
      because: rule.because,
    };
  const stands = model.stands === 1;
  const expectedWork = Math.exp(foretold.logWork) * aboveMedian(model.came, model.foretold);
  const unit = model.isTokens === 1 ? 'output tokens' : 'seconds';
  const standing = `expected ${twoDigits(expectedWork)} ${unit}, more than ${foretold.score} % of what it had`;
  const because = stands
    ? [`learned from ${model.outcomes}: ${standing}`, `the rule says ${rule.score}`]
    : [...rule.because, `learned says ${foretold.score}, and has not shown to be better`];
  return {
    score: stands ? foretold.score : rule.score,
    ruleScore: rule.score,
    learnedScore: foretold.score,
    expectedTokens: model.isTokens === 1 ? Math.max(1, Math.round(expectedWork)) : null,
    because,
  };
}

function aboveMedian(came: number, foretold: number): number {
  return foretold > 0 ? Math.max(1 / MOST_ABOVE_MEDIAN, Math.min(MOST_ABOVE_MEDIAN, came / foretold)) : 1;
}

function twoDigits(value: number): string {
  return value < 10 ? value.toPrecision(2) : String(Math.round(value));
}
