// What is learned, as a state: explicit, bounded, of numbers alone, the same after JSON; refused with a reason where it is damaged.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimate } from '../../../lib/domain/complexity/estimate.ts';
import { featuresOf } from '../../../lib/domain/complexity/features.ts';
import { freshLearned, learned, type Outcome, readLearned } from '../../../lib/domain/complexity/learned.ts';
import type { LearnedComplexity } from '../../../lib/domain/complexity/learned-model.ts';
import { play } from '../../make/prompt-worlds.ts';

const SECRET = 'xyzzy-plugh-4711';
const features = featuresOf({ task: 'explain this', context: [], maxTokens: 100 });
const outcome = (more: Partial<Outcome> = {}): Outcome => ({
  ...{ model: 'model', features, score: 10, outputTokens: 120, seconds: 4 },
  ...more,
});
const taught = (outcomes: readonly Outcome[], from = freshLearned()) => outcomes.reduce(learned, from);
const times = (n: number, more: Partial<Outcome> = {}) => new Array<Outcome>(n).fill(outcome(more));
const model = (state: LearnedComplexity) => state.models.model;

const size = fc.oneof(fc.nat(500), fc.nat(1e9));
const absurd = fc.constantFrom(0, -1, Number.NaN, 1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324);
const amount = fc.option(fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 1e-3, max: 1e6 }), absurd));
const anyFeatures = fc.record({
  taskWords: size,
  contextWords: size,
  contextBytes: size,
  messages: size,
  keywords: fc.nat(16),
  keywordBits: fc.nat(65_535),
  code: size,
  images: size,
  maxTokens: fc.option(size),
});
const anyOutcome: fc.Arbitrary<Outcome> = fc.record({
  model: fc.constantFrom('a', 'b', '__proto__', 'constructor', ''),
  features: anyFeatures,
  score: fc.oneof(fc.double({ min: 0, max: 100 }), absurd),
  outputTokens: amount,
  seconds: amount,
});
const anyOutcomes = fc.array(anyOutcome, { minLength: 30, maxLength: 150 });

describe('an outcome', () => {
  it('without work that can be leaves the very same state', () => {
    const state = taught(times(3));
    for (const none of [null, 0, -5, Number.NaN, 1e300, Number.POSITIVE_INFINITY])
      expect(learned(state, outcome({ outputTokens: none, seconds: none }))).toBe(state);
  });

  it.each([
    ['a token', { outputTokens: 1 }, 1],
    ['a million', { outputTokens: 1e6 }, 1],
    ['more than a million', { outputTokens: 1e6 + 1 }, 0],
    ['less than one', { outputTokens: 0.5 }, 0],
    ['a millisecond', { seconds: 0.001 }, 1],
    ['less', { seconds: 0.0009 }, 0],
    ['a day', { seconds: 86_400 }, 1],
    ['more', { seconds: 86_401 }, 0],
  ])('%s: learned or not', (_, told, count) => {
    const state = learned(freshLearned(), outcome({ outputTokens: null, seconds: null, ...told }));
    expect(model(state)?.outcomes ?? 0).toBe(count);
  });

  it('changes no earlier state', () => {
    const before = taught(times(30));
    const copy = structuredClone(before);
    taught(times(30, { outputTokens: 7 }), before);
    expect(before).toEqual(copy);
  });

  it('counts in the order in which it is given', () => {
    const many = Array.from({ length: 40 }, (_, i) => outcome({ outputTokens: 10 + 20 * i }));
    expect(taught(many)).toEqual(taught(many));
    expect(taught(many)).not.toEqual(taught(many.toReversed()));
  });
});

describe('the measure of work', () => {
  it('is tokens where they are told, else seconds', () => {
    expect(model(taught(times(1)))?.isTokens).toBe(1);
    expect(model(taught(times(1, { outputTokens: null })))?.isTokens).toBe(0);
  });

  it('passes over what the other measure alone tells', () => {
    const state = taught([...times(5), ...times(19, { outputTokens: null }), ...times(1)]);
    expect(model(state)).toMatchObject({ isTokens: 1, outcomes: 6, otherwise: 0 });
  });

  it.each([
    ['tokens', 1, {}, { outputTokens: null }],
    ['seconds', 0, { outputTokens: null }, {}],
  ])('changes from %s after twenty in a row, and learning begins anew', (_, isTokens, first, then) => {
    const before = taught([...times(50, first), ...times(19, then)]);
    expect(model(before)).toMatchObject({ isTokens, otherwise: 19 });
    expect(model(taught(times(1, then), before))).toMatchObject({
      isTokens: 1 - isTokens,
      outcomes: 1,
      otherwise: 0,
    });
  });
});

