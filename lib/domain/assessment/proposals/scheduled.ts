// The seeds' scheduled autoscaler: as many as run, moved into what the active windows ask.
import { withinSchedule } from '../../schedule/active.ts';
import { actionFor, type Proposal } from '../proposal.ts';
import type { ProposalInput } from './bounded.ts';

/** The seeds' scheduled autoscaler: as many as run, moved into what the active windows ask. Null where none is active. */
export function proposeScheduled({ observation, schedule }: ProposalInput): Proposal | null {
  if (schedule === null) return null;
  const current = observation.replicas.spec;
  const replicas = withinSchedule(schedule, current);
  return { source: 'scheduled', action: actionFor(current, replicas), replicas, reason: schedule.reason };
}
