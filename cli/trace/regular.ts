// Samples as a trace: one interval throughout, short gaps filled and told, long ones refused.

import { STEP_SECONDS } from '../../lib/app/backtest/policy.ts';
import { stepDemand } from '../../lib/app/backtest/step-demand.ts';
import { fillStraight, quantile } from '../../lib/domain/workload/series.ts';
import { counted, TraceRefusal } from './refusal.ts';
import type { Samples } from './series.ts';
import type { Trace } from './trace.ts';

interface Regular {
  readonly trace: Trace;
  readonly notes: readonly string[];
}

/** An outage of a scrape; whatever is longer may hide a morning. */
const LONGEST_GAP_SECONDS = 3600;
/** At 15 s some six million steps: more would neither fit into memory nor end in a day. */
const MOST_DAYS = 1100;
/** Scrapes that come now and then early or late are meant to come on the quarter minute. */
const SNAP = 0.025;

/** @throws TraceRefusal where there are too few samples, a gap of over an hour, or years of them */
export function regular(all: Samples): Regular {
  const samples = measuredSpan(all);
  const { at } = samples;
  const [first, last] = [at[0], at.at(-1)];
  if (first === undefined || last === undefined || at.length < 2)
    throw new TraceRefusal('too_few_rows', `found ${counted(at.length, 'row')} of data, expected at least 2 rows`);
  if (last - first > MOST_DAYS * 86_400_000)
    throw new TraceRefusal('too_long', `runs from ${iso(first)} to ${iso(last)}, expected at most ${MOST_DAYS} days`);
  const steps = at.subarray(1).map((later, i) => later - (at[i] ?? 0));
  const median = quantile(steps, 0.5);
  const isOnGrid = steps.every((step) => step % median === 0);
  const stepMs = isOnGrid ? median : roundStep(median);
  refuseLongGaps(samples, stepMs);
  const startsAt = isOnGrid ? first : alignedStart(at, stepMs);
  const demand = onGrid(samples, startsAt, stepMs);
  const notes = [...(isOnGrid ? [] : [jitterNote(steps, stepMs)]), ...fill(demand, stepMs / 1000)];
  const trace = { startsAt, intervalSeconds: stepMs / 1000, demand };
  if (trace.intervalSeconds >= STEP_SECONDS) return { trace, notes };
  const averaged = `values every ${trace.intervalSeconds} s averaged to ${STEP_SECONDS} s, the step of the simulation`;
  return { trace: { startsAt, ...stepDemand(trace) }, notes: [...notes, averaged] };
}

/** From the first value to the last; times without one in between stay, since they tell the step. */
function measuredSpan({ at, values }: Samples): Omit<Samples, 'notes'> {
  const isMeasured = (value: number) => !Number.isNaN(value);
  const first = values.findIndex(isMeasured);
  const end = values.findLastIndex(isMeasured) + 1;
  return first < 0
    ? { at: at.subarray(0, 0), values: values.subarray(0, 0) }
    : { at: at.subarray(first, end), values: values.subarray(first, end) };
}

function refuseLongGaps({ at, values }: Omit<Samples, 'notes'>, stepMs: number): void {
  let before = at[0] ?? 0;
  for (const [i, time] of at.entries()) {
    if (Number.isNaN(values[i])) continue;
    if (time - before - stepMs > LONGEST_GAP_SECONDS * 1000) throw tooLongGap(before, time);
    before = time;
  }
}

function roundStep(median: number): number {
  const quarter = STEP_SECONDS * 1000 * Math.max(1, Math.round(median / (STEP_SECONDS * 1000)));
  if (Math.abs(median - quarter) <= SNAP * quarter) return quarter;
  return median >= 1000 ? 1000 * Math.round(median / 1000) : median;
}

/** The samples' own phase (their mean on the circle of a step), so that a late first one shifts nothing. */
function alignedStart(at: Float64Array, stepMs: number): number {
  const first = at[0] ?? 0;
  let x = 0;
  let y = 0;
  for (const time of at) {
    const turn = (2 * Math.PI * ((time - first) % stepMs)) / stepMs;
    x += Math.cos(turn);
    y += Math.sin(turn);
  }
  return Math.round(first + (Math.atan2(y, x) / (2 * Math.PI)) * stepMs);
}

/** The mean of the samples nearest to each point of the grid; NaN where there is none. */
function onGrid({ at, values }: Omit<Samples, 'notes'>, startsAt: number, stepMs: number): Float64Array {
  const slotOf = (time: number) => Math.max(0, Math.round((time - startsAt) / stepMs));
  const length = slotOf(at.at(-1) ?? 0) + 1;
  const demand = new Float64Array(length).fill(Number.NaN);
  const counts = new Float64Array(length);
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const slot = slotOf(at[i] ?? 0);
    const before = counts[slot] ?? 0;
    demand[slot] = before === 0 ? value : ((demand[slot] ?? 0) * before + value) / (before + 1);
    counts[slot] = before + 1;
  }
  return demand;
}

/** Bridges what is missing, in place, and says so. */
function fill(demand: Float64Array, stepSeconds: number): readonly string[] {
  const filled = fillStraight(demand);
  if (filled.length === 0) return [];
  const missing = filled.reduce((sum, values) => sum + values, 0);
  const longest = filled.reduce((most, values) => Math.max(most, values), 0) * stepSeconds;
  const span = longest < 90 ? `${longest} s` : `${Math.round(longest / 60)} min`;
  return [`${counted(filled.length, 'gap')} of up to ${span} (${counted(missing, 'value')}) filled by a straight line`];
}

function jitterNote(steps: Float64Array, stepMs: number): string {
  const [low, high] = [quantile(steps, 0.01), quantile(steps, 0.99)];
  return `rows ${low / 1000} to ${high / 1000} s apart brought to every ${stepMs / 1000} s`;
}

function tooLongGap(from: number, to: number): TraceRefusal {
  const hours = ((to - from) / 3_600_000).toFixed(1);
  return new TraceRefusal(
    'gap',
    `found nothing from ${iso(from)} to ${iso(to)} (${hours} hours), expected gaps of up to an hour: cut the file there`,
  );
}

function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
