// What waits for a person, as lists show it: what a tick proposes, and what somebody asked for.
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import type { AskedChange } from '../ports/proposal-store.ts';
import { iso } from './iso.ts';
import { workloadOf } from './workload.ts';

/** Null where nothing waits any more. */
export function presentProposal({ proposal, observation, record }: WorkloadMemory, now: number) {
  if (proposal === undefined || now >= proposal.expiresAt) return null;
  const { namespace, deployment, kind } = workloadOf(observation.workload);
  return {
    id: proposal.id,
    namespace,
    deployment,
    kind,
    current_replicas: proposal.from,
    target_replicas: proposal.to,
    change: record.outcome.message,
    source: record.decision.source as string,
    reason: record.decision.reason,
    proposed_by: null as string | null,
    proposed_at: iso(proposal.at),
    expires_at: iso(proposal.expiresAt),
  };
}

export type PresentedProposal = NonNullable<ReturnType<typeof presentProposal>>;

export function presentAsked({ id, workload, from, to, reason, by, at, expiresAt }: AskedChange): PresentedProposal {
  const { namespace, deployment, kind } = workloadOf(workload);
  return {
    id,
    namespace,
    deployment,
    kind,
    current_replicas: from,
    target_replicas: to,
    change: `${from} → ${to} replicas waits for approval`,
    source: 'asked',
    reason,
    proposed_by: by,
    proposed_at: iso(at),
    expires_at: iso(expiresAt),
  };
}
