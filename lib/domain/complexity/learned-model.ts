// What is known of one model's requests, and of all models: plain JSON of numbers, so that it can be kept, shown and replayed.
import { noRegression, type Regression } from './regression.ts';
import { noWindow, type ScoreWindow } from './score-window.ts';
import { noSpread, type WorkSpread } from './work-spread.ts';

/** Nothing of a prompt is in it, and no text but the names of models. */
export interface LearnedComplexity {
  readonly version: 1;
  /** At most `MOST_MODELS`, and `other` for all beyond: whoever learns of names from outside closes their set before. */
  readonly models: Readonly<Record<string, LearnedModel>>;
}

export interface LearnedModel {
  /** How many outcomes it was learned from. */
  readonly outcomes: number;
  /** 1: work is output tokens; 0: seconds, as the server tells no tokens. */
  readonly isTokens: 0 | 1;
  /** Outcomes in a row that spoke for the other measure. */
  readonly otherwise: number;
  readonly regression: Regression;
  readonly spread: WorkSpread;
  readonly window: ScoreWindow;
  /** Work as it came and as it was foretold: faded sums. */
  readonly came: number;
  readonly foretold: number;
  /** 1 while the learned score is gone by. */
  readonly stands: 0 | 1;
}

export const MOST_MODELS = 64;
export const LONGEST_NAME = 128;
/** Whose requests are learned together. */
export const OTHER = 'other';

export function noModel(isTokens: 0 | 1): LearnedModel {
  return {
    outcomes: 0,
    isTokens,
    otherwise: 0,
    regression: noRegression(),
    spread: noSpread(),
    window: noWindow(),
    came: 0,
    foretold: 0,
    stands: 0,
  };
}

/** Under which name a model is learned: its own while there is room, else `other`. */
export function nameOf({ models }: LearnedComplexity, model: string): string {
  if (Object.hasOwn(models, model)) return model;
  const hasRoom = Object.keys(models).filter((name) => name !== OTHER).length < MOST_MODELS;
  return hasRoom && canBeName(model) ? model : OTHER;
}

/** What is known of a model, or null. */
export function modelOf(learned: LearnedComplexity, model: string): LearnedModel | null {
  const name = nameOf(learned, model);
  return Object.hasOwn(learned.models, name) ? (learned.models[name] ?? null) : null;
}

/** `__proto__` is lost on its way through JSON's readers. */
function canBeName(model: string): boolean {
  return model.length > 0 && model.length <= LONGEST_NAME && model !== '__proto__';
}
