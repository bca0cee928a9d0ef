// People's share of a quota and the ticks': two parts of one whole, and neither is nothing where there is enough for both.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sharesOf } from '../../../lib/domain/advice/quota-share.ts';

const KEYS = ['requestsPerMinute', 'requestsPerDay', 'tokensPerMinute'] as const;
const limits = fc.record({
  requestsPerMinute: fc.integer({ min: 1, max: 100_000 }),
  requestsPerDay: fc.integer({ min: 1, max: 10_000_000 }),
  tokensPerMinute: fc.integer({ min: 1, max: 100_000_000 }),
});
const percent = fc.integer({ min: 0, max: 90 });

it('law: the two are the whole, in whole numbers, and none is negative', () => {
  fc.assert(
    fc.property(limits, percent, (whole, share) => {
      const { people, ticks } = sharesOf(whole, share);
      for (const key of KEYS) {
        expect(people[key] + ticks[key]).toBe(whole[key]);
        expect([people, ticks].every((part) => Number.isInteger(part[key]) && part[key] >= 0)).toBe(true);
      }
    }),
  );
});

it('law: ticks always have some of each; people do where there is room for two calls, and nothing at 0 %', () => {
  fc.assert(
    fc.property(limits, percent, (whole, share) => {
      const { people, ticks } = sharesOf(whole, share);
      for (const key of KEYS) expect(ticks[key]).toBeGreaterThan(0);
      const isRoomy = whole.requestsPerMinute > 1 && whole.requestsPerDay > 1 && whole.tokensPerMinute >= 5000;
      for (const key of KEYS) if (share === 0) expect(people[key]).toBe(0);
      if (share > 0 && isRoomy) for (const key of KEYS) expect(people[key]).toBeGreaterThan(0);
    }),
  );
});

it('law: a greater percentage never makes people’s share less', () => {
  fc.assert(
    fc.property(limits, percent, percent, (whole, a, b) => {
      const [less, more] = [sharesOf(whole, Math.min(a, b)).people, sharesOf(whole, Math.max(a, b)).people];
      for (const key of KEYS) expect(more[key]).toBeGreaterThanOrEqual(less[key]);
    }),
  );
});

it('of Groq’s free plan, 20 % for people are 6 requests a minute, 200 a day, and tokens for a call', () => {
  const free = { requestsPerMinute: 30, requestsPerDay: 1000, tokensPerMinute: 8000 };
  expect(sharesOf(free, 20)).toEqual({
    people: { requestsPerMinute: 6, requestsPerDay: 200, tokensPerMinute: 2500 },
    ticks: { requestsPerMinute: 24, requestsPerDay: 800, tokensPerMinute: 5500 },
  });
});
