// Stand-in for the table's ProgressStore, with the guarantees that the port promises; it passes the contract of every one.

import type { Opening, Progress, ProgressStore, ShardLeft } from '../../lib/app/ports/progress-store.ts';
import { NOTHING_SPENT } from '../../lib/domain/guardrails/cluster/blast-purse.ts';
import type { Ask, BlastBudget } from '../../lib/domain/guardrails/cluster/blast-radius.ts';

export function makeMemoryProgressStore(): ProgressStore {
  const openings = new Map<string, Opening>();
  const progresses = new Map<string, Progress>();
  const lefts = new Map<string, Map<number, ShardLeft>>();
  const current = (cluster: string, scheduledAt: number) => {
    const found = progresses.get(cluster);
    return found === undefined || found.scheduledAt !== scheduledAt || found.closed ? null : found;
  };
  const set = (cluster: string, progress: Progress) => {
    progresses.set(cluster, progress);
    return progress;
  };
  return {
    async open(opening) {
      const { cluster, scheduledAt, shards } = opening;
      if ((progresses.get(cluster)?.scheduledAt ?? 0) > scheduledAt) return false;
      const sets = { begun: new Set<number>(), done: new Set<number>() };
      const fresh = { spent: NOTHING_SPENT, promised: {}, enabled: 0, applied: 0, closed: false };
      set(cluster, { scheduledAt, shards: shards.length, ...sets, ...fresh });
      openings.set(cluster, structuredClone(opening));
      return true;
    },
    opening: async (cluster) => openings.get(cluster) ?? null,
    progress: async (cluster) => progresses.get(cluster) ?? null,
    async begin(cluster, scheduledAt, shards) {
      const found = current(cluster, scheduledAt);
      if (found === null) return null;
      const mine = shards.filter((shard) => !found.begun.has(shard));
      return { mine, progress: set(cluster, { ...found, begun: new Set([...found.begun, ...mine]) }) };
    },
    async reserve(cluster, scheduledAt, share) {
      const found = current(cluster, scheduledAt);
      if (found === null) return null;
      const { grant } = share(found.spent);
      set(cluster, { ...found, spent: added(found.spent, grant) });
      return grant;
    },
    async promise(cluster, scheduledAt, plan) {
      const found = current(cluster, scheduledAt);
      if (found === null) return null;
      const planned = plan(found.promised);
      set(cluster, { ...found, promised: planned.promised });
      return planned;
    },
    async settle(cluster, scheduledAt, shards, { enabled, applied }) {
      const found = current(cluster, scheduledAt);
      if (found === null || shards.some((shard) => found.done.has(shard))) return found;
      const done = new Set([...found.done, ...shards]);
      return set(cluster, { ...found, done, enabled: found.enabled + enabled, applied: found.applied + applied });
    },
    async close(cluster, scheduledAt) {
      const found = current(cluster, scheduledAt);
      if (found !== null) set(cluster, { ...found, closed: true });
      return found !== null;
    },
    async leave(cluster, shard, left) {
      const all = lefts.get(cluster) ?? new Map<number, ShardLeft>();
      lefts.set(cluster, all.set(shard, structuredClone(left)));
    },
    left: async (cluster) => new Map(lefts.get(cluster)),
  };
}

function added(a: Ask, b: Ask): Ask {
  const sum = (x: BlastBudget, y: BlastBudget) => ({
    replicas: x.replicas + y.replicas,
    workloads: x.workloads + y.workloads,
  });
  return { short: sum(a.short, b.short), rest: sum(a.rest, b.rest) };
}
