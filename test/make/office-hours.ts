// Two weeks of a load that follows office hours by the clocks of Berlin, with a change of the clocks after the first.
import type { Trace } from '../../cli/trace/trace.ts';

const MINUTE_MS = 60_000;
const DAYS = 14;
const OFFICE = { opens: 8, closes: 18, replicas: 36, atNight: 4, ofWeekend: 0.15 };
/** Half of the people have come within so much of an hour. */
const COMING = 6;
const LEAVING = 3;

interface OfficeWeeks {
  readonly trace: Trace;
  /** When the clocks change. */
  readonly changesAt: number;
}

/** Both changes of 2026. */
const CHANGES = { spring: Date.parse('2026-03-29T01:00:00Z'), autumn: Date.parse('2026-10-25T01:00:00Z') } as const;
export type Season = keyof typeof CHANGES;

/** By the minute, with 5 % of noise. The clocks are counted here by hand: from `+01:00` to `+02:00` or back. */
export function officeWeeks(season: Season, seed: number): OfficeWeeks {
  const changesAt = CHANGES[season];
  const startsAt = changesAt - 7 * 86_400_000;
  const noise = noiseFrom(seed);
  const demand = Float64Array.from({ length: DAYS * 1440 }, (_, i) => {
    const at = startsAt + i * MINUTE_MS;
    const summer = at >= changesAt === (season === 'spring');
    const local = new Date(at + (summer ? 2 : 1) * 3_600_000);
    const hour = local.getUTCHours() + local.getUTCMinutes() / 60;
    const isWeekend = [0, 6].includes(local.getUTCDay());
    const come = 1 / (1 + Math.exp((OFFICE.opens - hour) * COMING));
    const left = 1 / (1 + Math.exp((hour - OFFICE.closes) * LEAVING));
    const there = OFFICE.replicas * come * left * (isWeekend ? OFFICE.ofWeekend : 1);
    return (OFFICE.atNight + there) * (1 + 0.05 * noise());
  });
  return { trace: { startsAt, intervalSeconds: 60, demand }, changesAt };
}

/** Near enough to a standard normal number: the sum of twelve even ones. */
function noiseFrom(seed: number): () => number {
  let state = seed;
  const even = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => Array.from({ length: 12 }, even).reduce((sum, value) => sum + value, -6);
}
