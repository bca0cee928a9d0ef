// What the charts of a workload are drawn from: every line has a value for every moment, and no moment is out of order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryLine, Patterns } from '../../web/app/src/api/types.ts';
import { isMark, marksOf, spansOf } from '../../web/app/src/parts/chart/marks.ts';
import { demandSpec, loadsOf, replicasSpec } from '../../web/app/src/parts/chart/of-demand.ts';
import { type Level, levelSpec } from '../../web/app/src/parts/chart/of-level.ts';
import type { ChartSpec } from '../../web/app/src/parts/chart/spec.ts';
import { NO_FILTER, shownBy } from '../../web/app/src/views/history/filter.ts';

const START = Date.parse('2026-03-04T12:00:00Z');
const MINUTE = 60_000;
const iso = (at: number) => new Date(at).toISOString();
const ref = { cluster: 'demo', namespace: 'shop', deployment: 'web', kind: 'Deployment' };
const NONE = { marks: [], spans: [] };

const value = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }));
const values = fc.array(value, { maxLength: 30 });

/** As the API answers: demand and replicas on a grid, each of a start and a length of its own. */
const patterns = fc
  .record({
    cpu: values,
    requests: fc.option(values),
    replicas: fc.array(fc.option(fc.nat({ max: 500 })), { maxLength: 30 }),
    shift: fc.integer({ min: 0, max: 20 }),
    hours: fc.array(fc.record({ p50: value, p90: value, p99: value }), { maxLength: 8 }),
    each: fc.option(fc.double({ min: 0.01, max: 10, noNaN: true })),
  })
  .map(({ cpu, requests, replicas, shift, hours, each }) => {
    const series = (unit: string, of: readonly (number | null)[], late = 0) => ({
      unit,
      start: iso(START + late * MINUTE),
      values: of,
    });
    const points = hours.map((quantiles, i) => ({ timestamp: iso(START + (5 + i * 10) * MINUTE), ...quantiles }));
    return {
      from: iso(START),
      to: iso(START + 30 * MINUTE),
      step_seconds: 60,
      series: {
        cpu: series('cores', cpu),
        ...(requests && { requests: series('requests/s', requests) }),
        replicas: series('replicas', replicas, shift),
      },
      forecast: { horizon_hours: 6, history_hours: 9, cpu: { points, acted_on: true, target_per_replica: each } },
      schedules: [],
    } as unknown as Patterns;
  });

function expectWhole({ at, lines, bands }: ChartSpec): void {
  expect(at).toEqual(at.toSorted((a, b) => a - b));
  expect(new Set(at).size).toBe(at.length);
  for (const line of lines) expect([line.name, line.values.length]).toEqual([line.name, at.length]);
  for (const { upper, lower } of bands) expect(lines[Math.max(upper, lower)]).toBeDefined();
}

describe('demand', () => {
  it('has a value, or none, for each moment in every line, whatever was measured', () => {
    fc.assert(
      fc.property(patterns, (one) => {
        for (const signal of loadsOf(one)) {
          const spec = demandSpec(one, signal, null, NONE);
          expectWhole(spec);
          expectWhole(replicasSpec(one, spec, 4));
        }
      }),
    );
  });

  it('is drawn against what the replicas of that moment carry', () => {
    fc.assert(
      fc.property(patterns, (one) => {
        const spec = demandSpec(one, 'cpu', null, NONE);
        const carried = spec.lines.find(({ name }) => name === 'capacity at target')?.values ?? [];
        const replicas = replicasSpec(one, spec, null).lines[0]?.values ?? [];
        const ratios = carried.flatMap((cores, i) => (cores === null || !replicas[i] ? [] : [cores / replicas[i]]));
        for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0] ?? 0);
      }),
    );
  });

  it('of a load that the workload names comes before CPU, and memory last', () => {
    const named = { series: { memory: 1, cpu: 1, replicas: 1, requests: 1 }, forecast: { horizon_hours: 6 } };
    expect(loadsOf(named as unknown as Patterns)).toEqual(['requests', 'cpu', 'memory']);
  });
});

const line = (at: number, more: object) =>
  ({
    id: `d${at}`,
    timestamp: iso(START + at * MINUTE),
    outcome: 'unchanged',
    outcome_message: 'stays',
    ...more,
  }) as HistoryLine;

describe('marks', () => {
  it('are what was changed, tried or proposed, and lead to the decision', () => {
    const lines = [
      line(9, {
        outcome: 'applied',
        current_replicas: 3,
        target_replicas: 5,
        outcome_message: 'scaled 3 → 5 replicas',
      }),
      line(8, { outcome: 'recommended', why_not: { code: 'proposed', message: 'waits' } }),
      line(7, { why_not: { code: 'ok', message: 'enough' } }),
      line(6, { outcome: 'failed' }),
      line(1, { outcome: 'applied', current_replicas: 5, target_replicas: 3 }),
    ];
    const marks = marksOf(ref, lines, START / 1000 + 120);
    expect(marks.map(({ way }) => way)).toEqual(['up', 'none', 'none']);
    expect(marks[0]).toMatchObject({ words: 'scaled 3 → 5 replicas', href: '/autoscaling/demo/shop/web/decisions/d9' });
    expect(shownBy({ ...NO_FILTER, isChangesOnly: true }, lines)).toEqual(lines.filter(isMark));
  });

  it('of a schedule end with the chart', () => {
    const schedules = [
      { id: 'a', floor: 8, from: iso(START - 60 * MINUTE), to: iso(START + 5 * MINUTE) },
      { id: 'b', size: 0, from: iso(START + 10 * MINUTE), to: null },
      { id: 'c', floor: 1, from: iso(START + 90 * MINUTE), to: iso(START + 95 * MINUTE) },
    ];
    const from = START / 1000;
    expect(spansOf({ schedules } as unknown as Patterns, from, from + 3600)).toEqual([
      { from, to: from + 300, words: 'at least 8 by schedule' },
      { from: from + 600, to: from + 3600, words: 'exactly 0 by schedule' },
    ]);
  });
});

describe('a level', () => {
  const level = { unit: 'ms', value: 90, band: 'low', baseline: 100, sigma: 5, objective: 300, over_at: 300 } as Level;
  const decisions = [9, 5, 1].map((at) => line(at, { signals: { p95: { value: at * 10, band: 'low' } } }));

  it('has the values that decisions met, its baseline with its spread, and what it may be', () => {
    const from = START / 1000;
    const spec = levelSpec({ name: 'p95', level, decisions, from: from + 180, now: from + 600 }, NONE);
    expectWhole(spec);
    expect(spec.lines.at(-1)?.values).toEqual([null, 50, 90, 90]);
    expect(spec.lines.map(({ name }) => name)).toEqual([
      'baseline + σ',
      'baseline − σ',
      'baseline',
      'objective',
      'p95',
    ]);
    expect(spec.words(90)).toBe('90 ms');
  });

  it('that is being learned has no band and no baseline', () => {
    const learning = { ...level, baseline: null, sigma: null, objective: null, over_at: null };
    const spec = levelSpec({ name: 'p95', level: learning, decisions: [], from: 0, now: 60 }, NONE);
    expectWhole(spec);
    expect(spec.bands).toEqual([]);
    expect(spec.lines.at(-1)?.values).toEqual([null, 90]);
  });
});
