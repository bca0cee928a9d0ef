// Worlds in which it is known what makes work: the learned score finds it where it can be found, and claims nothing where it cannot.
import { describe, expect, it } from 'vitest';
import { estimate } from '../../../lib/domain/complexity/estimate.ts';
import { featuresOf } from '../../../lib/domain/complexity/features.ts';
import { freshLearned, learned } from '../../../lib/domain/complexity/learned.ts';
import { correlationsOf } from '../../../lib/domain/complexity/rank-correlation.ts';
import { drawPrompt, makeDraw, play, type Work } from '../../make/prompt-worlds.ts';

const tokens = (log: number) => Math.max(1, Math.round(Math.exp(log)));
const byMaxTokens: Work = ({ maxTokens }, { even }) => maxTokens * (0.3 + 0.7 * even());
const byTurns: Work = ({ context }, { normal }) => tokens(4 + 0.4 * context.length + 0.5 * normal());
const byBrevity: Work = ({ task }, { normal }) => tokens(8 - 0.7 * Math.log(task.length) + 0.3 * normal());
const byKeywordFromAmongLong: Work = ({ task }, { normal }) =>
  tokens(6 + (task.includes('Design') ? 1.5 : 0) - 0.6 * Math.log(task.length) + 0.4 * normal());
const byNothing: Work = (_, { normal }) => tokens(5 + normal());

describe('where length says nothing of work', () => {
  it.each([
    ['the limit that the request states', byMaxTokens, 0.85],
    ['how many turns were before', byTurns, 0.6],
    ['a keyword, against length', byKeywordFromAmongLong, 0.6],
    ['brevity: the longer, the less', byBrevity, 0.8],
  ])('but %s does: learned ranks well, the rule does not, and the learned score is gone by', (_, work, well) => {
    const { state, byLearned } = play(work);
    const { rule, learned, requests } = correlationsOf(state, 'model');
    expect(learned).toBeGreaterThan(well);
    expect(rule).toBeLessThan((learned as number) - 0.3);
    expect(requests).toBe(256);
    expect(byLearned).toBeGreaterThan(600);
  });

  it('the rank correlation of the rule itself is about 0 there', () => {
    expect(Math.abs(correlationsOf(play(byMaxTokens, { requests: 2000 }).state, 'model').rule as number)).toBeLessThan(
      0.15,
    );
  });
});

describe('where nothing says anything of work', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('both are about 0, that is what is told, and the rule stays: seed %i', (seed) => {
    const { state, byLearned } = play(byNothing, { seed });
    const { rule, learned } = correlationsOf(state, 'model');
    // Three standard errors of 256 pairs.
    expect(Math.abs(rule as number)).toBeLessThan(0.19);
    expect(Math.abs(learned as number)).toBeLessThan(0.19);
    expect(byLearned).toBe(0);
  });
});

describe('where the rule is right', () => {
  it('it stays, unless learning is better by more than chance explains', () => {
    const byRule: Work = ({ task }, { normal }) => tokens(5 + (task.includes('Design') ? 2 : 0) + 0.6 * normal());
    const { state, byLearned } = play(byRule);
    const { rule, learned } = correlationsOf(state, 'model');
    expect(rule).toBeGreaterThan(0.5);
    expect(Math.abs((learned as number) - (rule as number))).toBeLessThan(0.19);
    expect(byLearned).toBe(0);
  });
});

describe('what is learned is held against what comes', () => {
  it('a world that turns round is seen, the rule takes over, and learning takes over again', () => {
    const before = play(byMaxTokens, { requests: 1500 });
    expect(before.state.models.model?.stands).toBe(1);
    const against: Work = ({ maxTokens }, { even }) => (1e5 / maxTokens) * (0.3 + 0.7 * even());
    const turned = play(against, { requests: 300, seed: 2, from: before.state });
    expect(turned.state.models.model?.stands).toBe(0);
    const again = play(against, { requests: 3000, seed: 3, from: turned.state });
    expect(again.state.models.model?.stands).toBe(1);
    expect(correlationsOf(again.state, 'model').learned).toBeGreaterThan(0.85);
  });

  it('answers ten times as long, for all, leave the order right, and in time the scores too', () => {
    const before = play(byMaxTokens, { requests: 2000 }).state;
    const tenfold: Work = (...of) => 10 * byMaxTokens(...of);
    const { state, scores } = play(tenfold, { requests: 20_000, seed: 2, from: before });
    expect(state.models.model?.stands).toBe(1);
    const last = scores.slice(-2000);
    const mean = last.reduce((sum, score) => sum + score, 0) / last.length;
    expect(mean).toBeGreaterThan(45);
    expect(mean).toBeLessThan(55);
  });

  it('a flood for one model changes nothing of another', () => {
    const before = play(byMaxTokens).state;
    const flooded = play(() => 1, { requests: 2000, from: before, model: 'flooded' }).state;
    expect(flooded.models.model).toEqual(before.models.model);
  });

  it.each([1e9, 2_147_483_647, 131_072])('clients that state %d and mean no limit hide no limit of others', (none) => {
    const isNone = (i: number) => i % 5 < 2;
    const draw = makeDraw(3);
    let state = freshLearned();
    for (let i = 0; i < 1500; i++) {
      const { maxTokens, ...prompt } = drawPrompt(draw);
      const features = featuresOf({ ...prompt, maxTokens: isNone(i) ? none : maxTokens });
      const outputTokens = (isNone(i) ? 300 : maxTokens) * (0.3 + 0.7 * draw.even());
      state = learned(state, { ...{ model: 'model', features, score: 0, seconds: null }, outputTokens });
    }
    const expectedAt = (maxTokens: number) =>
      estimate({ features: featuresOf({ task: 'say it', context: [], maxTokens }), model: 'model' }, state)
        .expectedTokens;
    expect(expectedAt(64)).toBeLessThan(64);
    expect(expectedAt(2048)).toBeGreaterThan(1000);
  });

  it('one absurd outcome in ten, of a million tokens, does not hide what makes work', () => {
    const some: Work = (prompt, draw, i) => (i % 10 === 0 ? 1e6 : byMaxTokens(prompt, draw, i));
    const { state, byLearned } = play(some, { requests: 1500 });
    expect(correlationsOf(state, 'model').learned).toBeGreaterThan(0.5);
    expect(byLearned).toBeGreaterThan(1000);
  });

  it('where all answers end at the same length there is nothing to rank', () => {
    const { state, byLearned } = play(() => 128);
    expect(correlationsOf(state, 'model')).toMatchObject({ rule: null, learned: null });
    expect(byLearned).toBe(0);
  });
});

describe('the learned score', () => {
  it('is where the expected work stands among what the model had: half of it is medium, a fifth high', () => {
    const { state, scores } = play(byMaxTokens, { requests: 4000 });
    expect(state.models.model?.stands).toBe(1);
    const last = scores.slice(-2000);
    const share = (from: number) => last.filter((score) => score >= from).length / last.length;
    expect(share(50)).toBeGreaterThan(0.4);
    expect(share(50)).toBeLessThan(0.6);
    expect(share(80)).toBeGreaterThan(0.1);
    expect(share(80)).toBeLessThan(0.3);
  });
});
