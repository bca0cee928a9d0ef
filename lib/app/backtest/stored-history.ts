// The history that ticks left in the table, as a source of demand for a backtest.
import { workloadKey } from '../../domain/workload/identity.ts';
import { EMPTY_SERIES } from '../../domain/workload/series.ts';
import type { HistorySource } from '../ports/cluster.ts';
import type { SeriesStore } from '../ports/series-store.ts';
import { findStored } from '../recommend.ts';

/** Ends at the workload's last observation: a table that is a week old has a backtest's worth all the same. */
export function storedHistory(series: SeriesStore): HistorySource {
  return {
    name: 'the table',
    async read(ref, from, to) {
      const stored = await findStored(series, ref);
      if (stored === null) return { series: EMPTY_SERIES, coresPerReplica: null };
      const { observation } = stored.latest;
      const end = Math.min(to, observation.at);
      const found = await series.read(ref.cluster, stored.shard, end - (to - from), end);
      const coresPerReplica = observation.capacity.cpu ?? null;
      return { series: found.get(workloadKey(ref)) ?? EMPTY_SERIES, coresPerReplica };
    },
  };
}
