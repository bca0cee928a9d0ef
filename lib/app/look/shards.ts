// What a look reads: of each shard what its tick and the looks before left, and what pods use by now.

import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { isLook, isNews } from '../../domain/decision/look.ts';
import { asLeft, isTakenOver, takenOverBy } from '../../domain/decision/take-over.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { PerSignal, Reading } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { UsageSource } from '../ports/cluster.ts';
import type { LookedShard, LookTask } from '../ports/look-task.ts';
import type { SeriesReader, Shard } from '../ports/series-store.ts';
import type { Log } from '../ports/world.ts';
import { type Readings, readUsage, shardsWithNews } from './usage.ts';

export interface ShardPorts {
  readonly series: SeriesReader;
  readonly usage: UsageSource;
  readonly log: Log;
}

/** A workload whose pods have something new to say. */
export interface Seen {
  readonly key: string;
  readonly memory: WorkloadMemory;
  /** As the last step left it, with the newer readings. */
  readonly observation: Observation;
}

export interface SeenShard {
  readonly shard: Shard;
  readonly seen: readonly Seen[];
}

/**
 * Of the table nothing is read but the last tick's view of shards in which something is new.
 * @param wanting numbers of the shards in which the tick left more to be wanted
 * @returns only shards in which something is new
 */
export async function readShards(
  ports: ShardPorts,
  task: LookTask,
  wanting: readonly number[],
): Promise<readonly SeenShard[]> {
  const readings = await readUsage(ports, task);
  const open = shardsWithNews(task, readings, wanting);
  const read = await Promise.all(open.map((one) => seenIn(ports, task, one, readings)));
  return read.filter(({ seen }) => seen.length > 0);
}

async function seenIn(
  { series }: ShardPorts,
  { cluster, scheduledAt, at }: LookTask,
  { shard, pods }: LookedShard,
  readings: Readings,
): Promise<SeenShard> {
  const latest = await series.readLatest(cluster, shard);
  const seen = pods.flatMap(([key]) => {
    const memory = latest.get(key);
    // Left by another tick than the one that is followed, or by a write of which nobody knows what became of it.
    if (memory?.observation.at !== scheduledAt || memory.record.outcome.unsettled === true) return [];
    return seenNow(key, memory, readings.get(key) ?? {}, at) ?? [];
  });
  return { shard, seen };
}

/** Null where nothing of it is news. */
function seenNow(key: string, memory: WorkloadMemory, signals: PerSignal<Reading>, at: EpochMs): Seen | null {
  const before = asLeft(memory);
  const observation = { ...before, at, signals: { ...before.signals, ...signals } };
  return isNews(memory, { signals }) ? { key, memory, observation } : null;
}

/** As the looks since the tick left it, by what the shard's journal says of them; null where that is not known, or no news. */
export function afterLooks(seen: Seen, journal: readonly DecisionRecord[]): Seen | null {
  const { key, observation } = seen;
  const looks = journal.filter(({ decision }) => isLook(decision) && workloadKey(decision.workload) === key);
  const memory = withLooks(seen.memory, looks);
  return memory === null ? null : seenNow(key, memory, observation.signals, observation.at);
}

/** With what the looks since the tick did; null where it is not known what one of them did. */
function withLooks(stored: WorkloadMemory, looks: readonly DecisionRecord[]): WorkloadMemory | null {
  let memory = stored;
  for (const record of looks.toSorted((a, b) => a.decision.at - b.decision.at)) {
    if (record.decision.at <= stored.observation.at) continue;
    if (record.outcome.kind !== 'applied') return null;
    if (!isTakenOver(memory, record)) memory = takenOverBy(memory, record);
  }
  return memory;
}
