// A change that waits for a person: how long, under which name, and what becomes of it once somebody said no.
import { type EpochMs, MINUTE_MS } from '../workload/time.ts';
import type { Decision, DecisionRecord } from './decision.ts';
import type { Outcome } from './outcome.ts';

/** An approval is of the present: what nobody answered for so long is proposed anew, under another name. */
const PROPOSAL_MS = 30 * MINUTE_MS;
/** What was declined is not asked for again for so long, unless more is wanted than was declined. */
const DECLINED_MS = 30 * MINUTE_MS;

/** One name as long as it wants to go the same way; the number follows the decisions. */
export interface ChangeProposal {
  readonly id: string;
  readonly at: EpochMs;
  readonly expiresAt: EpochMs;
  readonly from: number;
  readonly to: number;
}

/** What a person said no to. */
export interface Declined {
  readonly from: number;
  readonly to: number;
  readonly by: string | null;
  readonly until: EpochMs;
}

type Numbers = Pick<Decision, 'at' | 'current' | 'target'>;

/** What waits after a decision; undefined where nothing does. */
export function proposalAfter(
  before: ChangeProposal | undefined,
  { decision, outcome }: Pick<DecisionRecord, 'decision' | 'outcome'>,
): ChangeProposal | undefined {
  if (outcome.code !== 'proposed') return undefined;
  const { id, at, current: from, target: to } = decision;
  const isSame = before !== undefined && at < before.expiresAt && wayOf(before) === Math.sign(to - from);
  return isSame ? { ...before, from, to } : { id, at, expiresAt: at + PROPOSAL_MS, from, to };
}

/** `proposed` where nobody has declined it, or where it goes further than what was declined. */
export function heard(outcome: Outcome, decision: Numbers, declined: Declined | undefined): Outcome {
  if (outcome.code !== 'proposed' || declined === undefined || !isDeclined(decision, declined)) return outcome;
  const { by, until } = declined;
  const message = `declined${by === null ? '' : ` by ${by}`}; it may be proposed again from ${new Date(until).toISOString()} on`;
  return { kind: 'recommended', code: 'declined', message };
}

function isDeclined({ at, current, target }: Numbers, declined: Declined): boolean {
  const way = wayOf(declined);
  return at < declined.until && Math.sign(target - current) === way && way * (target - declined.to) <= 0;
}

/** What a record says was declined; undefined of any other. */
export function declinedBy({ decision, outcome, requestedBy }: DecisionRecord): Declined | undefined {
  if (outcome.code !== 'declined' || outcome.kind !== 'refused') return undefined;
  const { current: from, target: to, at } = decision;
  return { from, to, by: requestedBy, until: at + DECLINED_MS };
}

function wayOf({ from, to }: Pick<ChangeProposal, 'from' | 'to'>): number {
  return Math.sign(to - from);
}
