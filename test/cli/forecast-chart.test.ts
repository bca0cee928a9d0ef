// The chart of a forecast: what was on the left, what may come on the right, and nothing beyond a hundred columns.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chartLines } from '../../cli/forecast/chart.ts';

const NOW = Date.UTC(2026, 10, 27, 12);
const iso = (at: number) => new Date(at).toISOString();
const drawn = (values: readonly (number | null)[], p50: readonly number[], wider = 2) =>
  chartLines({
    values,
    start: iso(NOW - values.length * 60_000),
    stepSeconds: 60,
    points: p50.map((value, i) => ({ timestamp: iso(NOW + (i + 1) * 600_000), p50: value, p90: value * wider })),
    now: iso(NOW),
    show: (value) => value.toPrecision(3),
  });

it('draws what was on the left, and the median below the band on the right', () => {
  const lines = drawn(Array<number>(360).fill(2), Array<number>(36).fill(2));
  expect(lines.map((line) => line.slice(9))).toEqual([
    ...Array<string>(4).fill(`${' '.repeat(42)}│${'░'.repeat(42)}`),
    ...Array<string>(4).fill(`${'█'.repeat(42)}│${'▓'.repeat(42)}`),
    expect.stringMatching(/^-6 h +now +\+6 h$/),
    expect.stringContaining('median'),
  ]);
  expect(lines[0]).toMatch(/^ +4\.00 /);
});

it('leaves what was not measured empty, and draws nothing of nothing', () => {
  const half = [...Array<null>(180).fill(null), ...Array<number>(180).fill(1)];
  expect(drawn(half, [])[7]?.slice(9)).toBe(`${' '.repeat(21)}${'█'.repeat(21)}│`);
  expect(drawn(Array<null>(360).fill(null), [])).toEqual([]);
});

it('law: it has the same ten lines of at most a hundred columns, whatever the numbers', () => {
  const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
  const values = fc.array(fc.option(amount), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(values, fc.array(amount, { minLength: 1, maxLength: 72 }), (was, will) => {
      const lines = drawn(was, will, 1.5);
      expect(lines).toHaveLength(10);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    }),
  );
});
