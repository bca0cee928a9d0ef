// What a look reads: of each shard what its tick and the looks before left, and what pods use by now.

import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { isLook, isNews } from '../../domain/decision/look.ts';
import { asLeft, isTakenOver, takenOverBy } from '../../domain/decision/take-over.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { PerSignal, Reading } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { measureAll } from '../observe/measure.ts';
import type { SignalSource, WorkloadSnapshot } from '../ports/cluster.ts';
import type { Looked } from '../ports/look-store.ts';
import type { LookedShard, LookTask } from '../ports/look-task.ts';
import type { SeriesReader, Shard } from '../ports/series-store.ts';
import type { TickStore } from '../ports/tick-store.ts';
import type { Log } from '../ports/world.ts';

export interface ShardPorts {
  readonly series: SeriesReader;
  readonly ticks: Pick<TickStore, 'readJournal'>;
  readonly signals: readonly SignalSource[];
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

/** @returns only shards in which something is new */
export async function readShards(ports: ShardPorts, task: LookTask, looked: Looked): Promise<readonly SeenShard[]> {
  const known = await Promise.all(task.shards.map((one) => knownOf(ports, task, one, looked)));
  const readings = await readUsage(ports, task, known);
  return known.flatMap(({ shard, memories }) => {
    const seen = [...memories].flatMap(([key, memory]) => {
      const observation = withReadings(asLeft(memory), readings.get(key), task.at);
      return observation !== null && isNews(memory, observation) ? [{ key, memory, observation }] : [];
    });
    return seen.length === 0 ? [] : [{ shard, seen }];
  });
}

interface Known {
  readonly shard: Shard;
  readonly pods: LookedShard['pods'];
  /** Of those to be looked at. */
  readonly memories: ReadonlyMap<string, WorkloadMemory>;
}

async function knownOf(
  { series, ticks }: ShardPorts,
  { cluster, scheduledAt }: LookTask,
  { shard, pods }: LookedShard,
  looked: Looked,
): Promise<Known> {
  const [latest, journal] = await Promise.all([
    series.readLatest(cluster, shard),
    looked.at === 0 ? [] : ticks.readJournal(cluster, shard.id),
  ]);
  const memories = new Map<string, WorkloadMemory>();
  for (const [key] of pods) {
    const stored = latest.get(key);
    // Left by another tick than the one that is followed, or by a write of which nobody knows what became of it.
    if (stored?.observation.at !== scheduledAt || stored.record.outcome.unsettled === true) continue;
    const memory = withLooks(stored, ofWorkload(journal, key));
    if (memory !== null) memories.set(key, memory);
  }
  return { shard, pods, memories };
}

function ofWorkload(journal: readonly DecisionRecord[], key: string): readonly DecisionRecord[] {
  return journal.filter(({ decision }) => isLook(decision) && workloadKey(decision.workload) === key);
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

/** CPU and memory alone, of all of them at once. */
async function readUsage(
  { signals, log }: ShardPorts,
  { cluster, at }: LookTask,
  known: readonly Known[],
): Promise<ReadonlyMap<string, PerSignal<Reading>>> {
  const workloads = new Map(known.flatMap(snapshotsOf));
  if (workloads.size === 0) return new Map();
  const usage = signals.filter(({ definitions }) => definitions === undefined);
  const namespaces = [...new Set([...workloads.values()].map(({ workload }) => workload.namespace))];
  const batches = await measureAll(usage, { cluster, at, workloads, problems: [], namespaces }, at);
  for (const problem of batches.flatMap(({ problems }) => problems)) log.warn('look incomplete', { cluster, problem });
  return new Map(batches.flatMap(({ readings }) => [...readings]));
}

function snapshotsOf({ pods, memories }: Known): readonly (readonly [string, WorkloadSnapshot])[] {
  return pods.flatMap(([key, its]) => {
    const memory = memories.get(key);
    return memory === undefined ? [] : [[key, { ...memory.observation, pods: its }] as const];
  });
}

function withReadings(
  observation: Observation,
  readings: PerSignal<Reading> | undefined,
  at: EpochMs,
): Observation | null {
  if (readings === undefined) return null;
  return { ...observation, at, signals: { ...observation.signals, ...readings } };
}
