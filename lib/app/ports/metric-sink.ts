// Numbers that are told to a time series database after a tick: what is served to others, and how we fare ourselves.
import type { EpochMs } from '../../domain/workload/time.ts';

/** What may be told of a workload, by what it costs: one series each, `forecast` and `signals` one per signal. */
export const SERIES_GROUPS = ['forecast', 'wanted', 'replicas', 'reason', 'signals', 'cluster'] as const;
export type SeriesGroup = (typeof SERIES_GROUPS)[number];

export interface SeriesChoice {
  /** Of which workloads. */
  readonly workloads: 'enabled' | 'all';
  readonly groups: readonly SeriesGroup[];
}

/** One number of one series at one instant. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Null: the series has ended, and whoever looks should not see its last number any longer. */
  readonly value: number | null;
  readonly at: EpochMs;
}

export interface MetricSink {
  readonly wants: SeriesChoice;
  /**
   * @param budgetMs for all of it
   * @throws AdapterError that says how many samples were not taken, and why
   */
  write(samples: readonly Sample[], budgetMs: number): Promise<void>;
}
