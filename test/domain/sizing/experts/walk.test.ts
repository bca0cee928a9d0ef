// What would have come of numbers: the same as a slow walk that looks at every quarter of a minute and every second of the way there.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Course,
  type Stretch,
  type Walked,
  type Wanted,
  walk,
  walkGiven,
} from '../../../../lib/domain/sizing/experts/walk.ts';

const course = (change: Partial<Course>): Course => ({
  needed: new Int32Array(),
  delaySeconds: 0,
  everyMinutes: 1,
  cooldownDownMinutes: 0,
  ...change,
});
const wantedAs = (up: readonly number[], windowMinutes = 5, down = up): Wanted => ({
  up: Int32Array.from(up),
  down: Int32Array.from(down),
  windowMinutes,
});
const whole = (length: number): Stretch => ({ from: 0, countedFrom: 0, to: length });
/** Minutes at each count, one after the other. */
const minutesAt = (...steps: readonly (readonly [minutes: number, replicas: number])[]) =>
  steps.flatMap(([minutes, replicas]) => Array<number>(minutes).fill(replicas));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const spentOn = (up: readonly number[], change: Partial<Course> = {}, windowMinutes = 5) =>
  walk(course({ needed: new Int32Array(up.length), ...change }), wantedAs(up, windowMinutes), whole(up.length)).spent;

describe('law: a walk is what a slow one finds', () => {
  it('whatever is needed and wanted, with any delay, hold, cooldown and tick', () => {
    fc.assert(
      fc.property(situations(), ({ course, wanted, stretch }) => {
        expect(walk(course, wanted, stretch)).toEqual(slowly(course, wanted, stretch));
      }),
      { numRuns: 300 },
    );
  });

  it('and of replicas that are given', () => {
    fc.assert(
      fc.property(situations(), ({ course, wanted }) => {
        expect(walkGiven(course, wanted.up)).toEqual(judged(course, [...wanted.up], whole(wanted.up.length), 1));
      }),
      { numRuns: 100 },
    );
  });
});

describe('coming down', () => {
  const fall = (high: number) => minutesAt([10, high], [110, 1]);

  it('waits for five minutes, then goes by half', () => {
    expect(spentOn(fall(32))).toBe(sum(minutesAt([15, 32], [1, 16], [1, 8], [1, 4], [1, 2], [101, 1])));
    expect(spentOn(fall(9))).toBe(sum(minutesAt([15, 9], [1, 5], [1, 3], [1, 2], [102, 1])));
  });

  it('once per cooldown', () => {
    const slow = { cooldownDownMinutes: 5 };
    expect(spentOn(fall(8), slow)).toBe(sum(minutesAt([15, 8], [5, 4], [5, 2], [95, 1])));
  });

  it.each([5, 10, 60])('of a hold of %d minutes, when the last high number is older', (hold) => {
    expect(spentOn(fall(2), {}, hold)).toBe(sum(minutesAt([10 + hold, 2], [110 - hold, 1])));
    expect(spentOn(fall(2), {}, 1)).toBe(sum(minutesAt([15, 2], [105, 1])));
  });

  it('goes no lower than what a dearer price wants', () => {
    const wanted = wantedAs(fall(8), 5, minutesAt([10, 8], [110, 6]));
    const spent = sum(minutesAt([15, 8], [105, 6]));
    expect(walk(course({ needed: new Int32Array(120) }), wanted, whole(120)).spent).toBe(spent);
  });

  it('and anything at all at ticks only', () => {
    const ticks = { everyMinutes: 4 };
    expect(spentOn(fall(8), ticks)).toBe(sum(minutesAt([16, 8], [4, 4], [4, 2], [96, 1])));
    expect(spentOn(minutesAt([10, 1], [110, 5]), ticks)).toBe(sum(minutesAt([12, 1], [108, 5])));
  });
});

it.each([
  { from: 1, to: 5, steps: [] },
  { from: 1, to: 6, steps: [5] },
  { from: 4, to: 8, steps: [] },
  { from: 5, to: 11, steps: [10] },
  { from: 3, to: 40, steps: [7, 14, 28] },
])('going up, $from → $to goes through $steps: at most double or four more, every minute', ({ from, to, steps }) => {
  const up = minutesAt([10, from], [30, to]);
  const through = steps.map((replicas) => [1, replicas] as const);
  expect(spentOn(up)).toBe(sum(minutesAt([10, from], ...through, [30 - steps.length, to])));
});

