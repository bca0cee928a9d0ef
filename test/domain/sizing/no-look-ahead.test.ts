// Choosing a plan by the past is honest only where no minute of it saw a later one: whatever came after, all stays as it was.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featureColumns, SIZING_FEATURES } from '../../../lib/domain/sizing/features.ts';
import { neededBy, replay } from '../../../lib/domain/sizing/replay.ts';
import { usualDays } from '../../../lib/domain/sizing/usual-day.ts';

const MINUTE_MS = 60_000;
const DAY = 1440;
const START = Date.parse('2026-03-02T00:00:00Z');

/** Demand by the minute that repeats nothing: no minute can be told from another day's. */
const demandOf = (seed: number, length: number) =>
  Float64Array.from({ length }, (_, i) => 10 + ((i * 7919 + seed * 104_729) % 997) / 50);
/** The same past up to `cut`, and another future. */
const other = (minutes: Float64Array, cut: number) =>
  minutes.map((value, i) => (i < cut ? value : 500 - value + (i % 13)));
const columnsOf = (minutes: Float64Array) => featureColumns(minutes, START, 0.9, usualDays(minutes, START));
const cuts = fc.record({ seed: fc.nat(1000), cut: fc.integer({ min: 60, max: 3 * DAY - 1 }) });

describe('law: no minute of a replayed past sees what came after it', () => {
  it.each(SIZING_FEATURES)('the feature "%s" is made of minutes up to its own', (feature) => {
    fc.assert(
      fc.property(cuts, ({ seed, cut }) => {
        const minutes = demandOf(seed, 3 * DAY);
        const seen = columnsOf(minutes)[feature].subarray(0, cut);
        expect(columnsOf(other(minutes, cut))[feature].subarray(0, cut)).toEqual(seen);
      }),
      { numRuns: 12 },
    );
  });

  it('what is usual at an instant knows nothing of its own day, but twenty minutes from a day before', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: DAY + 60, max: 3 * DAY - 1 }), (seed, at) => {
        const minutes = demandOf(seed, 3 * DAY);
        // The slot of five minutes that `at` falls into begins at most four minutes before it.
        const known = at - DAY + 20;
        const then = START + at * MINUTE_MS;
        expect(usualDays(other(minutes, known + 1), START)(then)).toEqual(usualDays(minutes, START)(then));
      }),
      { numRuns: 100 },
    );
  });

  it('replicas are asked for by what was seen: a rise is met no sooner because it comes', () => {
    const risen = Float64Array.from({ length: 120 }, (_, i) => (i < 60 ? 3 : 30));
    const flat = new Float64Array(120).fill(3);
    const until = (minutes: Float64Array) => {
      const before = minutes.subarray(0, 60);
      return replay(
        { minutes: before, needed: neededBy(before, 1), unit: 1, startupSeconds: 90, tickMinutes: 1 },
        before,
        5,
      );
    };
    expect(until(risen)).toEqual(until(flat));
    const input = { minutes: risen, needed: neededBy(risen, 1), unit: 1, startupSeconds: 0, tickMinutes: 1 };
    // Seen at minute 60 only: it was short in the minute before, whatever it does from then on.
    expect(replay(input, risen, 5).shortMinutes).toBeGreaterThanOrEqual(1);
  });
});
