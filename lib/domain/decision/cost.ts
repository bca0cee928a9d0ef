// What a workload costs, what a change of it does, and what would be saved: potential and realised apart, null where no request tells.
import type { Assessment } from '../assessment/assessment.ts';
import { MONTH_HOURS, type Prices, replicaHourUsd, whyUnpriced } from '../cost/prices.ts';
import { fewerReplicas, replicaHoursAt, type Savings, savingsAt, savingsFrom } from '../cost/savings.ts';
import type { Observation } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';
import type { Decision, DecisionRecord } from './decision.ts';
import type { Outcome } from './outcome.ts';

/** Dollars. */
export interface WorkloadCost {
  readonly hourUsd: number;
  /** An hour, with what is recommended and nobody carries out: fewer replicas, of what we would scale ourselves. */
  readonly potentialHourUsd: number;
  /** Null where no change of ours was made since it was enabled. */
  readonly realised: RealisedSavings | null;
}

interface RealisedSavings extends Pick<Savings, 'since' | 'from'> {
  /** An hour, as it stands. */
  readonly hourUsd: number;
  /** In all since then. */
  readonly usd: number;
}

export interface Costed {
  /** As it stands now. */
  readonly observation: Observation;
  readonly decision: Decision;
  readonly outcome: Outcome;
  readonly savings?: Savings | undefined;
}

/** @returns why it cannot be told, where a request is missing */
export function costOf(
  { observation, decision, outcome, savings }: Costed,
  prices: Prices,
): WorkloadCost | { readonly why: string } {
  const each = replicaHourUsd(observation.capacity, prices);
  if (each === null) return { why: whyUnpriced(observation) ?? 'its requests are no numbers' };
  const count = observation.replicas.spec;
  return {
    hourUsd: each * count,
    potentialHourUsd: each * spare(observation, decision, outcome),
    realised:
      savings === undefined
        ? null
        : {
            since: savings.since,
            from: Math.min(savings.from, savings.cap ?? savings.from),
            hourUsd: each * fewerReplicas({ ...savings, count }),
            usd: each * replicaHoursAt(savings, observation.at),
          },
  };
}

/** Replicas that a recommendation would take away. Under an HPA or another owner the count is not ours to lower. */
function spare(
  { replicas, owner }: Observation,
  { target, wanted = target, blockedBy }: Decision,
  { kind }: Outcome,
): number {
  if (kind !== 'recommended' || blockedBy !== null || owner.kind !== 'none') return 0;
  return Math.max(0, replicas.spec - Math.max(0, wanted));
}

/** What a change adds to an hour's bill, negative where it saves; null where no request tells, or where an HPA decides what goes. */
export function changeHourUsd(
  { current, target }: Pick<Decision, 'current' | 'target'>,
  { capacity, owner }: Observation,
  prices: Prices,
): number | null {
  const each = replicaHourUsd(capacity, prices);
  if (each === null || (target < current && owner.kind !== 'none')) return null;
  return each * (target - current);
}

/** Dollars of an hour as a month. */
export function monthUsd(hourUsd: number): number {
  return hourUsd * MONTH_HOURS;
}

/** In a memory. */
interface Kept {
  readonly savings?: Savings;
}

/** What a tick leaves of them: who disables a workload begins anew. */
export function savingsSeen(before: Savings | undefined, { policy, observation, now }: Assessment): Kept {
  if (before === undefined || !policy.enabled) return {};
  return { savings: savingsAt(before, observation.replicas.spec, now, capIn(policy)) };
}

/** With a change of ours. Under an HPA or another owner the count is not ours. */
export function savingsAfter(
  before: Savings | undefined,
  { decision, assessment: { policy, observation } }: Pick<DecisionRecord, 'decision' | 'assessment'>,
): Kept {
  const { current, target, at } = decision;
  if (!policy.enabled || observation.owner.kind !== 'none') return {};
  return { savings: savingsAt(before ?? savingsFrom(current, current, at), target, at, capIn(policy)) };
}

function capIn({ max, maxCappedBy }: Policy): number | undefined {
  return maxCappedBy === undefined ? undefined : max;
}
