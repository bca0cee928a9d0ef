// A workload's history as a trace: what is filled, what is left out, and what is too little.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HistoryTrace, historyTrace } from '../../../lib/app/backtest/history-trace.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';

const START = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;
const DAY = 1440;

/** Cores at these minutes; NaN and what is left out was not measured. */
function series(samples: readonly (readonly [minute: number, cores: number])[]): Series {
  const at = Float64Array.from(samples, ([minute]) => START + minute * MINUTE);
  const cpu = Float64Array.from(samples, ([, cores]) => cores);
  return { at, demand: { cpu, memory: cpu.map(() => Number.NaN) }, replicas: cpu.map(() => 1) };
}

function minutes(from: number, to: number, coresAt: (minute: number) => number = (minute) => minute) {
  return Array.from({ length: to - from }, (_, i) => [from + i, coresAt(from + i)] as const);
}

function traceOf(of: Series): HistoryTrace {
  const trace = historyTrace(of);
  if (trace.kind === 'too_young') throw new Error(`too young: ${trace.hours} h`);
  return trace;
}

describe('a trace of history', () => {
  it('is what was measured, where nothing is missing', () => {
    const trace = traceOf(series(minutes(0, 2 * DAY)));
    expect(trace).toMatchObject({ startsAt: START, intervalSeconds: 60, leftOutHours: 0 });
    expect(trace.filled).toEqual({ gaps: 0, longestSeconds: 0 });
    expect([...trace.demand]).toEqual([...Array(2 * DAY).keys()]);
  });

  it('has straight lines through gaps of up to an hour, which it counts', () => {
    const of = series([...minutes(0, 1000), ...minutes(1059, 2000), ...minutes(2010, 3 * DAY)]);
    const { demand, filled } = traceOf(of);
    expect([...demand]).toEqual([...Array(3 * DAY).keys()]);
    expect(filled).toEqual({ gaps: 2, longestSeconds: 59 * 60 });
    const missing = minutes(0, 2 * DAY, (minute) => (minute >= 500 && minute < 520 ? Number.NaN : minute));
    expect([...traceOf(series(missing)).demand]).toEqual([...Array(2 * DAY).keys()]);
  });

  it('has five-minute means joined by lines, which are no gaps', () => {
    const means = Array.from({ length: 288 }, (_, i) => [5 * i, 5 * i] as const);
    const { demand, filled, intervalSeconds } = traceOf(series([...means, ...minutes(DAY, 3 * DAY)]));
    expect(intervalSeconds).toBe(60);
    expect([...demand]).toEqual([...Array(3 * DAY).keys()]);
    expect(filled.gaps).toBe(0);
  });

  it('keeps the longest stretch where a longer gap parts it, and says how much that leaves out', () => {
    const of = series([...minutes(0, 600), ...minutes(661, 661 + 2 * DAY), ...minutes(9000, 9060)]);
    const { startsAt, demand, leftOutHours } = traceOf(of);
    expect(startsAt).toBe(START + 661 * MINUTE);
    expect(demand.length).toBe(2 * DAY);
    expect(leftOutHours).toBe(11);
  });

  it('under two days in one stretch is too young, give or take the hour at its edges', () => {
    expect(historyTrace(series(minutes(0, 2 * DAY - 61)))).toMatchObject({ kind: 'too_young' });
    expect(historyTrace(series(minutes(0, 2 * DAY - 60)))).toMatchObject({ kind: 'trace' });
    expect(historyTrace(series([...minutes(0, DAY), ...minutes(DAY + 61, 2 * DAY + 60)]))).toEqual({
      kind: 'too_young',
      hours: 24,
      spanHours: 49,
      gaps: 1,
    });
    expect(historyTrace(series([]))).toEqual({ kind: 'too_young', hours: 0, spanHours: 0, gaps: 0 });
    expect(historyTrace(series([[3, 1]]))).toMatchObject({ kind: 'too_young' });
  });

  it('is 0 while there are no pods for over an hour, whatever was measured then: that is no gap', () => {
    const isNight = (minute: number) => minute % DAY >= 1200 || minute % DAY < 360;
    const asleep = (replicas: number) => {
      const of = series(minutes(0, 3 * DAY, (minute) => (isNight(minute) ? Number.NaN : 2)));
      return { ...of, replicas: of.at.map((at) => (isNight((at - START) / MINUTE) ? replicas : 2)) };
    };
    const trace = traceOf(asleep(0));
    expect(trace.demand.length).toBe(3 * DAY);
    expect([...trace.demand].filter((cores) => cores === 0)).toHaveLength(3 * 600);
    expect(trace.zeroHours).toBeCloseTo(30, 0);
    expect(trace.leftOutHours).toBe(0);
    // Pods that nobody measures are no zero.
    expect(historyTrace(asleep(2))).toMatchObject({ kind: 'too_young', hours: 14, gaps: 2 });
    expect(historyTrace(asleep(Number.NaN))).toMatchObject({ kind: 'too_young', hours: 14 });
  });

  it('has a line, not a hole, through a restart of all pods', () => {
    const of = series(minutes(0, 2 * DAY, (minute) => (minute >= 500 && minute < 520 ? Number.NaN : 2)));
    const restarted = { ...of, replicas: of.at.map((_, i) => (i >= 500 && i < 520 ? 0 : 2)) };
    expect(new Set(traceOf(restarted).demand)).toEqual(new Set([2]));
  });

  it('law: whatever is missing, every value is a number between the least and the most that was measured', () => {
    const cores = fc.array(fc.oneof(fc.double({ min: 0, max: 100, noNaN: true }), fc.constant(Number.NaN)), {
      minLength: 600,
      maxLength: 700,
    });
    fc.assert(
      fc.property(cores, fc.constantFrom(5, 10), (values, every) => {
        const found = historyTrace(series(values.map((value, i) => [i * every, value] as const)));
        if (found.kind === 'too_young') return;
        const known = values.filter((value) => value >= 0);
        expect(found.demand.every((value) => value >= Math.min(...known) && value <= Math.max(...known))).toBe(true);
        expect(found.intervalSeconds % 15).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
