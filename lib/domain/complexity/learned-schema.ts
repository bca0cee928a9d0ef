// The stored form of what is learned: a file is from outside, and a damaged one must not become a number that steers replicas.
import { z } from 'zod';
import { DIMENSIONS } from './feature-vector.ts';
import { LONGEST_NAME, MOST_MODELS } from './learned-model.ts';
import { solved, TRIANGLE } from './regression.ts';
import { WINDOW } from './score-window.ts';
import { BINS } from './work-spread.ts';

/** Far beyond what learning arrives at, and far below where sums of products overflow. */
const finite = z.number().min(-1e12).max(1e12);
const sum = finite.nonnegative();
const flag = z.union([z.literal(0), z.literal(1)]);
const score = z.number().min(0).max(100);

const regression = z
  .strictObject({
    squares: z.array(finite).length(TRIANGLE),
    products: z.array(finite).length(DIMENSIONS),
    weights: z.array(finite).length(DIMENSIONS),
  })
  .refine(({ squares, products }) => solved(squares, products) !== null, 'these are no sums of squares')
  .transform(({ squares, products }) => ({ squares, products, weights: solved(squares, products) ?? [] }));

const window = z
  .strictObject({
    rule: z.array(score).max(WINDOW),
    learned: z.array(score).max(WINDOW),
    given: z.array(score).max(WINDOW),
    work: z.array(z.number().min(-7).max(14)).max(WINDOW),
  })
  .refine(
    ({ rule, learned, given, work }) => [rule, learned, given].every(({ length }) => length === work.length),
    'its lists are not of equal length',
  );

const model = z.strictObject({
  outcomes: z.int().nonnegative(),
  isTokens: flag,
  otherwise: z.int().nonnegative().max(1000),
  regression,
  spread: z.array(sum).length(BINS),
  window,
  came: sum,
  foretold: sum,
  stands: flag,
});

export const learnedSchema = z.strictObject({
  version: z.literal(1),
  models: z
    .record(z.string().min(1).max(LONGEST_NAME), model)
    .refine((models) => Object.keys(models).length <= MOST_MODELS + 1, `more than ${MOST_MODELS} models`),
});
