// Who decides where no advice does: the reactive proposal under 24 hours of history, the predictive one from there.
import type { Observation } from '../workload/observation.ts';
import type { Proposal, ProposalSource } from './proposal.ts';

/** From this much history on the predictive proposal decides; before, the reactive one. */
const PREDICTIVE_FROM_HOURS = 24;

/** The proposal that decides where no advice does. */
export function baselineOf(historyHours: number, { replicas }: Observation, proposals: readonly Proposal[]): Proposal {
  const source: ProposalSource = historyHours >= PREDICTIVE_FROM_HOURS ? 'predictive' : 'reactive';
  const found = proposals.find((proposal) => proposal.source === source);
  return found ?? { source, action: 'maintain', replicas: replicas.spec, reason: 'no proposal' };
}
