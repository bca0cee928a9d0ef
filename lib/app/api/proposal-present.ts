// What waits for a person, as lists show it: what a tick proposes, and what somebody asked for.
import type { Prices } from '../../domain/cost/prices.ts';
import { changeHourUsd } from '../../domain/decision/cost.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { AskedChange } from '../ports/proposal-store.ts';
import { iso } from './iso.ts';
import { presentHourUsd } from './present-cost.ts';
import { workloadOf } from './workload.ts';

/** Null where nothing waits any more. */
export function presentProposal({ proposal, observation, record }: WorkloadMemory, now: number, prices: Prices) {
  if (proposal === undefined || now >= proposal.expiresAt) return null;
  const { namespace, deployment, kind } = workloadOf(observation.workload);
  return {
    id: proposal.id,
    namespace,
    deployment,
    kind,
    current_replicas: proposal.from,
    target_replicas: proposal.to,
    usd_per_hour: presentHourUsd(changeHourUsd({ current: proposal.from, target: proposal.to }, observation, prices)),
    change: record.outcome.message,
    source: record.decision.source as string,
    reason: record.decision.reason,
    proposed_by: null as string | null,
    proposed_at: iso(proposal.at),
    expires_at: iso(proposal.expiresAt),
  };
}

export type PresentedProposal = NonNullable<ReturnType<typeof presentProposal>>;

/** @param observation of the workload; undefined where no tick has seen it: then nobody knows what it costs */
export function presentAsked(
  { id, workload, from, to, reason, by, at, expiresAt }: AskedChange,
  observation: Observation | undefined,
  prices: Prices,
): PresentedProposal {
  const { namespace, deployment, kind } = workloadOf(workload);
  return {
    id,
    namespace,
    deployment,
    kind,
    current_replicas: from,
    target_replicas: to,
    usd_per_hour:
      observation === undefined
        ? null
        : presentHourUsd(changeHourUsd({ current: from, target: to }, observation, prices)),
    change: `${from} → ${to} replicas waits for approval`,
    source: 'asked',
    reason,
    proposed_by: by,
    proposed_at: iso(at),
    expires_at: iso(expiresAt),
  };
}
