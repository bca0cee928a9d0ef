// Learning named loads: each to its own target, from the day it began, and what was not measured is not made up.
import { describe, expect, it } from 'vitest';
import { type FitInput, fitWorkload } from '../../../lib/domain/learning/fit-workload.ts';
import { unpackRecord } from '../../../lib/domain/sizing/experts/record.ts';
import { size } from '../../../lib/domain/sizing/size.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';
import { NOW } from '../../make/workloads.ts';

const MINUTE = 60_000;
const DAY = 1440;

/** Days of minutes that end now. @param requests by the minute from the start */
function past(days: number, requests: (minute: number) => number): Series {
  const at = Float64Array.from({ length: days * DAY }, (_, i) => NOW - (days * DAY - 1 - i) * MINUTE);
  const flat = at.map(() => 1);
  return { at, demand: { cpu: flat, memory: flat, requests: at.map((_, i) => requests(i)) }, replicas: flat };
}

const daily = (minute: number) => 400 + 200 * Math.sin((2 * Math.PI * minute) / DAY);
const learn = (history: Series, change: Partial<FitInput> = {}) =>
  fitWorkload({
    history,
    previous: undefined,
    now: NOW,
    coresPerReplica: 0.5,
    startupSeconds: 60,
    sloPercent: 99.5,
    tickSeconds: 60,
    takenPerReplica: { requests: 80 },
    ...change,
  });

describe('a named load', () => {
  it('is forecast and sized, to the line that its target states', () => {
    const { signals, loads, sizing } = learn(past(4, daily));
    expect(signals.requests).toBeDefined();
    expect(loads?.requests?.policy.expected.violationPercent).toBeLessThan(0.6);
    // Three days and a half were walked, and what is long ago has faded.
    expect(loads?.requests?.policy.days).toBe(3);
    expect(sizing).toEqual(learn(past(4, daily), { takenPerReplica: {} }).sizing);
    // A flat load of eight replicas' targets takes eight, not nine: the target is the line itself.
    const flat = learn(past(3, () => 640)).loads?.requests;
    const minutes = new Float64Array(81).fill(640);
    expect(flat && size({ minutes, startsAt: NOW - 80 * MINUTE, unit: 80, current: 9 }, flat)).toBe(8);
    // An HPA at the target itself takes what is needed and no more.
    expect(flat?.policy.hpa70).toEqual({ violationPercent: 0, cost: 1, changesPerHour: 0 });
  });

  it('without a target has a forecast and no policy, and leaves nothing behind where there is none', () => {
    const { signals, ...rest } = learn(past(3, daily), { takenPerReplica: {} });
    expect(signals.requests).toBeDefined();
    expect(Object.keys(rest)).not.toContain('loads');
  });

  it.each([
    ['an hour ago', 60, false],
    ['23 hours ago', 23 * 60, false],
    ['a day and an hour ago', 25 * 60, true],
  ])('that began %s is learned: %s minutes, %s', (_when, minutes, isLearned) => {
    const { loads } = learn(past(5, (minute) => (minute >= 5 * DAY - minutes ? daily(minute) : Number.NaN)));
    expect(loads?.requests !== undefined).toBe(isLearned);
    if (isLearned) expect(loads?.requests?.policy.days).toBe(1);
  });

  it('of which a day is strewn over two weeks with gaps is learned from what there was', () => {
    const { signals, loads } = learn(
      past(6, (minute) => (Math.floor(minute / DAY) === 2 ? Number.NaN : daily(minute))),
    );
    expect(signals.requests?.highest).toBeCloseTo(600, -2);
    expect(loads?.requests?.policy.days).toBe(4);
  });

  it('keeps to its own policy of before, and a target that changed is a new line', () => {
    const before = learn(past(4, daily));
    const again = learn(past(4, daily), { previous: { ...before, at: NOW - 360 * MINUTE } });
    const cameIn = ({ loads }: typeof before) => unpackRecord(loads?.requests?.record ?? '')?.came.minutes;
    expect(cameIn(before)).toBe(0);
    expect(cameIn(again)).toBeCloseTo(359, -1);
    const half = learn(past(4, daily), { takenPerReplica: { requests: 40 } }).loads?.requests;
    const minutes = new Float64Array(81).fill(640);
    expect(half && size({ minutes, startsAt: NOW - 80 * MINUTE, unit: 40, current: 1 }, half)).toBeGreaterThanOrEqual(
      16,
    );
  });

  it('that is never measured, all zero or with a target that cannot be is no reason to fail', () => {
    expect(learn(past(3, () => Number.NaN)).loads).toBeUndefined();
    expect(learn(past(3, () => 0)).loads?.requests?.policy.expected).toEqual({
      violationPercent: 0,
      cost: expect.any(Number),
    });
    for (const requests of [0, -1, Number.NaN])
      expect(learn(past(3, daily), { takenPerReplica: { requests } }).loads).toBeUndefined();
  });
});
