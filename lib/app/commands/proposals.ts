// What a person says to a change that waits for him: yes carries it out where it is still wanted, no keeps it from being asked again.

import type { ChangeProposal } from '../../domain/decision/change-proposal.ts';
import type { Decision } from '../../domain/decision/decision.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { ProposalAnswer } from '../ports/proposal-store.ts';
import { recommend } from '../recommend.ts';
import type { AnswerPorts, AnswerResult } from './answering.ts';
import { carryOutAsked, declineAsked } from './asked-changes.ts';
import { type CommandSettings, decideNow, lookAt } from './commands.ts';
import { carryOutRequest } from './request-journal.ts';

/** By then a tick has taken over what came of an answer; what failed may be answered again. */
const CLAIMED_TICKS = 2;

export interface Answering {
  readonly ref: WorkloadRef;
  readonly id: string;
  /** The number that was looked at; the proposal's own unless given. */
  readonly replicas?: number;
  readonly reason?: string;
  readonly by: string | null;
}

/**
 * Decides again on fresh readings and carries the change out where it comes to the number that was approved; what came to
 * another is recorded, shown and not done.
 * @throws AdapterError where the table or the cluster is away
 */
export async function approve(
  ports: AnswerPorts,
  settings: CommandSettings,
  { ref, id, replicas, by }: Answering,
): Promise<AnswerResult> {
  const found = await waitingIn(ports, ref, id);
  if (found.kind !== 'waiting') return found;
  const { proposal, now, change, present } = found;
  const first = await claim(ports, settings, ref, proposal, { answer: 'approved', by, at: now });
  if (first !== null) return { kind: 'answered', first };
  const wanted = replicas ?? proposal.to;
  if (change !== null) return carryOutAsked(ports, settings, present, { change, approved: wanted, by });
  const decided = await decideNow(ports, settings, ref, by, 'person', (decision) => movedOn(decision, wanted));
  return decided.kind === 'done' && decided.record !== null
    ? { kind: 'done', record: decided.record }
    : { kind: 'not_found' };
}

/** @throws AdapterError where the table or the cluster is away */
export async function reject(
  ports: AnswerPorts,
  settings: CommandSettings,
  { ref, id, reason, by }: Answering,
): Promise<AnswerResult> {
  const found = await waitingIn(ports, ref, id);
  if (found.kind !== 'waiting') return found;
  const { proposal, now, change, present } = found;
  const first = await claim(ports, settings, ref, proposal, { answer: 'rejected', by, at: now });
  if (first !== null) return { kind: 'answered', first };
  if (change !== null) return declineAsked(ports, settings, present, { change, reason, by });
  const silent = { advise: () => Promise.resolve(null) };
  const made = await recommend({ ...ports, advisor: silent }, settings, present.stored, present.observed);
  const { from: current, to: target } = proposal;
  const message = `${current} → ${target} declined${reason === undefined ? '' : `: ${reason}`}`;
  const outcome: Outcome = { kind: 'refused', code: 'declined', message };
  const draft = { ...made, decision: { ...made.decision, current, target }, requestedBy: by };
  return { kind: 'done', record: await carryOutRequest(ports, { kind: 'decision' }, draft, outcome) };
}

function movedOn({ current, target }: Decision, approved: number): Outcome | null {
  if (target === approved) return null;
  const now = target === current ? `${current} replicas are enough` : `${current} → ${target} is wanted`;
  return { kind: 'recommended', code: 'moved_on', message: `not done: ${approved} was approved, and by now ${now}` };
}

async function waitingIn(ports: AnswerPorts, ref: WorkloadRef, id: string) {
  const present = await lookAt(ports, ref);
  if (present === null) return { kind: 'not_found' } as const;
  const now: EpochMs = present.observed.at;
  const change = await ports.proposals.askedOf(ref);
  if (change !== null && change.id === id && change.declinedBy === undefined && now < change.expiresAt)
    return { kind: 'waiting', proposal: change, now, present, change } as const;
  const waiting = present.stored?.latest.proposal ?? null;
  const isExpired = waiting !== null && now >= waiting.expiresAt;
  if (waiting === null || waiting.id !== id || isExpired) return { kind: 'gone', waiting, isExpired } as const;
  return { kind: 'waiting', proposal: waiting, now, present, change: null } as const;
}

/** Of its number: where another is proposed by now, that one can be answered at once. */
function claim(
  { proposals }: AnswerPorts,
  { tickSeconds }: CommandSettings,
  ref: WorkloadRef,
  { id, to }: ChangeProposal,
  answer: ProposalAnswer,
): Promise<ProposalAnswer | null> {
  return proposals.claim(ref, `${id}#${to}`, answer, answer.at + CLAIMED_TICKS * tickSeconds * 1000);
}
