// Learning from past requests: one outcome in, the next state out. The order of the outcomes is the order of learning.
import { vectorOf } from './feature-vector.ts';
import type { PromptFeatures } from './features.ts';
import { type LearnedComplexity, type LearnedModel, modelOf, nameOf, noModel } from './learned-model.ts';
import { learnedSchema } from './learned-schema.ts';
import { predicted, regressed } from './regression.ts';
import { ruleScore } from './rule-score.ts';
import { correlationsIn, learnedStands, windowWith } from './score-window.ts';
import { percentileOf, spreadWith } from './work-spread.ts';

export interface Outcome {
  readonly model: string;
  readonly features: PromptFeatures;
  /** What `estimate` had said when the request came, 0…100. */
  readonly score: number;
  /** Tokens of the answer, where the server told. */
  readonly outputTokens: number | null;
  /** From the request to the end of its answer. */
  readonly seconds: number | null;
}

export type ReadLearned =
  | { readonly kind: 'learned'; readonly learned: LearnedComplexity }
  | { readonly kind: 'refused'; readonly reason: string };

/** Before so many outcomes nothing is foretold: twice as many as there are weights. */
const FIRST_FORETOLD = 20;
/** How often it is looked at which score is the better one: ranking the window costs more than all the rest. */
const LOOK_EVERY = 16;
/** Outcomes in a row after which the other measure of work is taken, and learning begins anew. */
const SWITCH_AFTER = 20;
/** More than these no answer has; what claims to is a fault, and nothing is learned from it. */
const MOST_TOKENS = 1e6;
const MOST_SECONDS = 86_400;
const LEAST_SECONDS = 0.001;
/** Of the sums of work, at the next outcome. */
const KEPT = 1 - 1 / 1000;

export function freshLearned(): LearnedComplexity {
  return { version: 1, models: {} };
}

/** The state after one more outcome; the same where the outcome tells no work that can be: none, 0, less, or beyond all bounds. */
export function learned(state: LearnedComplexity, outcome: Outcome): LearnedComplexity {
  const tokens = within(outcome.outputTokens, 1, MOST_TOKENS);
  const seconds = within(outcome.seconds, LEAST_SECONDS, MOST_SECONDS);
  if (tokens === null && seconds === null) return state;
  const name = nameOf(state, outcome.model);
  const before = modelOf(state, name) ?? noModel(tokens === null ? 0 : 1);
  return { version: 1, models: { ...state.models, [name]: nextOf(before, outcome, tokens, seconds) } };
}

/** A state that was stored, if it is one; whatever it is instead is said, and never thrown. */
export function readLearned(stored: unknown): ReadLearned {
  const read = learnedSchema.safeParse(stored);
  if (read.success) return { kind: 'learned', learned: read.data };
  const [issue] = read.error.issues;
  const where = issue?.path.length ? `at ${issue.path.join('.')}: ` : '';
  return { kind: 'refused', reason: `${where}${issue?.message ?? 'not what is learned'}` };
}

/** What the work of such a request is expected to be, as a logarithm, and where that stands among all; null before there is enough. */
export function expected(
  model: LearnedModel,
  features: PromptFeatures,
): { readonly logWork: number; readonly score: number } | null {
  if (model.outcomes < FIRST_FORETOLD) return null;
  const logWork = Math.max(
    Math.log(LEAST_SECONDS),
    Math.min(Math.log(MOST_TOKENS), predicted(model.regression, vectorOf(features))),
  );
  return { logWork, score: Math.round(10 * percentileOf(model.spread, logWork)) / 10 };
}

function nextOf(before: LearnedModel, outcome: Outcome, tokens: number | null, seconds: number | null): LearnedModel {
  const speaksOtherwise = before.isTokens === 1 ? tokens === null : tokens !== null;
  const otherwise = speaksOtherwise ? before.otherwise + 1 : 0;
  if (otherwise >= SWITCH_AFTER) return nextOf(noModel(before.isTokens === 1 ? 0 : 1), outcome, tokens, seconds);
  const work = before.isTokens === 1 ? tokens : seconds;
  return work === null ? { ...before, otherwise } : { ...withWork(before, outcome, work), otherwise };
}

/** Foretold first and learned then: a score never knew what it is held against. */
function withWork(before: LearnedModel, { features, score }: Outcome, work: number): LearnedModel {
  const y = Math.log(work);
  const foretold = expected(before, features);
  const outcomes = before.outcomes + 1;
  const window =
    foretold === null
      ? before.window
      : windowWith(before.window, {
          rule: ruleScore(features).score,
          learned: foretold.score,
          given: Number.isFinite(score) ? Math.max(0, Math.min(100, score)) : 0,
          work: y,
        });
  return {
    ...before,
    outcomes,
    window,
    regression: regressed(before.regression, vectorOf(features), y),
    spread: spreadWith(before.spread, y),
    came: before.came * KEPT + (foretold === null ? 0 : work),
    foretold: before.foretold * KEPT + (foretold === null ? 0 : Math.exp(foretold.logWork)),
    stands:
      outcomes % LOOK_EVERY === 0
        ? learnedStands(correlationsIn(window), before.stands === 1)
          ? 1
          : 0
        : before.stands,
  };
}

function within(value: number | null, least: number, most: number): number | null {
  return value !== null && value >= least && value <= most ? value : null;
}
