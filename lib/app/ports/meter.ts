// Numbers for whoever runs this: a few per cluster, since each costs money for as long as it is sent.

/** One tick that finished; a skipped or failed one has none. */
export interface TickMeasures {
  readonly cluster: string;
  /** From the time the tick was scheduled for to its end. */
  readonly seconds: number;
  /** What status lists: workloads and sources that are not handled as their policies ask. */
  readonly problems: number;
  /** The circuit breaker is open, or the kill switch is on. */
  readonly isOnHold: boolean;
}

/** Never throws. */
export interface Meter {
  tickFinished(measures: TickMeasures): void;
  /** More changes were wanted than one tick may make; told by each part of a tick that finds it so. */
  blastRadiusReached(cluster: string): void;
}

/** What infra/ makes alarms and the dashboard of. */
export const CLUSTER_DIMENSION = 'cluster';

/** At most four, each $0.30 a month and cluster: what AWS counts by itself is not counted again. */
export const CLUSTER_METRICS = {
  /** Sent by every tick that finished: how many there are is whether ticks come, how large they are whether they come in time. */
  tickSeconds: 'TickSeconds',
  /** Sent while there are any. */
  problems: 'Problems',
  /** Sent while the circuit breaker of the cluster is open, or the kill switch is on. */
  onHold: 'OnHold',
  /** Sent by each part of a tick that wanted more changes than the tick may make. */
  blastRadius: 'BlastRadiusReached',
} as const;
