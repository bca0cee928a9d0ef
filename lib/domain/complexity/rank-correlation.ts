// How well each estimator's scores ranked a model's requests, on outcomes that it had not seen when it said them.
import { type LearnedComplexity, modelOf } from './learned-model.ts';
import { type Correlations, correlationsIn, noWindow } from './score-window.ts';

/** Of the last requests of a model that were scored both ways: at most 256, none before there was something learned. */
export function correlationsOf(learned: LearnedComplexity, model: string): Correlations {
  return correlationsIn(modelOf(learned, model)?.window ?? noWindow());
}
