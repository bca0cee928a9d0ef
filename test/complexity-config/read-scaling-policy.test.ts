import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScalingPolicy } from '../../lib/complexity-config/read-scaling-policy.ts';
import { DEFAULT_SCALING_POLICY, isQuiet, levelOf } from '../../lib/domain/complexity/scaling-policy.ts';

const SEED = {
  complexityThresholds: { low: 30, medium: 50, high: 80 },
  modelResourceWeights: { 'qwen2.5:3b': 1.0, 'deepseek-r1': 2.5, codellama: 2.0 },
  scaleUpFactors: { low: 1.2, medium: 1.5, high: 2.0 },
};
const mistakesOf = (policy: unknown) => {
  const read = readScalingPolicy(typeof policy === 'string' ? policy : JSON.stringify(policy));
  return 'mistakes' in read ? read.mistakes.map(({ path, message }) => `${path.join('.')}: ${message}`) : [];
};

describe('a scaling policy', () => {
  it('is read as the seed has it, from text and from a file', () => {
    expect(readScalingPolicy(JSON.stringify(SEED))).toEqual(SEED);
    const file = join(mkdtempSync(join(tmpdir(), 'policy-')), 'policy.json');
    writeFileSync(file, JSON.stringify(SEED));
    expect(readScalingPolicy(`@${file}`)).toEqual(SEED);
  });

  it("is the seed's where nothing is said", () => {
    expect(readScalingPolicy('{}')).toEqual(DEFAULT_SCALING_POLICY);
    expect(DEFAULT_SCALING_POLICY).toEqual(SEED);
  });

  it.each([
    [
      'a level that is missing',
      { complexityThresholds: { low: 30, high: 80 } },
      'complexityThresholds.medium: is missing: low, medium and high each need a number from 0 to 100',
    ],
    [
      'two levels that begin alike',
      { complexityThresholds: { low: 30, medium: 80, high: 80 } },
      'complexityThresholds.high: is 80, and medium is 80: the two overlap; expected high above medium, so that every score has one level',
    ],
    [
      'levels in the wrong order',
      { complexityThresholds: { low: 60, medium: 50, high: 80 } },
      'complexityThresholds.medium: is 50, and low is 60: the two overlap; expected medium above low, so that every score has one level',
    ],
    [
      'a level beyond the scale',
      { complexityThresholds: { low: 30, medium: 50, high: 180 } },
      'complexityThresholds.high: expected a number from 0 to 100',
    ],
    [
      'a level that is text',
      { complexityThresholds: { low: '30', medium: 50, high: 80 } },
      'complexityThresholds.low: expected a number from 0 to 100',
    ],
    [
      'a factor that shrinks',
      { scaleUpFactors: { low: 0.8, medium: 1.5, high: 2 } },
      'scaleUpFactors.low: expected a number from 1 to 10: it is how much more a level is worth, and none is worth less',
    ],
    [
      'a factor that falls',
      { scaleUpFactors: { low: 2, medium: 1.5, high: 2 } },
      'scaleUpFactors.medium: is 1.5, and low is 2: expected no less for more work',
    ],
    [
      'a factor that explodes',
      { scaleUpFactors: { low: 1, medium: 1.5, high: 1e9 } },
      'scaleUpFactors.high: expected a number from 1 to 10: it is how much more a level is worth, and none is worth less',
    ],
    [
      'a weight of nothing',
      { modelResourceWeights: { llama: 0 } },
      'modelResourceWeights.llama: expected a number from 0.01 to 100',
    ],
  ])('says what is wrong with %s, by its field', (_what, policy, expected) => {
    expect(mistakesOf(policy)).toEqual([expected]);
  });

  it.each([
    ['an unknown field', { thresholds: {} }, 'thresholds'],
    ['a fourth level', { scaleUpFactors: { low: 1, medium: 1, high: 1, extreme: 4 } }, 'extreme'],
    ['a name that is none', { modelResourceWeights: { '<b>': 1 } }, 'expected the name of a model'],
    ['no JSON', '{"complexityThresholds":', 'expected JSON such as'],
    ['a model that is lost on its way', '{"modelResourceWeights":{"__proto__":2,"llama":1}}', 'called __proto__'],
    ['a file that is not there', '@/nowhere/policy.json', 'cannot be read'],
    [
      'a field that is not known',
      { weights: {} },
      'has "weights", expected complexityThresholds, modelResourceWeights,',
    ],
    ['a field of a signal', { scaleUpAt: 60 }, 'scaleUpAt and queue are said of a signal, in the "scaling" of SIGNALS'],
    [
      'a level that is not known',
      { scaleUpFactors: { low: 1, medium: 1, high: 1, huge: 2 } },
      'has "huge", expected low,',
    ],
  ])('names %s', (_what, policy, expected) => {
    expect(mistakesOf(policy).join('\n')).toContain(expected);
  });

  it('reads a file as editors on Windows write it', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'policy-')), 'policy.json');
    writeFileSync(path, '\uFEFF{"scaleUpFactors":{"low":1,"medium":2,"high":3}}\r\n');
    expect(readScalingPolicy(`@${path}`)).toMatchObject({ scaleUpFactors: { low: 1, medium: 2, high: 3 } });
  });

  it('names every mistake at once', () => {
    expect(
      mistakesOf({ complexityThresholds: { low: 1, medium: 1, high: 1 }, scaleUpFactors: { low: 0 } }).length,
    ).toBeGreaterThan(3);
  });

  it('gives every score one level, whatever the policy', () => {
    const thresholds = fc
      .uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 3, maxLength: 3 })
      .map((three) => three.toSorted((a, b) => a - b))
      .map(([low = 0, medium = 0, high = 0]) => ({ low, medium, high }));
    fc.assert(
      fc.property(thresholds, fc.double({ min: 0, max: 100, noNaN: true }), (of, score) => {
        const level = levelOf(score, of);
        expect(level).toBe(score >= of.high ? 'high' : score >= of.medium ? 'medium' : 'low');
        if (isQuiet(score, of)) expect(level).toBe('low');
      }),
    );
  });
});
