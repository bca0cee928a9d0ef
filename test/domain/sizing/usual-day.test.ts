// What earlier days had at this time: seven of them at most, nothing of the instant's own, and a byte a number where it is kept.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromAhead, type Usual, usualAhead, usualDays } from '../../../lib/domain/sizing/usual-day.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const MINUTE_MS = 60_000;
const DAY = 1440;
const series = (length: number, demand: (minute: number) => number) =>
  Float64Array.from({ length }, (_, i) => demand(i));
/** Ten minutes of nine from 10:00 on, every day. */
const daily = (count: number) => series(count * DAY, (minute) => (minute % DAY >= 600 && minute % DAY < 610 ? 9 : 1));
const usualAt = (minutes: Float64Array, minute: number) => usualDays(minutes, START)(START + minute * MINUTE_MS);
const FIELDS = ['level', 'rise', 'riseMost', 'yesterday', 'week'] as const satisfies readonly (keyof Usual)[];

describe('the usual', () => {
  it('is the highest from ten minutes before to twenty minutes after, in steps of five minutes', () => {
    const high = series(61, (i) => usualAt(daily(2), DAY + 570 + i)?.level ?? 0);
    expect([...high.keys()].filter((i) => high[i] === 9).map((i) => i + 570)).toEqual(
      Array.from({ length: 40 }, (_, i) => 580 + i),
    );
  });

  it('rises from the mean of five minutes to the highest of the fifteen that follow', () => {
    const rise = (minute: number) => usualAt(daily(2), DAY + minute)?.rise;
    expect([580, 585, 595, 605, 625].map(rise)).toEqual([0, 8, 8, 0, 0]);
  });

  it('tells the steepest rise apart from the mean one, and yesterday and a week ago from the others', () => {
    const growing = series(9 * DAY, (minute) =>
      minute % DAY >= 600 && minute % DAY < 610 ? 2 + Math.floor(minute / DAY) : 1,
    );
    // On the eighth day there are seven before it, whose tens are 2 to 8.
    expect(usualAt(growing, 7 * DAY + 595)).toEqual({ level: 5, rise: 4, riseMost: 7, yesterday: 8, week: 2 });
    expect(usualAt(growing, 2 * DAY + 595)).toMatchObject({ yesterday: 3, week: 2.5 });
  });

  it('is a mean over the days before that are there, seven at most, and null before there is one', () => {
    const growing = series(9 * DAY, (minute) => Math.floor(minute / DAY) + 1);
    const level = (day: number) => usualAt(growing, day * DAY + 720)?.level;
    expect([level(1), level(2), level(3), level(8)]).toEqual([1, 1.5, 2, 5]);
    expect(usualAt(growing, 720)).toBeNull();
    expect([DAY + 9, DAY + 10].map((minute) => usualAt(growing, minute) === null)).toEqual([true, false]);
  });

  it('of an instant more than a day ahead is of the days whose minutes are all there', () => {
    const growing = series(3 * DAY, (minute) => Math.floor(minute / DAY) + 1);
    // Of the third day the twenty minutes after the same time are not known; of the others they are the next day's.
    expect(usualAt(growing, 4 * DAY - 15)?.level).toBe((3 + 2) / 2);
    expect(usualAt(growing, 4 * DAY - 25)?.level).toBe((3 + 2 + 1) / 3);
  });

  it('law: knows nothing of its own day, but twenty minutes from a day before', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: DAY + 60, max: 3 * DAY - 1 }), (seed, at) => {
        const minutes = series(3 * DAY, (i) => 10 + ((i * 7919 + seed * 104_729) % 997) / 50);
        // The slot of five minutes that `at` falls into begins at most four minutes before it.
        const known = at - DAY + 20;
        const other = minutes.map((value, i) => (i <= known ? value : 500 - value + (i % 13)));
        expect(usualAt(other, at)).toEqual(usualAt(minutes, at));
      }),
      { numRuns: 60 },
    );
  });
});

describe('the usual as it is kept', () => {
  const noisy = (seed: number) =>
    series(3 * DAY, (i) => ((i * 7919 + seed * 31) % 997) * (0.01 + Math.sin((2 * Math.PI * i) / DAY) ** 2));

  it('law: comes back within 1.5 %, or of a thousandth of the highest', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 1e-4, max: 1e4, noNaN: true }), (seed, scale) => {
        const minutes = noisy(seed).map((value) => scale * value);
        const from = START + 2 * DAY * MINUTE_MS;
        const known = usualDays(minutes, START);
        const kept = usualAhead(known, from, 14);
        const read = fromAhead(kept);
        for (let minute = 0; minute < 14 * 60; minute += 5)
          for (const field of FIELDS) {
            const is = known(from + minute * MINUTE_MS)?.[field] ?? Number.NaN;
            const off = Math.abs((read(from + minute * MINUTE_MS)?.[field] ?? Number.NaN) - is);
            expect(off).toBeLessThanOrEqual(0.015 * (is + 0.001 * kept.most));
          }
      }),
      { numRuns: 10 },
    );
  });

  it('is read for its hours and no longer, by the slots of the clock, whenever it was kept', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1200 }), fc.integer({ min: 1, max: 14 }), (minute, hours) => {
        const from = START + (DAY + 10 + minute) * MINUTE_MS;
        const slot = 5 * MINUTE_MS * Math.floor(from / (5 * MINUTE_MS));
        const read = fromAhead(usualAhead(usualDays(noisy(1), START), from, hours));
        expect(read(slot)).not.toBeNull();
        expect(read(slot - 1)).toBeNull();
        expect(read(slot + hours * 60 * MINUTE_MS - 1)).not.toBeNull();
        expect(read(slot + hours * 60 * MINUTE_MS)).toBeNull();
      }),
      { numRuns: 30 },
    );
  });

  it('is nothing where a day is missing, where there was no demand all is zero, and of columns that are not whole nothing is made', () => {
    const nothing = usualAhead(usualDays(noisy(1), START), START, 2);
    expect(nothing).toEqual({ from: START, most: 0, slots: '' });
    expect(fromAhead(nothing)(START)).toBeNull();
    const from = START + 2 * DAY * MINUTE_MS;
    const idle = usualAhead(usualDays(new Float64Array(3 * DAY), START), from, 2);
    expect(fromAhead(idle)(from)).toEqual({ level: 0, rise: 0, riseMost: 0, yesterday: 0, week: 0 });
    const kept = usualAhead(usualDays(noisy(1), START), from, 2);
    for (const length of [1, 8, kept.slots.length - 4]) {
      const cut = fromAhead({ ...kept, slots: kept.slots.slice(0, length) });
      expect(cut(from)).toBeNull();
    }
  });
});
