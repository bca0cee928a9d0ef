// The history that ticks left in the table, as a source of demand for a backtest.

import { FULL_PERCENT } from '../../domain/sizing/capacity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { readPolicy } from '../../domain/workload/policy-from-annotations.ts';
import { EMPTY_SERIES, type Series } from '../../domain/workload/series.ts';
import type { SignalName } from '../../domain/workload/signal.ts';
import { seriesOf } from '../one-series.ts';
import type { HistorySource } from '../ports/cluster.ts';
import type { SeriesStore } from '../ports/series-store.ts';
import { findStored } from '../recommend.ts';

/**
 * Ends at the workload's last observation: a table that is a week old has a backtest's worth all the same.
 * @param signal a load that it names, in place of its CPU
 */
export function storedHistory(series: SeriesStore, signal: SignalName = 'cpu'): HistorySource {
  return {
    name: 'the table',
    async read(ref, from, to) {
      const stored = await findStored(series, ref);
      if (stored === null) return { series: EMPTY_SERIES, coresPerReplica: null };
      const { observation } = stored.latest;
      const end = Math.min(to, observation.at);
      const stretch = await seriesOf(series, ref, stored.shard, end - (to - from), end);
      if (signal === 'cpu') return { series: stretch, coresPerReplica: observation.capacity.cpu ?? null };
      const of = ofLoad(stretch, signal);
      const whyEmpty = of.at.length > 0 ? null : `no tick has stored a load ${signal} of it`;
      return { series: of, coresPerReplica: fullReplica(observation, signal), whyEmpty };
    },
  };
}

/** The load where CPU stands, which is what is replayed. */
function ofLoad(series: Series, signal: SignalName): Series {
  const values = series.demand[signal];
  return values === undefined ? EMPTY_SERIES : { ...series, demand: { ...series.demand, cpu: values } };
}

/** What a replica would take at 100 %, where its target is the line of being short. */
function fullReplica({ annotations, definitions = {} }: Observation, signal: SignalName): number | null {
  const { signals } = readPolicy({ annotations, definitions, record: null, hpa: null, tickSeconds: 60 });
  const target = signals?.[signal]?.target ?? null;
  return target === null ? null : (100 * target) / FULL_PERCENT;
}
