// What came after advice: read off the stored series when somebody looks, so that noting advice costs one write and no second one.
import type { AdviceRow } from '../../domain/advice/advice-row.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { demandOf, EMPTY_SERIES, indexAtOrAfter, type Series } from '../../domain/workload/series.ts';
import { type EpochMs, MINUTE_MS } from '../../domain/workload/time.ts';
import { seriesOf } from '../one-series.ts';
import type { AdviceRowStore } from '../ports/advice-row-store.ts';
import type { SeriesReader } from '../ports/series-store.ts';

/** Total demand and the pods that carried it. NaN where it was not measured. */
interface MeasuredAt {
  readonly at: EpochMs;
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly replicas: number;
}

export interface AdviceWithOutcome {
  readonly row: AdviceRow;
  /** Null where it is too early, where ticks were missed, and where the series is not kept any more. */
  readonly after10Minutes: MeasuredAt | null;
  readonly after60Minutes: MeasuredAt | null;
}

interface OutcomePorts {
  readonly adviceRows: AdviceRowStore;
  readonly series: Pick<SeriesReader, 'locate' | 'read'>;
}

/** Samples are a tick apart, and means of five minutes where they are old: further away, it is no reading of that moment. */
const NEAR_MS = 5 * MINUTE_MS;

/** @returns newest first */
export async function adviceOutcomes(
  { adviceRows, series }: OutcomePorts,
  ref: WorkloadRef,
  from: EpochMs,
  to: EpochMs,
  limit: number,
): Promise<readonly AdviceWithOutcome[]> {
  const rows = await adviceRows.list(ref, from, to, limit);
  const [last, first] = [rows[0], rows.at(-1)];
  const shard = await series.locate(ref);
  if (last === undefined || first === undefined) return [];
  const until = last.at + 60 * MINUTE_MS + NEAR_MS;
  const stretch = shard === null ? EMPTY_SERIES : await seriesOf(series, ref, shard, first.at, until);
  return rows.map((row) => ({
    row,
    after10Minutes: measuredAt(stretch, row.at + 10 * MINUTE_MS),
    after60Minutes: measuredAt(stretch, row.at + 60 * MINUTE_MS),
  }));
}

/** The first sample at or after that moment, where one is near. */
function measuredAt(series: Series, instant: EpochMs): MeasuredAt | null {
  const i = indexAtOrAfter(series.at, instant);
  const at = series.at[i] ?? Number.POSITIVE_INFINITY;
  if (at - instant > NEAR_MS) return null;
  const [cpu, memory] = [demandOf(series, 'cpu')[i], demandOf(series, 'memory')[i]];
  const missing = Number.NaN;
  return { at, cpuCores: cpu ?? missing, memoryBytes: memory ?? missing, replicas: series.replicas[i] ?? missing };
}
