// The first part of a tick: everything that is read of the whole cluster at once, and whether pods still serve after the last changes.

import type { Request } from '../../domain/decision/request.ts';
import {
  type OpenBreaker,
  type Readiness,
  watchedNow,
  watchReadiness,
} from '../../domain/guardrails/cluster/circuit-breaker.ts';
import type { NamespaceLimits } from '../../domain/guardrails/cluster/quota.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { underSwitch } from '../kill-switch.ts';
import { type Observed, observeAll } from '../observe/observe.ts';
import type { KillSwitchChange } from '../ports/kill-switch-store.ts';
import type { Policies } from '../ports/policy-store.ts';
import type { ShardLeft } from '../ports/progress-store.ts';
import type { ScheduleRecord } from '../ports/schedule-store.ts';
import type { Shard } from '../ports/series-store.ts';
import type { TickLegacy } from '../ports/tick-store.ts';
import { AdapterError, type AutoscalerEvent } from '../ports/world.ts';
import { type Before, closeEarlier } from './close-tick.ts';
import { placeAll } from './place-all.ts';
import type { TickPorts, TickSettings } from './tick-ports.ts';

export interface Survey {
  readonly cluster: string;
  readonly now: EpochMs;
  readonly seenFrom: EpochMs;
  readonly observed: Observed;
  readonly asked: readonly Request[];
  readonly policies: Policies;
  /** Null where it is off. */
  readonly killSwitch: KillSwitchChange | null;
  readonly schedules: ReadonlyMap<string, readonly ScheduleRecord[]>;
  readonly legacy: TickLegacy;
  readonly shards: readonly Shard[];
  readonly left: ReadonlyMap<number, ShardLeft>;
  readonly before: Before;
  readonly readiness: Readiness;
  /** What each namespace has room for; null where that is read when something is to grow. */
  readonly limits: ReadonlyMap<string, NamespaceLimits> | null;
  readonly isHandedOn: boolean;
  readonly problems: readonly string[];
  readonly events: readonly AutoscalerEvent[];
}

/** @throws AdapterError where the cluster cannot be read or the table is away */
export async function surveyCluster(
  ports: TickPorts,
  settings: TickSettings,
  cluster: string,
  now: EpochMs,
): Promise<Survey> {
  const seenFrom = ports.clock.now();
  const [{ observed, asked }, { policies, killSwitch }, schedules, legacy, left] = await Promise.all([
    observeAll(ports, cluster, now),
    ports.policies.inCharge(cluster),
    ports.schedules.list(cluster),
    ports.ticks.before(cluster),
    ports.progress.left(cluster),
  ]);
  for (const problem of observed.problems) ports.log.warn('observation incomplete', { cluster, problem });
  const refs = [...observed.observations.values()].map((observation) => observation.workload);
  // What looks did stands in the journals of the shards as they are, like what a tick did that died.
  const unfinished = legacy.unfinished || legacy.looked;
  const shards = await placeAll(ports, { cluster, now, observed, unfinished }, refs);
  const isHandedOn = ports.shardQueue !== undefined && shards.length > settings.shardsInPlace;
  const before = await closeEarlier(ports, underSwitch(settings, killSwitch), cluster, now, legacy, isHandedOn);
  const [readiness, quotas] = await Promise.all([
    readinessNow(settings, { now, observed, legacy, left, before: before.readiness }),
    isHandedOn ? limitsNow(ports, cluster, observed) : { limits: null, problems: [] },
  ]);
  if (readiness.hold !== null) ports.log.error('cluster on hold', { cluster, reason: readiness.hold.reason });
  const events = holdEvents(cluster, now, before.readiness.hold, readiness.hold);
  const problems = [...observed.problems, ...quotas.problems];
  const { limits } = quotas;
  const read = { cluster, now, seenFrom, observed, asked, policies, schedules, legacy };
  return { ...read, killSwitch, shards, left, before, readiness, limits, isHandedOn, problems, events };
}

interface Watching extends Pick<Survey, 'now' | 'observed' | 'legacy' | 'left'> {
  /** As the tick before found it. */
  readonly before: Readiness;
}

/** Known before anything is decided: an open breaker waits for pods, not for changes. */
function readinessNow({ safety }: TickSettings, { now, observed, legacy, left, before }: Watching): Readiness {
  const watched = [...left.values()].flatMap(({ changed }) =>
    changed.flatMap((one) => watchedNow(one, observed.observations.get(one.key), now)),
  );
  return watchReadiness(before, watched, readyIn(observed), now, legacy.holdClearedAt, safety.hold);
}

function readyIn({ observations }: Observed): (key: string) => number | null {
  return (key) => {
    const replicas = observations.get(key)?.replicas;
    if (replicas === undefined) return null;
    // Somebody may ask for fewer by now: nobody waits for more than that.
    return replicas.ready >= replicas.spec ? Number.POSITIVE_INFINITY : replicas.ready;
  };
}

/** Once for all shards, before it is known what is to grow. Where nobody may tell, the API server decides as it always did. */
async function limitsNow(ports: TickPorts, cluster: string, { observations }: Observed) {
  const namespaces = [...new Set([...observations.values()].map(({ workload }) => workload.namespace))].toSorted();
  try {
    return { limits: await ports.limits.limits(cluster, namespaces), problems: [] };
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return { limits: new Map<string, NamespaceLimits>(), problems: [`quotas are unknown: ${error.message}`] };
  }
}

export function holdMessage({ since, reason }: OpenBreaker): string {
  return `on hold since ${new Date(since).toISOString()}: ${reason}`;
}

function holdEvents(
  cluster: string,
  at: EpochMs,
  before: OpenBreaker | null,
  after: OpenBreaker | null,
): readonly AutoscalerEvent[] {
  if (before === null && after !== null)
    return [{ type: 'ClusterOnHold', at, detail: { cluster, reason: after.reason, since: after.since } }];
  if (before !== null && after === null)
    return [{ type: 'HoldEnded', at, detail: { cluster, reason: before.reason, since: before.since } }];
  return [];
}