describe('foretelling', () => {
  it('begins with the twenty-first', () => {
    expect(estimate({ features, model: 'model' }, taught(times(19))).learnedScore).toBeNull();
    expect(estimate({ features, model: 'model' }, taught(times(20)))).toMatchObject({ expectedTokens: 120 });
    expect(model(taught(times(20)))?.window.work).toHaveLength(0);
    expect(model(taught(times(21)))?.window.work).toHaveLength(1);
  });

  it('is held against what was said before the outcome was known', () => {
    const before = taught(times(40));
    const { learnedScore } = estimate({ features, model: 'model' }, before);
    const { window } = model(taught(times(1, { outputTokens: 1e5, score: 33 }), before)) ?? {};
    expect(window?.learned.at(-1)).toBe(learnedScore);
    expect(window?.given.at(-1)).toBe(33);
    expect(window?.work.at(-1)).toBeCloseTo(Math.log(1e5), 9);
  });

  it('expects the mean of tokens and not the median, within reason', () => {
    // Nine of 100 and one of 1100: 200 in the mean, 127 by logarithms.
    const draws = Array.from({ length: 3000 }, (_, i) => outcome({ outputTokens: i % 10 === 0 ? 1100 : 100 }));
    const { expectedTokens } = estimate({ features, model: 'model' }, taught(draws));
    expect(expectedTokens).toBeGreaterThan(180);
    expect(expectedTokens).toBeLessThan(220);
  });

  it('expects no tokens where seconds are the measure', () => {
    const { expectedTokens, learnedScore } = estimate(
      { features, model: 'model' },
      taught(times(50, { outputTokens: null })),
    );
    expect(expectedTokens).toBeNull();
    expect(learnedScore).not.toBeNull();
  });
});

