// What the circuit breaker watches of a shard, as its memories tell.
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { type Changed, WATCH_MS } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

/** Changes of the last minutes: whether pods still serve after them is for the next ticks to see. */
export function changedIn(entries: ReadonlyMap<string, WorkloadMemory>, now: EpochMs): readonly Changed[] {
  return [...entries].flatMap(([key, { past }]) => {
    const last = past.at(-1);
    if (last?.readyBefore === undefined || now - last.at > WATCH_MS) return [];
    return [{ key, changedAt: last.at, readyBefore: last.readyBefore, to: last.to }];
  });
}
