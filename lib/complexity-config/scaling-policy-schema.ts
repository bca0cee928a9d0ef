// The shape of seed 5's scaling policy, for the exporter's variable and for a signal's `scaling`: no gaps, no overlaps, nothing that shrinks.
import * as z from 'zod';
import {
  COMPLEXITY_LEVELS,
  type ComplexityLevel,
  DEFAULT_SCALE_UP_AT,
  DEFAULT_SCALING_POLICY,
} from '../domain/complexity/scaling-policy.ts';
import { SIGNAL_NAME } from '../domain/workload/signal.ts';

/** Models are labels of metrics: as many as a dashboard can show. */
const MOST_MODELS = 50;
const MOST_FACTOR = 10;
const MOST_WEIGHT = 100;
const LEAST_WEIGHT = 0.01;

/** `library/qwen2.5:3b`, `openai/gpt-oss-20b`; never a word that an object has of itself. */
export const MODEL_NAME = /^(?!__proto__$)[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}$/;

/** A level without a number of its own would be a gap. */
const between = (low: number, high: number, why = '') =>
  z
    .number({
      error: ({ input }) =>
        input === undefined
          ? `is missing: low, medium and high each need a number from ${low} to ${high}`
          : `expected a number from ${low} to ${high}`,
    })
    .min(low, `expected a number from ${low} to ${high}${why}`)
    .max(high, `expected a number from ${low} to ${high}${why}`);
const perLevel = (number: z.ZodNumber) => z.strictObject({ low: number, medium: number, high: number });

const threshold = between(0, 100);
const factor = between(1, MOST_FACTOR, ': it is how much more a level is worth, and none is worth less');
const weight = between(LEAST_WEIGHT, MOST_WEIGHT);

const thresholds = perLevel(threshold).superRefine((said, context) =>
  eachPair((lower, higher) => {
    if (said[lower] < said[higher]) return;
    const message = `is ${said[higher]}, and ${lower} is ${said[lower]}: the two overlap; expected ${higher} above ${lower}, so that every score has one level`;
    context.addIssue({ code: 'custom', path: [higher], message });
  }),
);
const factors = perLevel(factor).superRefine((said, context) =>
  eachPair((lower, higher) => {
    if (said[lower] <= said[higher]) return;
    const message = `is ${said[higher]}, and ${lower} is ${said[lower]}: expected no less for more work`;
    context.addIssue({ code: 'custom', path: [higher], message });
  }),
);
const weights = z.record(z.string(), weight).superRefine((models, context) => {
  const names = Object.keys(models);
  for (const name of names.filter((one) => !MODEL_NAME.test(one)))
    context.addIssue({ code: 'custom', path: [name], message: 'expected the name of a model such as qwen2.5:3b' });
  if (names.length > MOST_MODELS)
    context.addIssue({ code: 'custom', message: `names ${names.length} models: expected at most ${MOST_MODELS}` });
});

const shape = {
  complexityThresholds: thresholds.default(DEFAULT_SCALING_POLICY.complexityThresholds),
  modelResourceWeights: weights.default(DEFAULT_SCALING_POLICY.modelResourceWeights),
  scaleUpFactors: factors.default(DEFAULT_SCALING_POLICY.scaleUpFactors),
};

export const scalingPolicySchema = z.strictObject(shape);

/** As a signal says it: the policy, and what the controller goes by beside it. */
export const complexityScalingSchema = z
  .strictObject({
    ...shape,
    scaleUpAt: threshold.default(DEFAULT_SCALE_UP_AT),
    queue: z.string().regex(SIGNAL_NAME, 'expected the name of a signal such as queue-seconds').optional(),
  })
  .superRefine(({ scaleUpAt, complexityThresholds: { low } }, context) => {
    if (scaleUpAt > low) return;
    const message = `is ${scaleUpAt}, and what is under ${low} is quiet: expected more than complexityThresholds.low`;
    context.addIssue({ code: 'custom', path: ['scaleUpAt'], message });
  });

function eachPair(compare: (lower: ComplexityLevel, higher: ComplexityLevel) => void): void {
  for (const [i, higher] of COMPLEXITY_LEVELS.entries()) {
    const lower = COMPLEXITY_LEVELS[i - 1];
    if (lower !== undefined) compare(lower, higher);
  }
}
