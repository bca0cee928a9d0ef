// When a shard learns: in periods of its own, more often while it is young, and soon for members without a lesson.
import { describe, expect, it } from 'vitest';
import { fitWorkload, isFitDue } from '../../../lib/domain/learning/fit-workload.ts';
import { FITTED_VERSION, type Fitted } from '../../../lib/domain/learning/fitted.ts';
import { DAY, END, HOUR, history } from '../../make/histories.ts';
import { lesson, NOW } from '../../make/workloads.ts';

const MINUTE = 60_000;
const learned = (at: number, since = at - 10 * DAY): Fitted => ({
  version: FITTED_VERSION,
  at,
  since,
  signals: {},
  memoryBaseBytes: null,
  sizing: null,
  startupSeconds: null,
});
/** Minutes within `hours` from NOW at which a shard is due that last learned at the due minute before. */
const dueMinutes = (shard: number, age: number, hours: number) => {
  const due: number[] = [];
  let last = NOW;
  for (let minute = 1; minute <= hours * 60; minute++) {
    const now = NOW + minute * MINUTE;
    if (!isFitDue(shard, [learned(last, now - age)], 1, now)) continue;
    due.push(minute);
    last = now;
  }
  return due;
};

describe('learning is due', () => {
  it('at once where nothing was learned and there is anybody', () => {
    expect([0, 1, 5].map((members) => isFitDue(3, [], members, NOW))).toEqual([false, true, true]);
  });

  it.each([
    { name: 'every twelve hours from three days on', age: 72 * HOUR, every: 12 },
    { name: 'every three hours before', age: 72 * HOUR - 1, every: 3 },
  ])('$name', ({ age, every }) => {
    const due = dueMinutes(1, age, 24);
    expect(due).toHaveLength(24 / every);
    const gaps = due.slice(1).map((minute, i) => minute - (due[i] ?? 0));
    expect(gaps).toEqual(gaps.map(() => every * 60));
  });

  it('at another time for another shard: learning is spread over the period', () => {
    const first = Array.from({ length: 60 }, (_, shard) => dueMinutes(shard, 30 * DAY, 12)[0] ?? 0);
    expect(new Set(first.map((minute) => Math.floor((minute - 1) / 60))).size).toBe(12);
  });

  it('a quarter of an hour after the oldest lesson where members have none', () => {
    const at = (minutes: number, members: number) =>
      isFitDue(0, [learned(NOW)], members, NOW + minutes * MINUTE) ? 'due' : 'not yet';
    // Shard 0 learns on the full three or twelve hours: none within the twenty minutes after NOW.
    expect([at(15, 2), at(15.1, 2), at(20, 1)]).toEqual(['not yet', 'due', 'not yet']);
  });

  it('by its oldest lesson', () => {
    const [fresh, old] = [learned(NOW + MINUTE), learned(NOW - MINUTE)];
    // Shard 0 learns on the full hours: at NOW, and not for hours from then on.
    const due = (...known: Fitted[]) => isFitDue(0, known, known.length, NOW + 2 * MINUTE);
    expect([due(fresh, fresh), due(fresh, old), due(old, fresh)]).toEqual([false, true, true]);
  });
});

describe('what is learned', () => {
  const flat = history(2, () => 2);
  const input = {
    history: flat,
    previous: undefined,
    now: END,
    coresPerReplica: 0.5,
    startupSeconds: null,
    sloPercent: 99.5,
    tickSeconds: 60,
  };

  it('keeps the first sighting, also after its samples have aged out', () => {
    const first = flat.at[0] ?? 0;
    expect(fitWorkload(input).since).toBe(first);
    expect(fitWorkload({ ...input, previous: learned(END - HOUR, first - DAY) }).since).toBe(first - DAY);
    expect(fitWorkload({ ...input, previous: learned(END - HOUR, first + DAY) }).since).toBe(first);
    expect(fitWorkload({ ...input, history: history(0, () => 2) }).since).toBe(END);
  });

  it('says nothing of how to size without a CPU request, a sample, or a whole day of them', () => {
    expect(fitWorkload(input).sizing).not.toBeNull();
    expect(fitWorkload({ ...input, coresPerReplica: undefined }).sizing).toBeNull();
    expect(fitWorkload({ ...input, history: history(0, () => 2) }).sizing).toBeNull();
    expect(fitWorkload({ ...input, history: history(0.9, () => 2) }).sizing).toBeNull();
  });

  it('sizes by the last fourteen days', () => {
    const since = (days: number) => END - days * DAY;
    const sizingOf = (first: (at: number) => number) =>
      fitWorkload({ ...input, history: history(16, (at) => (at < since(14) ? first(at) : 2 + (at % HOUR) / HOUR)) })
        .sizing;
    expect(sizingOf(() => 2)).toEqual(sizingOf((at) => (at % DAY) / HOUR));
    expect(sizingOf(() => 2)?.policy.days).toBe(4);
  });

  it('remembers the start-up where no pod shows it, and a longer one for a while', () => {
    const before = { ...learned(END - HOUR), startupSeconds: 200 };
    const startup = (startupSeconds: number | null, previous: Fitted | undefined = before) =>
      fitWorkload({ ...input, startupSeconds, previous, history: history(0, () => 2) }).startupSeconds;
    expect([startup(null), startup(100), startup(300), startup(null, learned(END))]).toEqual([200, 180, 300, null]);
  });

  it('a longer start-up never makes sizing promise more for less', () => {
    const jumpy = history(2, (at) => (Math.floor(at / HOUR) % 4 === 0 ? 6 : 2));
    const short = (startupSeconds: number) => {
      const score = fitWorkload({ ...input, history: jumpy, startupSeconds }).sizing?.policy.hpa70;
      return score?.violationPercent ?? 0;
    };
    expect(short(600)).toBeGreaterThan(short(30));
  });

  it('claims nothing of memory whose base is not known', () => {
    expect(lesson(flat, END)).toMatchObject({ memoryBaseBytes: null, sizing: null });
    expect(lesson(flat, END).signals).toHaveProperty('cpu');
    expect(lesson(flat, END).signals).not.toHaveProperty('memory');
  });
});
