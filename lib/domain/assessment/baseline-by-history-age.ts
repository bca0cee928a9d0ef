// Who decides where no advice does: the reactive proposal under 24 hours of history, the predictive one from there.
import type { Proposal, ProposalSource } from './proposal.ts';
import type { ProposalInput } from './proposals/bounded.ts';
import { withLevels } from './proposals/levels.ts';

/** From this much history on the predictive proposal decides; before, the reactive one. */
const PREDICTIVE_FROM_HOURS = 24;

/** The proposal that decides where no advice does: what the loads say, and no fewer than every level agrees to. */
export function baselineOf(
  historyHours: number,
  known: Pick<ProposalInput, 'observation' | 'policy' | 'levels'>,
  proposals: readonly Proposal[],
): Proposal {
  const source: ProposalSource = historyHours >= PREDICTIVE_FROM_HOURS ? 'predictive' : 'reactive';
  const found = proposals.find((proposal) => proposal.source === source);
  const { replicas } = known.observation;
  return withLevels(found ?? { source, action: 'maintain', replicas: replicas.spec, reason: 'no proposal' }, known);
}
