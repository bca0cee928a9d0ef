// For how long a workload has been held, by what and by whom, told from the memory of the tick before.

import type { Assessment } from '../assessment/assessment.ts';
import { holdsStanding } from '../assessment/holds.ts';
import { type Standing, stillStanding } from '../assessment/standing.ts';
import type { Observation } from '../workload/observation.ts';
import { type Overruled, yieldCountTo } from '../workload/overruled.ts';
import { whyNoMorePods } from '../workload/pod-health.ts';
import type { Policy } from '../workload/policy.ts';
import type { ReasonCode } from '../workload/reason-code.ts';
import type { EpochMs } from '../workload/time.ts';
import type { WorkloadMemory } from './workload-memory.ts';

/** Of a workload that nobody enabled the present count is all there is: what ran long before says nothing of it. */
export function ranAtMost(previous: WorkloadMemory | undefined, { policy, observation }: Assessment): number {
  const before = policy.enabled ? (previous?.ranAtMost ?? 0) : 0;
  return Math.max(observation.replicas.spec, before);
}

/** A hold met for the first time has stood since now; one that moved since begins anew. */
export function heldSince(previous: WorkloadMemory | undefined, observation: Observation, policy: Policy): Standing {
  const { at: now, replicas } = observation;
  const codes = [...holdsStanding(observation, policy)];
  const stuck = whyNoMorePods(observation);
  if (stuck !== null) codes.push(stuck.code);
  const afresh = new Set<ReasonCode>();
  if (previous !== undefined) {
    if (replicas.ready > previous.observation.replicas.ready) afresh.add('pods_not_ready');
    // One more was tried: it has its time before the next.
    if (stuck !== null && replicas.spec > previous.observation.replicas.spec) afresh.add(stuck.code);
  }
  return stillStanding(previous?.standing ?? {}, codes, afresh, now);
}

/**
 * Whether somebody set the count against ours since the last tick; under an HPA the count is not ours to hold.
 * @param lastScaledAt when the count last moved, whoever moved it
 */
export function overruledNow(
  previous: WorkloadMemory | undefined,
  { at: now, replicas, owner }: Observation,
  lastScaledAt: EpochMs | null,
): Overruled | undefined {
  if (previous === undefined || owner.kind !== 'none') return previous?.overruled;
  const isAgainst = isSetByOther(previous, replicas.spec, lastScaledAt, now);
  return isAgainst ? yieldCountTo(previous.overruled, now) : previous.overruled;
}

/** Whether the count is another than we last set, and was seen to become so now; false where we never set any. */
export function isSetByOther(
  previous: WorkloadMemory | undefined,
  current: number,
  lastScaledAt: EpochMs | null,
  now: EpochMs,
): boolean {
  const ours = previous?.past.at(-1);
  return ours !== undefined && lastScaledAt === now && ours.to !== current;
}
