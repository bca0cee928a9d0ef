// Between deciding and applying, for a whole cluster: do pods still serve after the last changes, and how much may change now?

import type { Decision } from '../../domain/decision/decision.ts';
import {
  type OpenBreaker,
  type Readiness,
  STEADY,
  WATCH_MS,
  type Watched,
  watchReadiness,
} from '../../domain/guardrails/cluster/circuit-breaker.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { intentsOf, overtaken } from '../apply/apply-shard.ts';
import type { Observed } from '../observe/observe.ts';
import type { LimitsReader } from '../ports/cluster.ts';
import type { TickLegacy, TickStore } from '../ports/tick-store.ts';
import type { AutoscalerEvent, Log } from '../ports/world.ts';
import { BLAST_RADIUS_REACHED, CLUSTER_ON_HOLD } from '../report/watched-messages.ts';
import type { ShardDraft } from './decide-shard.ts';
import { restrain, type SafetySettings } from './restrain.ts';

export interface SafetyInput {
  readonly cluster: string;
  readonly now: EpochMs;
  readonly observed: Observed;
  readonly legacy: TickLegacy;
  readonly decided: readonly { readonly watched: readonly Watched[]; readonly draft: ShardDraft | null }[];
}

export interface Safe {
  /** Keyed `namespace/name`: what may be applied, and how far. */
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly readiness: Readiness;
  readonly problems: readonly string[];
  readonly events: readonly AutoscalerEvent[];
}

/** @throws AdapterError where a later tick has begun: this one must change nothing then */
export async function clusterGuardrails(
  ports: { readonly limits: LimitsReader; readonly ticks: TickStore; readonly log: Log },
  settings: SafetySettings,
  { cluster, now, observed, legacy, decided }: SafetyInput,
): Promise<Safe> {
  const before = legacy.last?.readiness ?? STEADY;
  const watched = decided.flatMap((one) => one.watched);
  const readiness = watchReadiness(before, watched, readyIn(observed), now, legacy.holdClearedAt, settings.hold);
  const intents = decided.flatMap(({ draft }) => (draft === null ? [] : intentsOf(draft)));
  const clusterReplicas = [...observed.observations.values()].reduce((sum, { replicas }) => sum + replicas.spec, 0);
  const restrained = await restrain(ports.limits, settings, cluster, intents, clusterReplicas, readiness.hold);
  if (intents.length > 0 && !(await ports.ticks.confirm(cluster, now))) throw overtaken(cluster);
  const { beyondBlastRadius } = restrained;
  if (beyondBlastRadius > 0) ports.log.warn(BLAST_RADIUS_REACHED, { cluster, changes: beyondBlastRadius });
  if (readiness.hold !== null) ports.log.error(CLUSTER_ON_HOLD, { cluster, reason: readiness.hold.reason });
  const events = [
    ...holdEvents(cluster, now, before.hold, readiness.hold),
    ...(beyondBlastRadius === 0 ? [] : [blastEvent(cluster, now, beyondBlastRadius)]),
  ];
  const problems = [...restrained.problems, ...(readiness.hold === null ? [] : [holdMessage(readiness.hold)])];
  return { decisions: restrained.decisions, readiness, problems, events };
}

/** The breaker as this tick will find it, known before anything is decided: an open one waits for pods, not for changes. */
export function openBreaker(
  settings: SafetySettings,
  { now, observed, legacy }: Pick<SafetyInput, 'now' | 'observed' | 'legacy'>,
): OpenBreaker | null {
  const before = legacy.last?.readiness ?? STEADY;
  if (before.hold === null) return null;
  return watchReadiness(before, [], readyIn(observed), now, legacy.holdClearedAt, settings.hold).hold;
}

function readyIn({ observations }: Observed): (key: string) => number | null {
  return (key) => {
    const replicas = observations.get(key)?.replicas;
    if (replicas === undefined) return null;
    // Somebody may ask for fewer by now: nobody waits for more than that.
    return replicas.ready >= replicas.spec ? Number.POSITIVE_INFINITY : replicas.ready;
  };
}

/** Workloads that we changed within the last minutes, and how many pods of theirs should serve whatever we did. */
export function watchedIn({ input, candidates }: ShardDraft): readonly Watched[] {
  return candidates.flatMap(({ key, previous, considered }) => {
    const { observation } = considered.assessment;
    const change = previous?.past.at(-1);
    // A rollout takes pods away as well, and is not ours.
    if (change?.readyBefore === undefined || input.now - change.at > WATCH_MS || observation.rollout !== 'settled')
      return [];
    const expected = Math.min(change.readyBefore, change.to, observation.replicas.spec);
    return [{ key, changedAt: change.at, expected, ready: observation.replicas.ready }];
  });
}

function holdMessage({ since, reason }: OpenBreaker): string {
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

function blastEvent(cluster: string, at: EpochMs, changes: number): AutoscalerEvent {
  return { type: 'BlastRadiusReached', at, detail: { cluster, changes } };
}
