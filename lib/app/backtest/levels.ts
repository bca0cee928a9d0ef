// Levels in a backtest: windows that were recorded, or what the simulated queue makes of the replicas there are.
import type { SimulationReading } from '../../domain/simulation/workload-model.ts';
import type { LevelReading, PerSignal, SignalDefinition, SignalName } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

/** A level as it was measured, whatever replicas there were: the simulation does not change it. */
export interface RecordedLevel {
  readonly name: SignalName;
  readonly definition: SignalDefinition;
  readonly startsAt: EpochMs;
  readonly intervalSeconds: number;
  /** Each of the window that begins then; NaN where nothing was measured. */
  readonly values: Float64Array;
}

/** What the queue's latency is called. */
export const QUEUE_LEVEL: SignalName = 'latency';
export const QUEUE_LEVEL_DEFINITION: SignalDefinition = { kind: 'level', unit: 'ms' };

/** What may be seen at `now`: of each recorded level the newest window that is over. */
export function recordedAt(levels: readonly RecordedLevel[], now: EpochMs): PerSignal<LevelReading> {
  const seen: Record<SignalName, LevelReading> = {};
  for (const { name, startsAt, intervalSeconds, values } of levels) {
    const window = Math.floor((now - startsAt) / (1000 * intervalSeconds)) - 1;
    const value = values[window] ?? Number.NaN;
    if (!Number.isNaN(value)) seen[name] = { value, at: startsAt + 1000 * intervalSeconds * (window + 1) };
  }
  return seen;
}

/** 95th percentile in the step of the reading; nothing where nobody was answered. */
export function queuedAt(reading: SimulationReading | null, startsAt: EpochMs): PerSignal<LevelReading> {
  const latency = reading?.queue?.latency ?? null;
  if (reading === null || latency === null) return {};
  const { p50, p95, average } = latency;
  const beside = { p50: 1000 * p50, average: 1000 * average, successPercent: reading.queue?.successPercent ?? 100 };
  return { [QUEUE_LEVEL]: { value: 1000 * p95, at: startsAt + 1000 * reading.at, beside } };
}
