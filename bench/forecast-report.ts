// The forecast benchmark's tables: per horizon and measure every trace and the median, then what they say about the targets.
import { HORIZONS, SLOTS_PER_HOUR } from './forecast-method.ts';
import type { ForecastScore } from './forecast-score.ts';
import type { MethodName, TraceResult } from './forecast-trace.ts';

const MEASURES = ['wape', 'mase', 'pinball', 'coverage'] as const satisfies readonly (keyof ForecastScore)[];
type Measure = (typeof MEASURES)[number];
/** What ours must beat: the better of these two on each trace. */
const PLAIN: readonly MethodName[] = ['last value', 'seasonal naive'];
const COVERAGE_WITHIN: readonly [number, number] = [0.85, 0.95];

export function printReport(
  labels: readonly string[],
  methods: readonly MethodName[],
  results: readonly TraceResult[],
): void {
  const scoreOf = (label: string, method: MethodName, h: number, measure: Measure) =>
    results.find((result) => result.label === label && result.method === method)?.scores[h]?.[measure];
  HORIZONS.forEach((slots, h) => {
    for (const measure of MEASURES) {
      console.log(`\n${inWords(slots)} ahead: ${TITLES[measure]}`);
      console.log(`  ${''.padEnd(16)}${methods.map((method) => method.padStart(16)).join('')}`);
      const row = (name: string, of: (method: MethodName) => number | undefined) =>
        console.log(`  ${name.padEnd(16)}${methods.map((method) => show(measure, of(method))).join('')}`);
      for (const label of labels) row(label, (method) => scoreOf(label, method, h, measure));
      row('median', (method) => median(labels.map((label) => scoreOf(label, method, h, measure))));
    }
  });
  if (methods.includes('ours') && PLAIN.every((plain) => methods.includes(plain))) printTargets(labels, scoreOf);
  printNotes(results);
}

const TITLES: Readonly<Record<Measure, string>> = {
  wape: 'WAPE',
  mase: 'MASE (of 1: as far off as one day is from the next)',
  pinball: 'pinball loss (mean over the 0.5, 0.9 and 0.99 quantiles, scaled as MASE)',
  coverage: 'share within [P5, P95]',
};

type ScoreOf = (label: string, method: MethodName, h: number, measure: Measure) => number | undefined;

/** Ours ÷ the better of last value and seasonal naive, and the coverage that is out of bounds. */
function printTargets(labels: readonly string[], scoreOf: ScoreOf): void {
  console.log('\nours ÷ the better of last value and seasonal naive on the same trace');
  HORIZONS.forEach((slots, h) => {
    for (const measure of ['mase', 'pinball'] as const) {
      const ratios = labels.map((label) => {
        const better = Math.min(...PLAIN.map((plain) => scoreOf(label, plain, h, measure) ?? Number.POSITIVE_INFINITY));
        return { label, ratio: (scoreOf(label, 'ours', h, measure) ?? Number.NaN) / better };
      });
      const worst = ratios.reduce((a, b) => (b.ratio > a.ratio ? b : a));
      const middle = median(ratios.map(({ ratio }) => ratio)).toFixed(2);
      console.log(
        `  ${inWords(slots).padEnd(7)} ${measure.padEnd(8)} median ${middle}, worst ${worst.ratio.toFixed(2)} (${worst.label})`,
      );
    }
    const [low, high] = COVERAGE_WITHIN;
    const outside = labels.filter((label) => {
      const share = scoreOf(label, 'ours', h, 'coverage') ?? Number.NaN;
      return !(share >= low && share <= high);
    });
    const verdict = outside.length === 0 ? 'all traces' : `all but ${outside.join(', ')}`;
    console.log(`  ${inWords(slots).padEnd(7)} coverage within ${100 * low}–${100 * high} % on ${verdict}`);
  });
}

function printNotes(results: readonly TraceResult[]): void {
  console.log(
    '\nEvery forecast is of a mean over five minutes, made from what came before, on the scored part of each trace.',
  );
  console.log('Quantiles: ours its own; the others those of their own misses over the 7 days before each forecast.');
  console.log('Seasonal naive is the last value while there is no day before. — means that a method gave no forecast.');
  for (const method of new Set(results.map((result) => result.method))) {
    const every = results.find((result) => result.method === method)?.everyMinutes;
    if (every !== EVERY_MINUTES) console.log(`${method} is fitted and scored every ${every} min only, for its cost.`);
  }
  const costs = results.flatMap((result) => result.costs ?? []);
  if (costs.length === 0) return;
  const sum = (of: (cost: (typeof costs)[number]) => number) => costs.reduce((total, cost) => total + of(cost), 0);
  console.log(
    `ours: learning ${(sum((cost) => cost.fitMs) / sum((cost) => cost.fits)).toFixed(1)} ms, ` +
      `a forecast ${(sum((cost) => cost.forecastMs) / sum((cost) => cost.forecasts)).toFixed(3)} ms, ` +
      `learned state at most ${Math.max(...costs.map((cost) => cost.longestJson))} bytes a signal.`,
  );
}

const EVERY_MINUTES = 30;

function inWords(slots: number): string {
  return slots < SLOTS_PER_HOUR ? `${(60 * slots) / SLOTS_PER_HOUR} min` : `${slots / SLOTS_PER_HOUR} h`;
}

function show(measure: Measure, value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '—'.padStart(16);
  const percent = measure === 'coverage' || measure === 'wape';
  return (percent ? `${(100 * value).toFixed(1)} %` : value.toFixed(3)).padStart(16);
}

function median(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  const middle = (known.length - 1) / 2;
  return ((known[Math.floor(middle)] ?? Number.NaN) + (known[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
