// The fence of what a tick writes for a shard: scheduled times only grow, and an earlier tick does not write over a later one.
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Dated } from './ahead.ts';
import type { Condition } from './table.ts';

/** Holds where nothing was written by a tick later than `at`; one that is dated ahead was none. */
export function notAfter(at: EpochMs, { now, aheadMs }: Dated): Condition {
  const expression = 'attribute_not_exists(written_at) OR written_at <= :at OR written_at > :ahead';
  return { expression, values: { ':at': at, ':ahead': now() + aheadMs } };
}
