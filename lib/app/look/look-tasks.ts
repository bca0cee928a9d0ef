// What a tick leaves to the looks after it: which workloads, whose pods are whose, and when.

import type { Seen } from '../../domain/decision/look.ts';
import { isScaledDirectly } from '../../domain/guardrails/scaled-directly.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { Policy } from '../../domain/workload/policy.ts';
import { policyOf } from '../../domain/workload/policy-from-annotations.ts';
import { type PerResource, RESOURCES } from '../../domain/workload/signal.ts';
import { statedIn } from '../../domain/workload/stated.ts';
import type { LookedShard, LookTask } from '../ports/look-task.ts';
import type { TickHeader } from '../ports/shard-task.ts';
import type { Survey } from '../tick/survey.ts';
import type { TickPorts, TickSettings } from '../tick/tick-ports.ts';

/** SQS holds a message back for no longer. */
const LONGEST_DELAY_SECONDS = 900;
/** Those of a tick of five minutes: who ticks less often wants to pay less. */
const MOST_LOOKS = 19;
/** A thousand workloads of the usual shards: what one look reads and decides well within its time. */
const SHARDS_A_LOOK = 16;

/** Sent once the cluster is known, before anything is decided. Never throws: without looks there is the next tick. */
export async function sendLooks(
  { lookQueue, clock, log }: Pick<TickPorts, 'lookQueue' | 'clock' | 'log'>,
  settings: Pick<TickSettings, 'tickSeconds' | 'lookSeconds'>,
  survey: Survey,
  header: TickHeader,
): Promise<void> {
  if (lookQueue === undefined || header.killSwitch !== null || header.hold !== null) return;
  const now = clock.now();
  const due = lookTasksOf(settings, survey, header).filter(({ due }) => due > now);
  if (due.length === 0) return;
  const unsent = await lookQueue.send(due);
  if (unsent.length > 0) log.warn('looks were not handed on', { cluster: header.cluster, looks: unsent.length });
}

function lookTasksOf(
  { tickSeconds, lookSeconds = 0 }: Pick<TickSettings, 'tickSeconds' | 'lookSeconds'>,
  survey: Pick<Survey, 'shards' | 'observed' | 'policies' | 'seenFrom'>,
  { cluster, scheduledAt, clusterReplicas }: Pick<TickHeader, 'cluster' | 'scheduledAt' | 'clusterReplicas'>,
): readonly LookTask[] {
  const offsets = offsetsOf(tickSeconds, lookSeconds);
  if (offsets.length === 0) return [];
  const groups = grouped(lookedShards(survey, tickSeconds));
  const lag = Math.max(0, survey.seenFrom - scheduledAt);
  return offsets.flatMap((offset) =>
    groups.map((shards, i) => {
      const at = scheduledAt + 1000 * offset + i;
      return { cluster, scheduledAt, at, due: at + lag, clusterReplicas, shards };
    }),
  );
}

/** Between two ticks: at the next one there is a tick. */
function offsetsOf(tickSeconds: number, lookSeconds: number): readonly number[] {
  if (lookSeconds <= 0) return [];
  const between = Math.ceil(Math.min(tickSeconds, LONGEST_DELAY_SECONDS + 1) / lookSeconds) - 1;
  return Array.from({ length: Math.min(MOST_LOOKS, between) }, (_, i) => (i + 1) * lookSeconds);
}

function lookedShards(
  { shards, observed, policies }: Pick<Survey, 'shards' | 'observed' | 'policies'>,
  tickSeconds: number,
): readonly LookedShard[] {
  return shards.flatMap((shard) => {
    const pods = shard.workloads.flatMap((ref) => {
      const key = workloadKey(ref);
      const observation = observed.observations.get(key);
      const its = observed.pods?.get(key);
      if (observation === undefined || its === undefined) return [];
      const policy = policyOf(observation, statedIn(policies, ref), tickSeconds, undefined);
      return isScaledDirectly(policy, observation) && mayLook(policy) ? [[key, its] as const] : [];
    });
    const seen = pods.map(([key]) => [key, seenOf(observed.observations.get(key)?.signals ?? {})] as const);
    return pods.length === 0 ? [] : [{ shard, pods, seen }];
  });
}

/** A look only raises; and a person who limits the step wants no more of them than one a tick. */
function mayLook({ paused, limits: { direction, step } = {} }: Policy): boolean {
  return paused !== true && paused !== 'scale-out' && direction !== 'down' && step === undefined;
}

function seenOf(signals: Observation['signals']): PerResource<Seen> {
  const each = RESOURCES.flatMap((resource) => {
    const reading = signals[resource];
    return reading === undefined ? [] : [[resource, { demand: reading.demand, at: reading.at }] as const];
  });
  return Object.fromEntries(each);
}

function grouped(shards: readonly LookedShard[]): readonly (readonly LookedShard[])[] {
  const groups = Math.ceil(shards.length / SHARDS_A_LOOK);
  return Array.from({ length: groups }, (_, i) => shards.slice(i * SHARDS_A_LOOK, (i + 1) * SHARDS_A_LOOK));
}
