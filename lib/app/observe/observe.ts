// One tick's readings of every workload: what the cluster says and what the signal sources measured, put together.

import type { Request } from '../../domain/decision/request.ts';
import { isTrusted } from '../../domain/hpa/floor.ts';
import type { VerticalFacts } from '../../domain/vertical/container-resources.ts';
import { signalsNamed } from '../../domain/workload/annotated-values.ts';
import { type FloorsOnlyKind, type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import {
  type LevelReading,
  type PerResource,
  type PerSignal,
  RESOURCES,
  type Reading,
  type Resource,
  type SignalDefinition,
} from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type {
  ClusterReader,
  ClusterSnapshot,
  PodInfo,
  SignalBatch,
  SignalSource,
  WorkloadSnapshot,
} from '../ports/cluster.ts';
import type { FloorRecord, FloorStore } from '../ports/floor-store.ts';
import type { RequestStore } from '../ports/request-store.ts';
import { measureAll } from './measure.ts';

export interface Observed {
  /** Keyed by `namespace/name`. */
  readonly observations: ReadonlyMap<string, Observation>;
  readonly problems: readonly string[];
  /** Kinds of which some may be missing; null (and absent) where any workload may be. */
  readonly unlisted?: readonly FloorsOnlyKind[] | null;
  /** What is known of requests, of workloads whose requests follow a level; keyed as `observations`. Absent: of none. */
  readonly vertical?: ReadonlyMap<string, VerticalFacts>;
  /** By whose usage they were measured; keyed as `observations`. Absent where that was elsewhere. */
  readonly pods?: ReadonlyMap<string, readonly PodInfo[]>;
}

export interface ObservePorts {
  readonly reader: ClusterReader;
  readonly signals: readonly SignalSource[];
}

/** Reads a whole cluster in bulk. A source that fails costs its own signals, nothing else. */
export async function observeCluster(ports: ObservePorts, cluster: string, now: EpochMs): Promise<Observed> {
  const snapshot = await ports.reader.snapshot(cluster);
  return join(snapshot, await measureAll(ports.signals, snapshot, now), ports.signals, now);
}

/** Reads one workload afresh, or null where there is none. */
export async function observeWorkload(
  ports: ObservePorts,
  ref: WorkloadRef,
  now: EpochMs,
): Promise<Observation | null> {
  const workload = await ports.reader.workload(ref);
  if (workload === null) return null;
  const key = workloadKey(ref);
  const snapshot = { cluster: ref.cluster, at: now, workloads: new Map([[key, workload]]), problems: [] };
  const batches = await measureAll(ports.signals, snapshot, now, ref);
  return join(snapshot, batches, ports.signals, now).observations.get(key) ?? null;
}

function join(
  snapshot: ClusterSnapshot,
  batches: readonly SignalBatch[],
  sources: readonly SignalSource[],
  now: EpochMs,
): Observed {
  const definitions: PerSignal<SignalDefinition> = Object.assign({}, ...sources.map((source) => source.definitions));
  const observations = new Map<string, Observation>();
  const vertical = new Map<string, VerticalFacts>();
  for (const [key, workload] of snapshot.workloads) {
    if (workload.vertical !== undefined) vertical.set(key, withMemoryUsed(workload.vertical, workload, batches, now));
    const signals: PerSignal<Reading> = Object.assign({}, ...batches.map((batch) => batch.readings.get(key)));
    const unread: PerSignal<string> = Object.assign({}, ...batches.map((batch) => batch.unread?.get(key)));
    const serving = Math.max(workload.replicas.ready, ...batches.map((batch) => batch.serving?.get(key) ?? 0));
    const replicas = serving === workload.replicas.ready ? workload.replicas : { ...workload.replicas, serving };
    const levels: PerSignal<LevelReading> = Object.assign({}, ...batches.map((batch) => batch.levels?.get(key)));
    const named = signalsNamed(workload.annotations).flatMap((name) =>
      Object.hasOwn(definitions, name) ? [[name, definitions[name] as SignalDefinition] as const] : [],
    );
    observations.set(key, {
      ...toObservation({ ...workload, replicas }, signals, now),
      ...(Object.keys(unread).length > 0 && { unread }),
      ...(Object.keys(levels).length > 0 && { levels }),
      ...(named.length > 0 && { definitions: Object.fromEntries(named) }),
    });
  }
  const problems = [...snapshot.problems, ...batches.flatMap((batch) => batch.problems)];
  const unlisted = snapshot.unlisted ?? (snapshot.problems.length === 0 ? [] : null);
  const pods = new Map([...snapshot.workloads].map(([key, workload]) => [key, workload.pods] as const));
  return { observations, problems, unlisted, pods, ...(vertical.size > 0 && { vertical }) };
}

/** Older than this, or dated ahead by as much, what a container uses is not known. */
const USED_MAX_AGE_MS = 3 * 60_000;

function withMemoryUsed(
  facts: VerticalFacts,
  { workload: { namespace } }: WorkloadSnapshot,
  batches: readonly SignalBatch[],
  now: EpochMs,
): VerticalFacts {
  const usedBy = (pod: string) => {
    const used = batches.flatMap(({ memoryUsed }) => memoryUsed?.get(workloadKey({ namespace, name: pod })) ?? [])[0];
    return used !== undefined && Math.abs(now - used.at) <= USED_MAX_AGE_MS ? used.containers : {};
  };
  return { ...facts, pods: facts.pods.map((pod) => ({ ...pod, memoryUsed: usedBy(pod.name) })) };
}

function toObservation(workload: WorkloadSnapshot, signals: PerSignal<Reading>, at: EpochMs): Observation {
  const { pods, vertical: _vertical, ...rest } = workload;
  // What a pod that was resized may use is not what the next replica may: the reader knows that one's.
  return { ...rest, signals, at, ...(rest.limits === undefined && pods.length > 0 && { limits: widest(pods) }) };
}

/** What the widest pod may use: a quota on limits counts the next replica so. */
function widest(pods: readonly PodInfo[]): PerResource<number> {
  const limits: Partial<Record<Resource, number>> = {};
  for (const signal of RESOURCES) {
    const stated = pods.flatMap((pod) => pod.limits[signal] ?? []);
    if (stated.length > 0) limits[signal] = Math.max(...stated);
  }
  return limits;
}

/** Requests are read last: whatever of theirs was observed is then explained by one of them. */
export async function observeAll(
  ports: ObservePorts & { readonly floors: FloorStore; readonly ticks: RequestStore },
  cluster: string,
  now: EpochMs,
): Promise<{ readonly observed: Observed; readonly asked: readonly Request[] }> {
  const seen = await observeCluster(ports, cluster, now);
  const [observations, asked] = await Promise.all([
    withKnownFloors(ports.floors, cluster, seen.observations),
    ports.ticks.asked(cluster),
  ]);
  return { observed: { ...seen, observations }, asked };
}

/** The observation with the user's own minReplicas in it, where the table says that the one there is ours. */
export function withKnownFloor(observation: Observation, record: FloorRecord | null): Observation {
  const { hpa } = observation;
  if (hpa === null || !isUnmarked(observation) || record === null) return observation;
  if (record.floor !== hpa.minReplicas || !isTrusted(hpa, record)) return observation;
  return { ...observation, hpa: { ...hpa, ownMinReplicas: record.own } };
}

/** The same for a whole cluster, in one query, and in none where no HPA could have lost its annotations. */
async function withKnownFloors(
  floors: FloorStore,
  cluster: string,
  observations: ReadonlyMap<string, Observation>,
): Promise<ReadonlyMap<string, Observation>> {
  if (![...observations.values()].some(isUnmarked)) return observations;
  const records = new Map((await floors.list(cluster)).map((record) => [workloadKey(record.workload), record]));
  return new Map(
    [...observations].map(([key, observation]) => [key, withKnownFloor(observation, records.get(key) ?? null)]),
  );
}

/** Under a plain HPA that shows no floor of ours. */
export function isUnmarked({ hpa, owner }: Observation): boolean {
  return owner.kind === 'hpa' && hpa !== null && hpa.ownMinReplicas === undefined;
}
