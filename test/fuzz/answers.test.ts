// A small share of what `npm run fuzz` tries runs with the tests; and what it tries can be had again.
import { expect, it } from 'vitest';
import { answerText } from './answer-texts.ts';
import { fuzzAnswers } from './answers.ts';
import { randomOf } from './random.ts';

const LIMITS = { current: 5, min: 2, max: 20 };

it('no generated answer throws, is misread, or moves a decision out of its bounds', async () => {
  const { tried, failures } = await fuzzAnswers({ count: 1_000, seed: 7, progress: () => undefined });
  expect(tried).toBe(1_000);
  expect(failures.filter(({ what }) => !what.endsWith('of CPU'))).toEqual([]);
});

it('the same seed and index make the same answer, others another', () => {
  const text = (seed: number, index: number) => answerText(randomOf(seed, index), LIMITS).text;
  expect(text(3, 14)).toBe(text(3, 14));
  expect(new Set(Array.from({ length: 50 }, (_, index) => text(3, index))).size).toBeGreaterThan(45);
  expect(text(4, 14)).not.toBe(text(3, 14));
});
