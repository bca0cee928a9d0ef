// Which way of sizing is next: the cheapest whose record keeps the budget, doubted, paced, and headroom only where it is clearly cheaper.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose } from '../../../../lib/domain/sizing/experts/choice.ts';
import { EXPERTS } from '../../../../lib/domain/sizing/experts/experts.ts';
import { type ExpertRecord, NO_RECORD } from '../../../../lib/domain/sizing/experts/record.ts';
import type { Walked } from '../../../../lib/domain/sizing/experts/walk.ts';

const WEEK = 7 * 1440;
/** Percent of the time. */
const BUDGET = 0.5;
const PRICES_AT = EXPERTS.flatMap(({ kind }, i) => (kind === 'price' ? [i] : []));
const HEADROOMS_AT = EXPERTS.flatMap(({ kind }, i) => (kind === 'headroom' ? [i] : []));
/** The dearest price, of which next to no shortage is expected unseen. */
const DEAREST = PRICES_AT.filter((i) => (EXPERTS[i] as { readonly price: number }).price === 23);
const [COSTLY = 0, OTHER = 0] = DEAREST;
const [HEADROOM = 0] = HEADROOMS_AT;

/** Of a week in which all are dear and often short, but for those that are told. */
function recordWith(told: Readonly<Record<number, Partial<Walked>>>, came = NO_RECORD.came): ExpertRecord {
  const bad = { shortMinutes: 0.05 * WEEK, episodes: 400, spent: 9 * WEEK, changes: 100 };
  return { minutes: WEEK, ideal: WEEK, came, walked: EXPERTS.map((_, i) => ({ ...bad, ...told[i] })) };
}
const good = (spent: number, shortMinutes = 0, episodes = shortMinutes > 0 ? 100 : 0): Partial<Walked> => ({
  shortMinutes,
  episodes,
  spent: spent * WEEK,
});
const chosen = (record: ExpertRecord, budget = BUDGET) => EXPERTS.indexOf(choose(record, budget, 0).expert);
const percent = (share: number) => (share / 100) * WEEK;

describe('the choice', () => {
  it('is the cheapest of those that keep the budget, whatever those cost that do not', () => {
    expect(chosen(recordWith({ [COSTLY]: good(1.2), [OTHER]: good(1.3), 3: { spent: WEEK } }))).toBe(COSTLY);
    expect(chosen(recordWith({ [COSTLY]: good(1.4), [OTHER]: good(1.3), 3: { spent: WEEK } }))).toBe(OTHER);
  });

  it('is the least short where none keeps it', () => {
    const record = recordWith({ [COSTLY]: good(3, percent(2)), [OTHER]: good(2, percent(3)) });
    expect(chosen(record)).toBe(COSTLY);
  });

  it.each([
    { shortPercent: 0.45, episodes: 1e6, is: COSTLY },
    { shortPercent: 0.6, episodes: 1e6, is: OTHER },
    // Half as much again for a single event.
    { shortPercent: 0.4, episodes: 1, is: OTHER },
    { shortPercent: 0.4, episodes: 16, is: COSTLY },
  ])('of $shortPercent % short in $episodes episodes counts with its doubt', ({ shortPercent, episodes, is }) => {
    const record = recordWith({ [COSTLY]: good(1.2, percent(shortPercent), episodes), [OTHER]: good(1.3) });
    expect(chosen(record)).toBe(is);
  });

  it.each([
    { spent: 1.24, is: HEADROOM },
    { spent: 1.28, is: COSTLY },
  ])('of headroom at $spent beside 1.31 by a price must be clearly cheaper', ({ spent, is }) => {
    expect(chosen(recordWith({ [HEADROOM]: good(spent), [COSTLY]: good(1.31) }))).toBe(is);
  });

  it('a price that has not been seen short is expected to be, the more the cheaper shortage is', () => {
    const [cheap = 0] = PRICES_AT;
    expect(chosen(recordWith({ [cheap]: good(1.1), [COSTLY]: good(1.5) }))).toBe(COSTLY);
  });

  it.each([
    { what: 'more came than was allowed', short: 3 * BUDGET, is: OTHER },
    { what: 'it came as allowed', short: BUDGET, is: OTHER },
    { what: 'nothing came', short: 0, is: COSTLY },
  ])('is paced: $what', ({ short, is }) => {
    const came = { minutes: WEEK, shortMinutes: percent(short) };
    expect(chosen(recordWith({ [COSTLY]: good(1.2, percent(0.6), 1e6), [OTHER]: good(1.3) }, came))).toBe(is);
    const strict = { [COSTLY]: good(1.2, percent(0.3), 1e6), [OTHER]: good(1.3) };
    expect(chosen(recordWith(strict, came))).toBe(short > BUDGET ? OTHER : COSTLY);
  });

  it('is not paced by what hardly was', () => {
    const told = { [COSTLY]: good(1.2, percent(0.6), 1e6), [OTHER]: good(1.3) };
    expect(chosen(recordWith(told, { minutes: 60, shortMinutes: 0 }))).toBe(OTHER);
  });

  it('of nothing at all on record is still one, with finite numbers', () => {
    const { expert, ...numbers } = choose(NO_RECORD, BUDGET, 1);
    expect(EXPERTS).toContain(expert);
    expect(numbers).toEqual({ violationPercent: 0, cost: 0, changesPerHour: 0 });
  });

  it('law: a larger budget never costs more, and none at all is no reason to fail', () => {
    const amounts = fc.tuple(fc.double({ min: 0, max: 300, noNaN: true }), fc.integer({ min: WEEK, max: 4 * WEEK }));
    fc.assert(
      fc.property(
        fc.array(amounts, { minLength: EXPERTS.length, maxLength: EXPERTS.length }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.double({ min: 1, max: 4, noNaN: true }),
        (all, budget, more) => {
          const walked = all.map(([shortMinutes, spent]) => ({ shortMinutes, spent, episodes: 9, changes: 0 }));
          const record = { ...recordWith({}), walked };
          const some = walked.filter(({ shortMinutes }) => (shortMinutes * 100 * 1.5) / WEEK < 0.5 * budget);
          const [tight, wide] = [choose(record, budget, 0), choose(record, more * budget, 0)];
          // A surcharge on headroom is no cost.
          if (some.length > 0 && tight.violationPercent < 0.6 * budget)
            expect(wide.cost).toBeLessThanOrEqual(1.05 * tight.cost);
          expect(EXPERTS).toContain(choose(record, 0, 0).expert);
        },
      ),
    );
  });
});

it('there are seventy-two, each once, and records keep them in one order', () => {
  expect(EXPERTS).toHaveLength(72);
  expect(new Set(EXPERTS.map((expert) => JSON.stringify(expert))).size).toBe(72);
  expect(EXPERTS[0]).toEqual({ kind: 'price', price: 0, windowMinutes: 5 });
  expect(EXPERTS.at(-1)).toEqual({ kind: 'headroom', factor: 4, windowMinutes: 60 });
});
