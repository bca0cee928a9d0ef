// Stand-ins for tick safety: the table's stores and one cluster in memory, with the guarantees that the ports promise.
// MemoryTickStore passes the contract of every TickStore; the cluster knows Deployments, versions and nothing else.

import { isDeepStrictEqual } from 'node:util';
import type { ClusterReader, ClusterWriter, WorkloadSnapshot, WriteResult } from '../../lib/app/ports/cluster.ts';
import type { DecisionStore } from '../../lib/app/ports/decision-store.ts';
import type { Looked, LookStore } from '../../lib/app/ports/look-store.ts';
import type { SeriesStore } from '../../lib/app/ports/series-store.ts';
import type { TickStore, TickSummary } from '../../lib/app/ports/tick-store.ts';
import type { DecisionRecord } from '../../lib/domain/decision/decision.ts';
import type { WorkloadMemory } from '../../lib/domain/decision/workload-memory.ts';
import { type WorkloadRef, workloadKey } from '../../lib/domain/workload/identity.ts';
import { EMPTY_SERIES } from '../../lib/domain/workload/series.ts';
import { makeMemoryAskedStore } from './memory-request-store.ts';

/** What is dated further ahead was dated by a wrong clock. */
const AHEAD_MS = 120_000;

export function makeMemoryTickStore(): TickStore & LookStore {
  const leases = new Map<string, { scheduledAt: number; namedAt: number; previousAt: number; until: number }>();
  const summaries = new Map<string, TickSummary>();
  const failures = new Map<string, { scheduledAt: number; message: string }>();
  const cleared = new Map<string, number>();
  const looks = new Map<string, Looked>();
  const journals = new Map<string, { at: number; records: readonly DecisionRecord[] }>();
  return {
    ...makeMemoryAskedStore(),
    async acquire(cluster, scheduledAt, now, ttlMs, namedAt = scheduledAt) {
      const lease = leases.get(cluster);
      const isOfNow = (at: number) => at <= now + AHEAD_MS;
      if (lease?.namedAt === namedAt) return 'already_done';
      if (lease !== undefined && lease.scheduledAt >= scheduledAt && isOfNow(lease.scheduledAt))
        return lease.scheduledAt >= namedAt ? 'already_done' : 'held';
      if (lease !== undefined && lease.until > now && isOfNow(lease.until)) return 'held';
      leases.set(cluster, { scheduledAt, namedAt, previousAt: lease?.scheduledAt ?? 0, until: now + ttlMs });
      return 'acquired';
    },
    async takeOver(cluster, now, until) {
      const previousAt = leases.get(cluster)?.scheduledAt ?? 0;
      if (previousAt >= now && previousAt <= now + AHEAD_MS) return false;
      leases.set(cluster, { scheduledAt: now, namedAt: now, previousAt, until });
      return true;
    },
    async finish(summary, by = summary.scheduledAt) {
      const lease = leases.get(summary.cluster);
      if (lease?.scheduledAt !== by) return;
      if (by === summary.scheduledAt) leases.set(summary.cluster, { ...lease, until: 0 });
      summaries.set(summary.cluster, summary);
    },
    async last(cluster) {
      return summaries.get(cluster) ?? null;
    },
    async fail(cluster, scheduledAt, message, by = scheduledAt) {
      if (leases.get(cluster)?.scheduledAt === by) failures.set(cluster, { scheduledAt, message });
    },
    async lastFailure(cluster) {
      const failure = failures.get(cluster) ?? null;
      return failure !== null && failure.scheduledAt > (summaries.get(cluster)?.scheduledAt ?? 0) ? failure : null;
    },
    async before(cluster) {
      const last = summaries.get(cluster) ?? null;
      const unfinished = (leases.get(cluster)?.previousAt ?? 0) > (last?.scheduledAt ?? 0);
      const looked = (looks.get(cluster)?.at ?? 0) > (last?.scheduledAt ?? 0);
      return { last, unfinished, looked, holdClearedAt: cleared.get(cluster) ?? 0 };
    },
    async after(cluster, scheduledAt) {
      const [lease, summary] = [leases.get(cluster), summaries.get(cluster)];
      const isFree = lease?.scheduledAt === scheduledAt && lease.until === 0;
      if (!isFree || summary?.scheduledAt !== scheduledAt) return null;
      return { summary, looked: lookedAfter(scheduledAt, looks.get(cluster)) };
    },
    async claim(cluster, scheduledAt, look, before) {
      const lease = leases.get(cluster);
      if (lease?.scheduledAt !== scheduledAt || lease.until > 0) return false;
      if (!isDeepStrictEqual(lookedAfter(scheduledAt, looks.get(cluster)), before)) return false;
      looks.set(cluster, look);
      return true;
    },
    async confirm(cluster, scheduledAt) {
      const lease = leases.get(cluster);
      return lease?.scheduledAt === scheduledAt && lease.until > 0;
    },
    async journal(cluster, shard, scheduledAt, records) {
      const key = `${cluster}#${shard}`;
      if ((journals.get(key)?.at ?? 0) > scheduledAt) return false;
      journals.set(key, { at: scheduledAt, records: structuredClone(records) });
      return true;
    },
    async readJournal(cluster, shard) {
      return journals.get(`${cluster}#${shard}`)?.records ?? [];
    },
    async resetBreaker(cluster, at) {
      if (leases.has(cluster)) cleared.set(cluster, at);
    },
  };
}

