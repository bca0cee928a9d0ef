// Where each kind of item lives: its partition, and what names and times look like in a key, so that two kinds can never meet.
import { AdapterError } from '../../app/ports/world.ts';
import { spelledName, type WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** ISO 8601 sorts as text up to here. */
const LAST_SORTABLE = Date.UTC(9999, 11, 31);

export function shardPk(cluster: string, shard: number): string {
  return `C#${part('cluster', cluster)}#S#${shard}`;
}

export function workloadPk(ref: WorkloadRef): string {
  return `C#${part('cluster', ref.cluster)}#W#${workloadPart(ref)}`;
}

/**
 * What asking the LLM about a workload leaves behind. A partition of its own, so that who may write advice may write nothing
 * else: rights to a table end at partitions.
 */
export function advicePk(ref: WorkloadRef): string {
  return `ADVICE#${part('cluster', ref.cluster)}#${workloadPart(ref)}`;
}

/** All policy records of a cluster share a partition: one Query per tick reads them. */
export function policyPk(cluster: string): string {
  return `C#${part('cluster', cluster)}#POLICY`;
}

/**
 * Sort key of what was said of a namespace, or (null) of the cluster: among the policies, so that the same Query reads them.
 * Sorts before every workload, and can be none.
 */
export function levelSk(namespace: string | null): string {
  return `!LEVEL#${namespace === null ? '' : part('namespace', namespace)}`;
}

/** All scheduled windows of a cluster share a partition, for the same reason. */
export function schedulePk(cluster: string): string {
  return `C#${part('cluster', cluster)}#SCHED`;
}

/** All requests that ticks have not taken over share a partition: one Query per tick reads them. */
export function askedPk(cluster: string): string {
  return `C#${part('cluster', cluster)}#ASKED`;
}

/** All floors held in a cluster share a partition: a release reads them in one Query. */
export function floorPk(cluster: string): string {
  return `C#${part('cluster', cluster)}#FLOOR`;
}

/** `namespace/name` or `namespace/statefulset:name`, with none able to look like another. */
export function workloadPart(ref: WorkloadRef): string {
  return `${part('namespace', ref.namespace)}/${namePart(ref)}`;
}

/**
 * What stores keep as `name`: the kind is spelled in it, so that a release that knows Deployments only takes the record for
 * one of a name that cannot be, and not for the Deployment beside it.
 */
export function namePart(ref: WorkloadRef): string {
  part('name', ref.name);
  return spelledName(ref);
}

export function leaseKey(cluster: string): Key {
  return { pk: `LEASE#${part('cluster', cluster)}`, sk: 'LEASE' };
}

/** What the shards of a tick have in common while it runs: small, since each batch of them rewrites it. */
export function progressKey(cluster: string): Key {
  return { ...leaseKey(cluster), sk: 'PROGRESS' };
}

/** What the tick knew that handed its shards on. */
export function openingKey(cluster: string): Key {
  return { ...leaseKey(cluster), sk: 'OPENING' };
}

/** What shards leave to the next tick: one Query reads all of a cluster. */
export function leftKey(cluster: string, shard: number): Key {
  return { pk: `C#${part('cluster', cluster)}#RESULT`, sk: `S#${String(shard).padStart(6, '0')}` };
}

export function bucketKey(model: string): Key {
  if (model === '') throw refused('model', model);
  return { pk: `BUCKET#${model}`, sk: 'BUCKET' };
}

/** @param month such as `2026-11` */
export function spendingKey(month: string): Key {
  return { pk: `SPENT#${month}`, sk: 'SPENT' };
}

/** @param key of a write, as hashed: what callers choose stands in no key */
export function answerKey(key: string): Key {
  return { pk: `ANSWER#${key}`, sk: 'ANSWER' };
}

/** What concerns all shards of a cluster; releases before had the first page of names there, where they look first. */
export function placementKey(cluster: string): Key {
  return { pk: `SHARDS#${part('cluster', cluster)}`, sk: 'SHARDS' };
}

/** Who lives in one shard. */
export function placesKey(cluster: string, shard: number): Key {
  const { pk, sk } = placementKey(cluster);
  return { pk, sk: `${sk}#S#${String(shard).padStart(8, '0')}` };
}

/** Sort key of what was advised at an instant. */
export function adviceRowSk(at: EpochMs): string {
  return `ROW#${iso(at)}`;
}

/** Sort key of one tick's samples. */
export function tickSk(at: EpochMs): string {
  return `T#${iso(at)}`;
}

/** Sort key of the hour that holds `at`. */
export function hourSk(at: EpochMs): string {
  return `H#${iso(at).slice(0, 13)}`;
}

/** Sort key of the UTC day that holds `at`. */
export function daySk(at: EpochMs): string {
  return `D#${iso(at).slice(0, 10)}`;
}

export function floorTo(at: EpochMs, stepMs: number): EpochMs {
  return Math.floor(at / stepMs) * stepMs;
}

/** Sort key of what LATEST holds the changes of. */
export function latestBaseSk(id: string): string {
  return `BASE#${id}`;
}

/** Sort key of what was learned of some workloads of a shard. */
export function fittedGroupSk(group: number): string {
  return `LEARNED#${group}`;
}

export const HOURLY_PREFIX = 'BEAT#';

/** Sort key of the records that a shard leaves once an hour. */
export function hourlySk(at: EpochMs): string {
  return `${HOURLY_PREFIX}${iso(at)}`;
}

/** What kind of item a key is of, for whoever counts: `DEC`, `LATEST`, `T`, `POLICY`, `LEASE` … */
export function kindOfItem({ pk, sk }: Key): string {
  const [first = '', , room = ''] = pk.split('#', 3);
  if (first === 'LEASE') return sk;
  if (first !== 'C') return first;
  return room === 'S' || room === 'W' ? (sk.split('#', 1)[0] ?? sk) : room;
}

function iso(at: EpochMs): string {
  return new Date(Math.min(Math.max(at, 0), LAST_SORTABLE)).toISOString();
}

function part(what: string, value: string): string {
  if (value === '' || value.includes('#') || (what !== 'cluster' && /[/:]/.test(value))) throw refused(what, value);
  return value;
}

function refused(what: string, value: string): AdapterError {
  const message = `"${value}" cannot be the ${what} of a table key: use a non-empty name without "#", "/" or ":".`;
  return new AdapterError('dynamodb', message, { retryable: false });
}
