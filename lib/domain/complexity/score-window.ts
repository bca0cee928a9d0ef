// The last scores of a model beside the work that came of them: what each estimator has shown, on requests it had not seen.
import { rankCorrelation } from './spearman.ts';

/** What was said of one request before its outcome was known, and the outcome. */
export interface Scored {
  readonly rule: number;
  readonly learned: number;
  /** As it was handed out when the request came: of what had been learned by then. */
  readonly given: number;
  /** Natural logarithm. */
  readonly work: number;
}

/** Lists of equal length, oldest first. */
export type ScoreWindow = { readonly [Field in keyof Scored]: readonly number[] };

/** Spearman's, of scores with the work that came; null where one of both never changes. */
export interface Correlations {
  readonly rule: number | null;
  readonly learned: number | null;
  readonly given: number | null;
  /** On how many requests they stand. */
  readonly requests: number;
}

export const WINDOW = 256;
/** With fewer nothing is told. */
const ENOUGH = 64;
/** By how many standard errors of a rank correlation (1/√(n−1)) learning must be ahead to take over. */
const ERRORS_AHEAD = 3;

export function noWindow(): ScoreWindow {
  return { rule: [], learned: [], given: [], work: [] };
}

export function windowWith(window: ScoreWindow, scored: Scored): ScoreWindow {
  const next = (field: keyof Scored) => [...window[field].slice(1 - WINDOW), scored[field]];
  return { rule: next('rule'), learned: next('learned'), given: next('given'), work: next('work') };
}

export function correlationsIn({ rule, learned, given, work }: ScoreWindow): Correlations {
  return {
    rule: rankCorrelation(rule, work),
    learned: rankCorrelation(learned, work),
    given: rankCorrelation(given, work),
    requests: work.length,
  };
}

/**
 * Whether the learned score is to be gone by. It takes over once it is ahead of the rule, and of no relation at all, by more
 * than chance explains, and stays until it is not ahead any more: between the two nothing flaps.
 */
export function learnedStands({ rule, learned, requests }: Correlations, stood: boolean): boolean {
  if (requests < ENOUGH) return false;
  const ahead = (learned ?? 0) - Math.max(0, rule ?? 0);
  return stood ? ahead > 0 : ahead >= ERRORS_AHEAD / Math.sqrt(requests - 1);
}