function lookedAfter(scheduledAt: number, looked: Looked | undefined): Looked {
  const none = { at: 0, spent: { replicas: 0, workloads: 0 } };
  return looked === undefined || looked.at <= scheduledAt ? none : looked;
}

/** One shard, no history: what ticks leave each other is LATEST alone. */
export function makeMemorySeriesStore(): SeriesStore & { readonly latest: () => ReadonlyMap<string, WorkloadMemory> } {
  let latest: ReadonlyMap<string, WorkloadMemory> = new Map();
  let writtenAt = 0;
  const nothing = async () => undefined;
  return {
    latest: () => latest,
    assign: async (_cluster, workloads) => [
      { id: 0, workloads, places: workloads.map((_, slot) => ({ slot, since: 0 })) },
    ],
    gather: async () => false,
    locate: async () => null,
    shards: async () => [],
    append: nothing,
    compact: nothing,
    backfill: nothing,
    read: async (_cluster, shard) => new Map(shard.workloads.map((ref) => [workloadKey(ref), EMPTY_SERIES])),
    readFitted: async () => new Map(),
    writeFitted: nothing,
    readLatest: async () => latest,
    async writeLatest(_cluster, _shard, entries, at = Number.POSITIVE_INFINITY) {
      if (at < writtenAt) return;
      latest = entries;
      writtenAt = at;
    },
  };
}

export function makeMemoryDecisionStore(): DecisionStore & { readonly all: () => readonly DecisionRecord[] } {
  const records = new Map<string, DecisionRecord>();
  const idOf = (ref: WorkloadRef, id: string) => `${workloadKey(ref)} ${id}`;
  return {
    all: () => [...records.values()],
    async put(record) {
      records.set(idOf(record.decision.workload, record.decision.id), record);
    },
    async putHourly(_cluster, _shard, _at, all) {
      for (const record of all) records.set(idOf(record.decision.workload, record.decision.id), record);
    },
    list: async () => ({ records: [], cursor: null }),
    get: async (ref, id) => records.get(idOf(ref, id)) ?? null,
  };
}

/** Deployments of `replicas` ready pods of half a core each. Every write that got through is in `writes`. */
export function makeMemoryCluster(replicas: Readonly<Record<string, number>>, annotations: Record<string, string>) {
  const state = new Map(Object.entries(replicas).map(([name, spec]) => [name, { spec, version: 1 }]));
  const writes: { readonly name: string; readonly from: number; readonly to: number; readonly by: string }[] = [];
  let owner: WorkloadSnapshot['owner'] = { kind: 'none' };
  let annotated = annotations;
  const touch = () => {
    for (const [name, { spec, version }] of state) state.set(name, { spec, version: version + 1 });
  };
  const snapshotOf = (name: string): WorkloadSnapshot | null => {
    const found = state.get(name);
    if (found === undefined) return null;
    const { spec, version } = found;
    return {
      workload: { cluster: 'c', namespace: 'shop', name },
      resourceVersion: String(version),
      replicas: { spec, ready: spec, running: spec, total: spec },
      capacity: { cpu: 0.5 },
      startupSeconds: null,
      rollout: 'settled',
      hpa: null,
      owner,
      annotations: annotated,
      uid: name,
      pods: [],
    };
  };
  const reader: ClusterReader = {
    snapshot: async (cluster) => {
      const all = [...state.keys()].flatMap((name) => snapshotOf(name) ?? []);
      const workloads = new Map(all.map((one) => [workloadKey(one.workload), one] as const));
      return { cluster, at: 0, workloads, problems: [] };
    },
    workload: async ({ name }) => snapshotOf(name),
  };
  /** @param by the tick that writes */
  const setBy = (by: string, name: string, to: number, resourceVersion: string): WriteResult => {
    const found = state.get(name);
    if (found === undefined) return { kind: 'not_found' };
    if (String(found.version) !== resourceVersion) return { kind: 'conflict', message: 'the object has been modified' };
    writes.push({ name, from: found.spec, to, by });
    state.set(name, { spec: to, version: found.version + 1 });
    return { kind: 'applied' };
  };
  const writerOf = (by: string): ClusterWriter => ({
    async scale({ name }, to, resourceVersion) {
      if (to < 1) throw new Error(`${name} was to be scaled to ${to}`);
      return setBy(by, name, to, resourceVersion);
    },
    switchOff: async ({ name }, resourceVersion) => setBy(by, name, 0, resourceVersion),
    annotate: async () => ({ kind: 'applied' }),
  });
  return {
    reader,
    writerOf,
    writes,
    /** Somebody annotates all of them. */
    annotate(more: Readonly<Record<string, string>>) {
      annotated = { ...annotated, ...more };
      touch();
    },
    /** Somebody owns the count of all of them. */
    own(who: WorkloadSnapshot['owner']) {
      owner = who;
      touch();
    },
    /** A person sets a count of his own. */
    set(name: string, spec: number) {
      state.set(name, { spec, version: (state.get(name)?.version ?? 0) + 1 });
    },
    replicas: () => Object.fromEntries([...state].map(([name, { spec }]) => [name, spec])),
  };
}
