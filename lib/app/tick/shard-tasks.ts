// A tick cut into tasks, one per shard: plain data, so that it does not matter where each is evaluated.

import { workloadKey } from '../../domain/workload/identity.ts';
import { aboveOnly } from '../../domain/workload/stated.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Entries, ShardTask, TickHeader } from '../ports/shard-task.ts';
import type { Survey } from './survey.ts';

/** @param resizes of the whole tick */
export function tasksOf(survey: Survey, header: TickHeader, resizes: number): readonly ShardTask[] {
  const { shards, observed, policies, schedules, asked, left, limits } = survey;
  const shares = resizeShares(survey, header.scheduledAt, resizes);
  return shards.map((shard, i) => {
    const keys = shard.workloads.map(workloadKey);
    const mine = new Set(keys);
    const of = <T>(from: ReadonlyMap<string, T> | undefined): Entries<T> =>
      keys.flatMap((key) => {
        const value = from?.get(key);
        return value === undefined ? [] : [[key, value] as const];
      });
    const namespaces = new Set(shard.workloads.map(({ namespace }) => namespace));
    return {
      header,
      shard,
      observations: of(observed.observations).map(([, observation]) => observation),
      vertical: of(observed.vertical),
      policies: of(policies.records),
      above: aboveOnly(policies.above, namespaces),
      schedules: of(schedules),
      asked: asked.filter(({ record }) => mine.has(workloadKey(record.decision.workload))),
      limits: limits && [...limits].filter(([namespace]) => namespaces.has(namespace)),
      left: left.get(shard.id) ?? null,
      resizes: shares[i] ?? 0,
    };
  });
}

/** Among the shards that have pods whose requests follow a level, another first with each minute. */
function resizeShares({ shards, observed }: Survey, now: EpochMs, resizes: number): readonly number[] {
  const asking = shards.flatMap((shard, i) =>
    shard.workloads.some((ref) => observed.vertical?.has(workloadKey(ref))) ? [i] : [],
  );
  const shares = shards.map(() => 0);
  const first = Math.floor(now / 60_000);
  for (let turn = 0; turn < resizes && asking.length > 0; turn++) {
    const i = asking[(first + turn) % asking.length] ?? 0;
    shares[i] = (shares[i] ?? 0) + 1;
  }
  return shares;
}
