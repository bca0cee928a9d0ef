// How often advice was right at its confidence: too few say nothing, and right is enough without being dear.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FEWEST_ADVICE, type JudgedAdvice, trackRecord } from '../../../lib/domain/advice/track-record.ts';

const of = (change: Partial<JudgedAdvice> = {}): JudgedAdvice => ({
  confidence: 0.8,
  advised: 4,
  min: 1,
  cameCores: [2, 4],
  ...change,
});
const times = (count: number, one: JudgedAdvice) => Array.from({ length: count }, () => one);

it.each<[string, Partial<JudgedAdvice>, boolean]>([
  ['enough for the higher of what came', {}, true],
  ['one short', { advised: 3 }, false],
  ['one more than needed', { advised: 5 }, true],
  ['two more of four', { advised: 6 }, false],
  ['a quarter more of twenty', { cameCores: [20], advised: 25 }, true],
  ['more than a quarter of twenty', { cameCores: [20], advised: 26 }, false],
  ['the least it was allowed, where nothing came', { min: 3, advised: 3, cameCores: [0] }, true],
])('%s', (_what, change, isRight) => {
  const { right } = trackRecord(times(FEWEST_ADVICE, of(change)), 0.8, 1);
  expect(right).toBe(isRight ? FEWEST_ADVICE : 0);
});

it('says "too few yet" under thirty, of another confidence, where nothing is known of what came, and without a request', () => {
  const enough = times(FEWEST_ADVICE, of());
  for (const [all, confidence, cores] of [
    [enough.slice(1), 0.8, 1],
    [enough, 0.9, 1],
    [times(FEWEST_ADVICE, of({ cameCores: [] })), 0.8, 1],
    [enough, 0.8, undefined],
    [enough, 0.8, 0],
  ] as const) {
    const { right, message } = trackRecord(all, confidence, cores);
    expect({ right, isTooFew: message.startsWith('too few yet: ') }).toEqual({ right: null, isTooFew: true });
  }
  expect(trackRecord(enough, 0.84, 1).message).toBe('right 30 of 30 times at about 84 % confidence');
});

it('never counts more right than were judged, nor judges what came of nothing', () => {
  const one = fc.record({
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    advised: fc.integer({ min: 1, max: 100 }),
    min: fc.integer({ min: 1, max: 5 }),
    cameCores: fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), (all, confidence) => {
      const { judged, right } = trackRecord(all, confidence, 0.5);
      expect(judged).toBeLessThanOrEqual(all.filter(({ cameCores }) => cameCores.length > 0).length);
      expect(right === null).toBe(judged < FEWEST_ADVICE);
      expect(right ?? 0).toBeLessThanOrEqual(judged);
    }),
  );
});
