// What is noted while a run goes on: the rows of its timeline, its chart, and how far it is.
import type { BacktestTick } from '../../lib/app/backtest/backtest.ts';
import { STEP_SECONDS } from '../../lib/app/backtest/policy.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import type { Trace } from '../trace/trace.ts';
import { type ChartSeries, startChart } from './html-series.ts';

const DAY_SECONDS = 86_400;

interface Watched {
  readonly trace: Trace;
  readonly settings: { readonly capacity: number; readonly tickSeconds: number };
  /** Where the timeline goes; null where none is asked for. */
  readonly timeline: string | null;
  /** Into how many pieces the chart may cut the trace; null where none is asked for. */
  readonly chartBuckets: number | null;
}

/** @param onDay told the days of the trace that are over, as each ends */
export function watchRun({ trace, settings, timeline, chartBuckets }: Watched, onDay: (days: number) => void) {
  const steps = Math.ceil((trace.demand.length * trace.intervalSeconds) / STEP_SECONDS);
  const rows = timeline === null ? null : ['timestamp,demand,replicas,ready,source'];
  const chart = chartBuckets === null ? null : startChart(settings.capacity, steps, chartBuckets);
  let seconds = 0;
  return {
    /** To be called for every step of 15 s. */
    onStep(tick: BacktestTick): void {
      if (rows !== null && seconds % settings.tickSeconds === 0) rows.push(row(tick));
      chart?.add(tick);
      seconds += STEP_SECONDS;
      if (seconds % DAY_SECONDS === 0) onDay(seconds / DAY_SECONDS);
    },
    timelineCsv: (): string | null => (rows === null ? null : `${rows.join('\n')}\n`),
    chart: (): ChartSeries | null => chart?.result() ?? null,
  };
}

function row({ at, demand, replicas, ready, source }: BacktestTick): string {
  return `${iso(at)},${demand},${replicas},${ready},${source}`;
}

/** As traces write it: without milliseconds where there are none. */
export function iso(at: EpochMs): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
