// How often a workload was short of capacity of late, in a few numbers that go on from tick to tick.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SeenShortage, type Shortage, shortageAt, shortShare } from '../../../lib/domain/decision/shortage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 2, 4, 12);

function after(seen: readonly SeenShortage[], stored?: Shortage): Shortage | undefined {
  return seen.reduce<Shortage | undefined>(shortageAt, stored);
}

/** A tick a minute, the last at `NOW`. */
function ticks(isShort: readonly (boolean | null)[]): readonly SeenShortage[] {
  return isShort.map((one, i) => ({ at: NOW - (isShort.length - 1 - i) * MINUTE, isShort: one, tickSeconds: 60 }));
}
const minutes = (count: number, isShort: boolean | null = false) => Array.from({ length: count }, () => isShort);
const shareOf = (isShort: readonly (boolean | null)[]) => shortShare(after(ticks(isShort)), NOW);

describe('the share of the last hour in which it was short', () => {
  it.each<[string, readonly (boolean | null)[], number | null]>([
    ['is none of a quiet hour', minutes(90), 0],
    ['is all of an hour of shortage', minutes(90, true), 1],
    ['is a tenth after six minutes of it', [...minutes(80), ...minutes(6, true)], 0.1],
    ['is over when the hour is', [...minutes(30, true), ...minutes(70)], 0],
    ['is of what was watched, from half an hour on', [...minutes(33), ...minutes(8, true)], 0.2],
    ['is not known before', minutes(30, true), null],
    ['goes on over a reading that is missing', [...minutes(70), null, null, true], 0.05],
    ['is not known after a gap', [...minutes(70), ...minutes(10, null), ...minutes(20)], null],
  ])('%s', (_, isShort, expected) => {
    expect(shareOf(isShort)).toBe(expected);
  });

  it('is begun anew from what cannot be understood, or is of a later time', () => {
    const [tick] = ticks([true]) as [SeenShortage];
    const fresh = { v: 1, since: NOW, last: NOW, short: [] };
    expect(shortageAt({ ...fresh, v: 9 } as unknown as Shortage, tick)).toEqual(fresh);
    expect(shortageAt({ v: 1, since: 0, last: NOW + HOUR, short: [] }, tick)).toEqual(fresh);
    expect(shortShare({ ...fresh, v: 9 } as unknown as Shortage, NOW)).toBeNull();
  });
});

it('law: it stays small, and is within five minutes of counting each minute of the hour', () => {
  const anyTicks = fc.array(fc.boolean(), { minLength: 61, maxLength: 150 });
  fc.assert(
    fc.property(anyTicks, (isShort) => {
      const shortage = after(ticks(isShort)) as Shortage;
      const exact = isShort.slice(-60).filter(Boolean).length / 60;
      expect(Math.abs((shortShare(shortage, NOW) as number) - exact)).toBeLessThanOrEqual(5 / 60);
      expect(JSON.stringify(shortage).length).toBeLessThan(400);
    }),
    { numRuns: 30 },
  );
});
