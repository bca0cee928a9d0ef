// What a chart holds of one workload's replays: demand and ready replicas over the scored days, coarse enough for a page of fifty.
import type { BacktestTick } from '../../lib/app/backtest/backtest.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { type ChartSeries, startChart } from '../backtest/html-series.ts';

/** Half an hour each of a week: a page of fifty workloads stays under two megabytes. */
const BUCKETS = 336;

/** One replay, over what is scored. */
export type ReplayChart = ChartSeries;

export interface ReplayRecorder {
  /** To be called at every step of 15 s. */
  readonly onStep: (tick: BacktestTick) => void;
  readonly result: () => ReplayChart;
}

/** @param scoredSeconds how long the part is that is scored */
export function recordReplay(
  capacity: number,
  scoredFrom: EpochMs,
  scoredSeconds: number,
  stepSeconds: number,
): ReplayRecorder {
  const chart = startChart(capacity, Math.ceil(scoredSeconds / stepSeconds), BUCKETS);
  return {
    onStep: (tick) => {
      if (tick.at >= scoredFrom) chart.add(tick);
    },
    result: () => chart.result(),
  };
}
