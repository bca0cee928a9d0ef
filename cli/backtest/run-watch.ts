// What is noted while a run goes on: the rows of its timeline, its chart, and how far it is.
import type { BacktestTick } from '../../lib/app/backtest/backtest.ts';
import { type PolicySettings, STEP_SECONDS } from '../../lib/app/backtest/policy.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import type { Trace } from '../trace/trace.ts';
import { type ChartSeries, startChart } from './html-series.ts';

const DAY_SECONDS = 86_400;

interface Watched {
  readonly trace: Trace;
  readonly settings: Pick<PolicySettings, 'capacity' | 'levels'>;
  /** Where the timeline goes; null where none is asked for. */
  readonly timeline: string | null;
  /** Into how many pieces the chart may cut the trace; null where none is asked for. */
  readonly chartBuckets: number | null;
}

/** One change of the replica count, and why. */
export interface ReplicaChange {
  readonly at: EpochMs;
  readonly from: number;
  readonly to: number;
  readonly source: string;
  readonly reason: string;
}

/** @param onDay told the days of the trace that are over, as each ends */
export function watchRun(watched: Watched, onDay: (days: number) => void) {
  const { trace, settings, timeline, chartBuckets } = watched;
  const steps = Math.ceil((trace.demand.length * trace.intervalSeconds) / STEP_SECONDS);
  const levels = Object.keys(settings.levels ?? {});
  const changes: ReplicaChange[] = [];
  let before: number | null = null;
  const rows = timeline === null ? null : [['timestamp,demand,replicas,ready,source', ...levels].join(',')];
  const chart = chartBuckets === null ? null : startChart(settings.capacity, steps, chartBuckets);
  let seconds = 0;
  return {
    /** To be called for every tick, and for every look that changed something. */
    onTick(tick: BacktestTick): void {
      rows?.push(row(tick, levels));
    },
    /** To be called for every step of 15 s: a shortage can be over before the next tick. */
    onStep(tick: BacktestTick): void {
      if (before !== null && tick.replicas !== before) changes.push(changeOf(before, tick));
      before = tick.replicas;
      chart?.add(tick);
      seconds += STEP_SECONDS;
      if (seconds % DAY_SECONDS === 0) onDay(seconds / DAY_SECONDS);
    },
    timelineCsv: (): string | null => (rows === null ? null : `${rows.join('\n')}\n`),
    changes: changes as readonly ReplicaChange[],
    chart: (): ChartSeries | null => chart?.result() ?? null,
  };
}

/** Of a level what the policy could see; nothing where it was not measured. */
function row({ at, demand, replicas, ready, source, levels = {} }: BacktestTick, names: readonly string[]): string {
  return [iso(at), demand, replicas, ready, source, ...names.map((name) => digits(levels[name]?.value))].join(',');
}

/** More than six of them are dust. */
function digits(value: number | undefined): string {
  return value === undefined ? '' : String(Number(value.toPrecision(6)));
}

function changeOf(from: number, { at, replicas: to, source, reason = '' }: BacktestTick): ReplicaChange {
  return { at, from, to, source, reason };
}

/** As traces write it: without milliseconds where there are none. */
export function iso(at: EpochMs): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