describe('short minutes', () => {
  const stepTo = (high: number) => minutesAt([60, 3], [60, high]);
  const shortOf = (delaySeconds: number) => {
    const needed = Int32Array.from(stepTo(6));
    return walk(course({ needed, delaySeconds }), wantedAs(stepTo(6)), whole(120)).shortMinutes;
  };

  it('last until the pods serve that were asked for, to the quarter of a minute', () => {
    expect([0, 15, 30, 90, 105, 240].map(shortOf)).toEqual([0, 0.25, 0.5, 1.5, 1.75, 4]);
  });

  it('are one episode while they are no more than a quarter of an hour apart', () => {
    const episodes = (gap: number) => {
      const needed = Int32Array.from({ length: 240 }, (_, i) => (i === 100 || i === 100 + gap ? 9 : 2));
      return walkGiven(course({ needed }), new Int32Array(240).fill(2)).episodes;
    };
    expect([1, 14, 15, 16, 17].map(episodes)).toEqual([1, 1, 1, 2, 2]);
  });

  it('before a stretch counts only lead there', () => {
    const needed = Int32Array.from(stepTo(6));
    const counted = (countedFrom: number) =>
      walk(course({ needed, delaySeconds: 90 }), wantedAs(stepTo(6)), { from: 0, countedFrom, to: 120 });
    expect(counted(70)).toEqual({ shortMinutes: 0, episodes: 0, spent: 50 * 6, changes: 0 });
    expect(counted(61)).toMatchObject({ shortMinutes: 0.5, episodes: 1, changes: 0 });
  });
});

/** Minute by minute in plain words: what is asked for, then what stands at every quarter of a minute. */
function slowly(of: Course, { up, down, windowMinutes }: Wanted, stretch: Stretch): Walked {
  const asked: number[] = [];
  let current = up[stretch.from] ?? 1;
  let changedAt = Number.NEGATIVE_INFINITY;
  for (let i = stretch.from; i < stretch.to; i++) {
    const before = current;
    if (i % of.everyMinutes === 0) {
      const wanted = up[i] ?? 1;
      const held = [...down.slice(Math.max(stretch.from, i - Math.max(5, windowMinutes)), i + 1), wanted];
      const lower = Math.max(...held);
      if (wanted > current) current = Math.min(wanted, Math.max(2 * current, current + 4));
      else if (i - changedAt >= of.cooldownDownMinutes && lower < current)
        current = Math.max(lower, Math.ceil(current / 2));
    }
    if (current !== before) changedAt = i;
    asked.push(current);
  }
  return judged(of, asked, stretch, up[stretch.from] ?? 1);
}

function judged({ needed, delaySeconds }: Course, asked: readonly number[], stretch: Stretch, start: number): Walked {
  const { from, countedFrom, to } = stretch;
  const shortAt: number[] = [];
  let [quarters, spent, changes] = [0, 0, 0];
  for (let i = Math.max(from, countedFrom); i < to; i++) {
    spent += asked[i - from] ?? 0;
    const before = i === from ? (countedFrom > from ? start : (asked[0] ?? 0)) : (asked[i - 1 - from] ?? 0);
    if (asked[i - from] !== before) changes++;
    const short = [0, 15, 30, 45].filter((second) => {
      // Ready is what has been asked for all the while since pods that are ready now would have been.
      const since = Math.floor((60 * i + second - delaySeconds) / 60);
      const standing = asked.slice(Math.max(0, Math.min(since, i) - from), i + 1 - from);
      return Math.min(...standing) < (needed[i] ?? 0);
    });
    quarters += short.length;
    if (short.length > 0) shortAt.push(i);
  }
  const episodes = shortAt.filter((at, k) => k === 0 || at - (shortAt[k - 1] ?? 0) > 15).length;
  return { shortMinutes: quarters / 4, episodes, spent, changes };
}

function situations() {
  const length = 90;
  const numbers = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 30 });
  /** Runs of the same number: what is wanted rarely jumps every minute. */
  const runs = fc
    .tuple(numbers, fc.integer({ min: 1, max: 12 }))
    .map(([values, run]) => Int32Array.from({ length }, (_, i) => values[Math.floor(i / run) % values.length] ?? 1));
  return fc
    .record({
      needed: runs,
      up: runs,
      over: fc.integer({ min: 0, max: 5 }),
      delaySeconds: fc.integer({ min: 0, max: 400 }),
      everyMinutes: fc.integer({ min: 1, max: 5 }),
      cooldownDownMinutes: fc.constantFrom(0, 1, 5, 7.5),
      windowMinutes: fc.constantFrom(1, 5, 10, 60),
      from: fc.integer({ min: 0, max: 20 }),
      lead: fc.integer({ min: 0, max: 20 }),
      to: fc.integer({ min: 41, max: length }),
    })
    .map(({ needed, up, over, windowMinutes, from, lead, to, ...rest }) => ({
      course: { needed, ...rest },
      wanted: { up, down: up.map((count) => count + over), windowMinutes },
      stretch: { from, countedFrom: from + lead, to },
    }));
}
