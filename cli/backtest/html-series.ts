// A run as a chart can hold it: two weeks of quarter-minutes in a few thousand buckets, and every violation kept.
import type { BacktestTick } from '../../lib/app/backtest/backtest.ts';
import { STEP_SECONDS } from '../../lib/app/backtest/policy.ts';
import { neededReplicas } from '../../lib/app/backtest/score.ts';

export interface ChartSeries {
  readonly bucketSeconds: number;
  /** The least and the most within each bucket, so that no peak and no dip is averaged away. Replicas. */
  readonly needed: Range;
  readonly ready: Range;
  /** When fewer were ready than needed: how long after the end of the one before (or the start), and for how long, in steps of 15 s. */
  readonly shortages: readonly number[];
}

interface Range {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Five minutes apart over sixteen days. */
const MOST_BUCKETS = 5000;
const FEWEST_BUCKETS = 500;
/** Numbers in a file, of some three bytes each: a folder of traces stays at a few megabytes. */
const MOST_NUMBERS = 700_000;
/** Shortages beyond so many are joined with their nearest neighbours: on no screen could they be told apart. */
const MOST_SHORTAGES = 4000;

/** How finely a file with so many traces can draw each of them. */
export function bucketsFor(traces: number, policies: number): number {
  const columns = 2 * (policies + 1);
  return Math.min(MOST_BUCKETS, Math.max(FEWEST_BUCKETS, Math.floor(MOST_NUMBERS / (traces * columns))));
}

/**
 * @param steps how many steps of 15 s the trace has
 * @param buckets at most so many
 */
export function startChart(capacity: number, steps: number, buckets: number) {
  const stepsPerBucket = Math.max(1, Math.ceil(steps / buckets));
  const needed = new Columns();
  const ready = new Columns();
  const spans: Span[] = [];
  let step = 0;
  return {
    /** To be called for every step, in order. */
    add(tick: Pick<BacktestTick, 'demand' | 'ready'>): void {
      const need = neededReplicas(tick.demand, capacity);
      const isNew = step % stepsPerBucket === 0;
      needed.add(need, isNew);
      ready.add(tick.ready, isNew);
      if (tick.ready < need) extend(spans, step);
      step++;
    },
    result(): ChartSeries {
      const bucketSeconds = stepsPerBucket * STEP_SECONDS;
      return { bucketSeconds, needed, ready, shortages: gaps(joined(spans)) };
    },
  };
}

class Columns implements Range {
  readonly low: number[] = [];
  readonly high: number[] = [];

  add(value: number, isNew: boolean): void {
    const last = this.low.length - 1;
    this.low[isNew ? last + 1 : last] = isNew ? value : Math.min(value, this.low[last] ?? value);
    this.high[isNew ? last + 1 : last] = isNew ? value : Math.max(value, this.high[last] ?? value);
  }
}

interface Span {
  from: number;
  /** Not within it any more. */
  to: number;
}

function extend(spans: Span[], step: number): void {
  const last = spans.at(-1);
  if (last?.to === step) last.to++;
  else spans.push({ from: step, to: step + 1 });
}

/** Drops the shortest pauses between spans until there are few enough. */
function joined(spans: readonly Span[]): readonly Span[] {
  if (spans.length <= MOST_SHORTAGES) return spans;
  const pauses = spans.slice(1).map(({ from }, i) => from - (spans[i]?.to ?? 0));
  const longEnough = pauses.toSorted((a, b) => b - a)[MOST_SHORTAGES - 1] ?? 0;
  const kept: Span[] = [];
  for (const span of spans) {
    const last = kept.at(-1);
    if (last !== undefined && span.from - last.to <= longEnough) last.to = span.to;
    else kept.push({ ...span });
  }
  return kept;
}

function gaps(spans: readonly Span[]): readonly number[] {
  return spans.flatMap(({ from, to }, i) => [from - (spans[i - 1]?.to ?? 0), to - from]);
}
