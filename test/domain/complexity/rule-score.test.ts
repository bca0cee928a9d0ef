// The seed's own rule: more than 300 words are high, so are its keywords, context adds; and it says why without a word of the prompt.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featuresOf, type PromptFeatures } from '../../../lib/domain/complexity/features.ts';
import { ruleScore } from '../../../lib/domain/complexity/rule-score.ts';
import { DEFAULT_SCALING_POLICY, levelOf } from '../../../lib/domain/complexity/scaling-policy.ts';

const words = (n: number) => 'word '.repeat(n);
const scoreOf = (task: string, context: readonly string[] = []) => ruleScore(featuresOf({ task, context })).score;
const level = (score: number) => levelOf(score, DEFAULT_SCALING_POLICY.complexityThresholds);

const count = fc.oneof(fc.nat(1000), fc.nat(1e9));
const features: fc.Arbitrary<PromptFeatures> = fc.record({
  taskWords: count,
  contextWords: count,
  contextBytes: count,
  messages: count,
  keywords: fc.nat(16),
  keywordBits: fc.nat(65_535),
  code: count,
  images: count,
  maxTokens: fc.option(count),
});

describe('words', () => {
  it.each([
    [0, 0, 'low'],
    [113, 29.8, 'low'],
    [114, 30, 'low'],
    [189, 49.8, 'low'],
    [190, 50, 'medium'],
    [300, 79, 'medium'],
    [301, 80.1, 'high'],
    [600, 90, 'high'],
    [6_000_000, 100, 'high'],
  ])('%i are a score of %d, which is %s', (n, score, is) => {
    expect(scoreOf(words(n))).toBe(score);
    expect(level(score)).toBe(is);
  });
});

describe('keywords', () => {
  it.each(['architecture', 'design', 'refactor'])('%s alone is high', (keyword) => {
    expect(level(scoreOf(keyword))).toBe('high');
  });

  it('more of them are more, up to 95', () => {
    const of = (keywords: number) =>
      ruleScore({ ...featuresOf({ task: '', context: [] }), keywords, keywordBits: 1 }).score;
    expect([0, 1, 2, 3, 4, 5, 16].map(of)).toEqual([0, 80, 85, 90, 95, 95, 95]);
  });
});

describe('context', () => {
  it.each([
    [0, 0],
    [1024, 3.5],
    [16_384, 30],
    [81_920, 50],
    [10_000_000, 59.9],
  ])('of %i bytes alone is a score of %d', (bytes, score) => {
    expect(scoreOf('', ['x'.repeat(bytes)])).toBe(score);
  });

  it('adds to words', () => {
    expect(scoreOf(words(200), ['x'.repeat(16_384)])).toBe(66.9);
  });
});

describe('because', () => {
  it('names what counted, each with what it was worth alone', () => {
    const task = `${words(148)}please refactor the architecture`;
    expect(ruleScore(featuresOf({ task, context: ['x'.repeat(16_384), ''] })).because).toEqual([
      '152 words of task: 40',
      '2 keywords of design, refactor: 85',
      '16384 bytes of context in 2: 30',
    ]);
  });

  it('leaves out what was not there', () => {
    expect(ruleScore(featuresOf({ task: 'hello', context: [] })).because).toEqual(['1 word of task: 0']);
  });
});

describe('whatever the features are', () => {
  it('the score is from 0 to 100, to a tenth', () => {
    fc.assert(
      fc.property(features, (any) => {
        const { score } = ruleScore(any);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
        expect(Math.round(score * 10) / 10).toBe(score);
      }),
    );
  });

  it.each(['taskWords', 'keywords', 'contextBytes'] as const)('it never falls where %s rise', (field) => {
    fc.assert(
      fc.property(features, fc.nat(1000), (any, more) => {
        expect(ruleScore({ ...any, [field]: any[field] + more }).score).toBeGreaterThanOrEqual(ruleScore(any).score);
      }),
    );
  });

  it('more than 300 words are high, whatever else', () => {
    fc.assert(
      fc.property(features, fc.integer({ min: 301, max: 1e9 }), (any, taskWords) => {
        expect(ruleScore({ ...any, taskWords }).score).toBeGreaterThanOrEqual(80);
      }),
    );
  });
});