describe('the state', () => {
  it('holds no text of a prompt, and no number that stands for one', () => {
    const of = (word: string) => {
      const task = `${word} please design ${word}`;
      const asked = featuresOf({ task, context: [word, `the key is ${word}`], maxTokens: 9 });
      return taught(times(300).map((one, i) => ({ ...one, features: asked, outputTokens: 1 + i })));
    };
    const state = of(SECRET);
    expect(JSON.stringify(state)).not.toContain(SECRET);
    expect(JSON.stringify(estimate({ features, model: 'model' }, state))).not.toContain(SECRET);
    // Another word of as many letters leaves the same: not even a hash of it is there.
    expect(of(SECRET.replace('xyzzy', 'other'))).toEqual(state);
  });

  it('is of numbers alone', () => {
    const check = (value: unknown): void => {
      if (typeof value === 'object' && value !== null) Object.values(value).forEach(check);
      else expect(typeof value).toBe('number');
    };
    check(play(() => 128, { requests: 300 }).state);
  });

  it('is as large after 3,000 outcomes as after 300, and within 12 kB a model', () => {
    const leaves = (value: unknown): number =>
      typeof value === 'object' && value !== null ? Object.values(value).reduce((sum, one) => sum + leaves(one), 0) : 1;
    const early = play(({ maxTokens }) => maxTokens, { requests: 300 }).state;
    const late = play(({ maxTokens }) => maxTokens, { requests: 3000 }).state;
    expect(leaves(late)).toBe(leaves(early));
    expect(late.models.model?.window.work).toHaveLength(256);
    expect(readLearned(late)).toEqual({ kind: 'learned', learned: late });
    expect(JSON.stringify(late).length).toBeLessThan(12_000);
  });

  it('has room for 64 models, and one place for all others', () => {
    const state = taught(Array.from({ length: 100 }, (_, i) => outcome({ model: `model-${i}` })));
    expect(Object.keys(state.models)).toHaveLength(65);
    expect(state.models.other?.outcomes).toBe(36);
    expect(taught([outcome({ model: 'x'.repeat(129) })]).models.other?.outcomes).toBe(1);
    expect(readLearned(state).kind).toBe('learned');
  });

  it('is finite, bounded and equal after JSON, and estimates stay 0 to 100, whatever came', () => {
    fc.assert(
      fc.property(anyOutcomes, anyFeatures, (outcomes, asked) => {
        const state = taught(outcomes);
        expect(readLearned(JSON.parse(JSON.stringify(state)))).toEqual({ kind: 'learned', learned: state });
        for (const name of ['a', 'b', '__proto__', 'constructor', 'unknown']) {
          const found = estimate({ features: asked, model: name }, state);
          for (const score of [found.score, found.ruleScore, found.learnedScore ?? 0]) {
            expect(score).toBeGreaterThanOrEqual(0);
            expect(score).toBeLessThanOrEqual(100);
          }
          expect(estimate({ features: asked, model: name }, state)).toEqual(found);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('goes on from JSON as if it had never been away', () => {
    const first = play(({ maxTokens }) => maxTokens, { requests: 200 }).state;
    const read = readLearned(JSON.parse(JSON.stringify(first)));
    if (read.kind === 'refused') throw new Error(read.reason);
    const on = (from: LearnedComplexity) => play(({ maxTokens }) => maxTokens, { requests: 100, seed: 2, from });
    expect(on(read.learned)).toEqual(on(first));
  });
});

describe('a stored state that is none', () => {
  const sound = play(({ maxTokens }) => maxTokens, { requests: 100 }).state;
  const damaged = (change: (model: Record<string, never>) => unknown) => {
    const copy = JSON.parse(JSON.stringify(sound));
    change(copy.models.model);
    return copy;
  };
  const set = (path: string, value: unknown) =>
    damaged((at) => {
      const keys = path.split('.');
      const last = keys.pop() ?? '';
      (keys.reduce((object, key) => object[key] as never, at) as Record<string, unknown>)[last] = value;
    });

  it.each([
    ['nothing', null, /expected object/],
    ['text', 'hello', /expected object/],
    ['a list', [], /expected object/],
    ['empty', {}, /version/],
    ['of another version', { version: 2, models: {} }, /^at version: .*expected 1/],
    ['with more in it', { version: 1, models: {}, prompts: ['x'] }, /Unrecognized key/],
    ['models that are a list', { version: 1, models: [] }, /^at models: /],
    ['a model that is nothing', { version: 1, models: { m: null } }, /^at models\.m: /],
    ['a name without end', { version: 1, models: { ['x'.repeat(200)]: sound.models.model } }, /models/],
    ['a sum that is no number', set('regression.squares.3', null), /^at models\.model\.regression\.squares\.3: /],
    ['a sum that is absurd', set('regression.products.3', 1e300), /products\.3: /],
    ['too few sums', set('regression.squares', [1]), /squares: /],
    ['squares below 0', set('regression.squares.5', -1e6), /regression: these are no sums of squares/],
    ['a bin below 0', set('spread.0', -1), /spread\.0: /],
    ['a score above 100', set('window.rule.0', 101), /window\.rule\.0: /],
    ['a score below 0', set('window.given.0', -1), /window\.given\.0: /],
    ['lists of unequal length', set('window.rule', []), /window: its lists are not of equal length/],
    ['a half outcome', set('outcomes', 1.5), /outcomes: /],
    ['a measure that is neither', set('isTokens', 2), /isTokens: /],
  ])('%s is refused with a reason', (_, stored, reason) => {
    const read = readLearned(stored);
    expect(read.kind).toBe('refused');
    expect(read.kind === 'refused' && read.reason).toMatch(reason);
  });

  it('more models than there is room for are refused', () => {
    const models = Object.fromEntries(Array.from({ length: 66 }, (_, i) => [`m${i}`, sound.models.model]));
    expect(readLearned({ version: 1, models })).toMatchObject({
      kind: 'refused',
      reason: 'at models: more than 64 models',
    });
  });

  it('weights follow from the sums, whatever the file says', () => {
    const read = readLearned(set('regression.weights.3', 1e11));
    expect(read).toEqual({ kind: 'learned', learned: sound });
  });

  it('never throws, and quotes nothing of the file', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (stored) => {
        expect(['learned', 'refused']).toContain(readLearned(stored).kind);
      }),
    );
    const read = readLearned(set('window.work.0', SECRET));
    expect(JSON.stringify(read)).not.toContain(SECRET);
  });
});
