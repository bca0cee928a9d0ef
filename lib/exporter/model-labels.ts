// Model names come from whoever asks: in metrics and in what is learned, only those that the installation named appear.
import { OTHER } from '../domain/complexity/learned-model.ts';
import type { ScalingPolicy } from '../domain/complexity/scaling-policy.ts';

export interface ModelLabels {
  /** All there can be, `other` included. */
  readonly all: readonly string[];
  of(model: string): string;
}

/** @param named beside those that the policy weighs */
export function makeModelLabels(policy: ScalingPolicy, named: readonly string[]): ModelLabels {
  const known = new Set([...Object.keys(policy.modelResourceWeights), ...named]);
  return {
    all: [...new Set([...known, OTHER])],
    /** A tag that is not named belongs to the model it is a tag of, as it does where models are weighed. */
    of: (model) => [model, model.replace(/:[^:/]*$/, '')].find((name) => known.has(name)) ?? OTHER,
  };
}
