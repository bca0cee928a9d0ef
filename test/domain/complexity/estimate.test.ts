// The score to go by: the rule's until learning has shown to be better, with the reason, and with both beside it.
import { describe, expect, it } from 'vitest';
import { estimate } from '../../../lib/domain/complexity/estimate.ts';
import { featuresOf } from '../../../lib/domain/complexity/features.ts';
import { freshLearned } from '../../../lib/domain/complexity/learned.ts';
import { learnedStands } from '../../../lib/domain/complexity/score-window.ts';
import { play } from '../../make/prompt-worlds.ts';

const short = featuresOf({ task: 'refactor this', context: [], maxTokens: 64 });
const wide = featuresOf({ task: 'say it', context: [], maxTokens: 2048 });
const { state } = play(({ maxTokens }, { even }) => maxTokens * (0.3 + 0.7 * even()), { requests: 1000 });

describe('an estimate', () => {
  it('is the rule where nothing was learned', () => {
    expect(estimate({ features: short, model: 'model' }, freshLearned())).toEqual({
      ...{ score: 80.1, ruleScore: 80.1, learnedScore: null, expectedTokens: null },
      because: ['2 words of task: 1', '1 keyword of refactor: 80'],
    });
  });

  it('is the learned score once that has shown to be better: what the rule calls high may be little work', () => {
    const little = estimate({ features: short, model: 'model' }, state);
    const much = estimate({ features: wide, model: 'model' }, state);
    expect(little.score).toBe(little.learnedScore);
    expect(little).toMatchObject({ ruleScore: 80.1 });
    expect(little.score).toBeLessThan(30);
    expect(much.score).toBeGreaterThan(80);
    expect(much.ruleScore).toBeLessThan(1);
    expect(little.expectedTokens).toBeGreaterThan(64 * 0.4);
    expect(little.expectedTokens).toBeLessThan(64);
    expect(little.because).toEqual([
      `learned from 1000: expected ${(little.expectedTokens ?? 0).toFixed(0)} output tokens, more than ${little.score} % of what it had`,
      'the rule says 80.1',
    ]);
  });

  it('is the rule for a model of which nothing was learned, whatever was of others', () => {
    expect(estimate({ features: short, model: 'another' }, state)).toMatchObject({ score: 80.1, learnedScore: null });
  });

  it('expects no more than four times what is usual, however absurd a few answers were, and a token at least', () => {
    const { state: absurd } = play((_, __, i) => (i % 50 === 0 ? 1e6 : 100), { requests: 500 });
    const { expectedTokens } = estimate({ features: short, model: 'model' }, absurd);
    expect(expectedTokens).toBeLessThan(4 * 1000);
    const { state: none } = play(() => 1, { requests: 100 });
    expect(estimate({ features: wide, model: 'model' }, none).expectedTokens).toBe(1);
  });

  it('says so where learning has not shown to be better', () => {
    const { state: noise } = play((_, { normal }) => Math.max(1, Math.exp(5 + normal())));
    const { score, learnedScore, because } = estimate({ features: short, model: 'model' }, noise);
    expect(score).toBe(80.1);
    expect(because.at(-1)).toBe(`learned says ${learnedScore}, and has not shown to be better`);
  });
});

describe('learning takes over', () => {
  const stands = (rule: number | null, learned: number | null, requests: number, stood = false) =>
    learnedStands({ rule, learned, given: null, requests }, stood);

  it.each([
    // Three standard errors of 256 pairs are 0.188, of 64 pairs 0.378.
    ['by more than chance explains', 0, 0.19, 256, true],
    ['not by as much as chance explains', 0, 0.18, 256, false],
    ['with fewer requests by more', 0, 0.37, 64, false],
    ['', 0, 0.38, 64, true],
    ['not on fewer than 64', 0, 1, 63, false],
    ['where it is better than the rule, not only better than nothing', 0.5, 0.6, 256, false],
    ['', 0.5, 0.7, 256, true],
    ['not because the rule is wrong way round', -0.5, 0.1, 256, false],
    ['where the rule says one thing of all', null, 0.3, 256, true],
    ['not where it says one thing of all itself', -1, null, 256, false],
  ])('%s: rule %d, learned %d, of %i: %s', (_, rule, learned, requests, is) => {
    expect(stands(rule, learned, requests)).toBe(is);
  });

  it('and stays until it is not ahead any more', () => {
    expect(stands(0.5, 0.51, 256, true)).toBe(true);
    expect(stands(0.5, 0.5, 256, true)).toBe(false);
    expect(stands(-0.5, 0, 256, true)).toBe(false);
    expect(stands(null, 0.01, 256, true)).toBe(true);
  });
});
