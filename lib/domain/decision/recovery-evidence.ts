// Whether a change was made, told from what was seen afterwards and from what else of ours could explain it.

import type { PastDecision } from '../assessment/past-decision.ts';
import { floorFor, worksThroughHpa } from '../hpa/floor.ts';
import type { Observation } from '../workload/observation.ts';
import { scaledByOther } from '../workload/other-writers.ts';
import type { EpochMs } from '../workload/time.ts';
import type { DecisionRecord } from './decision.ts';

/** API Gateway gives a command 30 seconds, and a tick of a minute writes within 43 of its start: begun on time, neither acts after this. */
export const ACTING_MS = 60_000;
/** No function runs for longer: what is dated further ahead was dated by a wrong clock. */
const LONGEST_RUN_MS = 15 * 60_000;

/** Whether a request may be at work still: what it does need not show in what was seen from `seenFrom` on. */
export function isAtWork(askedAt: EpochMs, seenFrom: EpochMs): boolean {
  return askedAt > seenFrom - ACTING_MS && askedAt <= seenFrom + LONGEST_RUN_MS;
}

/** The number that a decision is about: replicas, or the minReplicas of the HPA it works through. */
interface Aim {
  readonly from: number;
  readonly to: number;
  /** Of the HPA; null where replicas are scaled. */
  readonly hpa: string | null;
}

/** What was seen of a workload when something else of ours was decided for it. */
export interface Seen {
  readonly at: EpochMs;
  readonly replicas: number;
  /** Undefined where there is no HPA, or nobody kept it. */
  readonly minReplicas: number | undefined;
  /** What was then changed: what is seen later is its doing. */
  readonly change: Aim | null;
}

export function seenBy(record: DecisionRecord, isApplied: boolean): Seen {
  const { decision, assessment } = record;
  const minReplicas = assessment.observation.hpa?.minReplicas;
  return { at: decision.at, replicas: decision.current, minReplicas, change: isApplied ? aimOf(record) : null };
}

export function seenIn({ at, from, to }: PastDecision): Seen {
  return { at, replicas: from, minReplicas: undefined, change: { from, to, hpa: null } };
}

/**
 * Whether the number aimed at was seen, before the next change of ours. Of two that meant the same change within the time in
 * which both could act only one can have made it: the one that is known to.
 * @param others what else of ours was decided for the workload, ascending
 * @param present what is observed now
 */
export function isFound(record: DecisionRecord, others: readonly Seen[], present: Observation | undefined): boolean {
  const { at } = record.decision;
  const aim = aimOf(record);
  const isSame = (seen: Seen) =>
    seen.change?.from === aim.from && seen.change.to === aim.to && Math.abs(seen.at - at) <= ACTING_MS;
  if (others.some(isSame)) return false;
  const isThere = (seen: Pick<Seen, 'replicas' | 'minReplicas'>) =>
    (aim.hpa === null ? seen.replicas : seen.minReplicas) === aim.to;
  for (const seen of others.filter((other) => other.at >= at)) {
    if (isThere(seen)) return true;
    if (seen.change !== null) return false;
  }
  if (present === undefined || scaledByOther(present, at)) return false;
  return isThere({ replicas: present.replicas.spec, minReplicas: present.hpa?.minReplicas });
}

/** Whether what is observed is what a change that is known to be ours has left. */
export function isVisible(record: DecisionRecord, others: readonly Seen[], present: Observation | undefined): boolean {
  const later = others.filter(({ at, change }) => at >= record.decision.at && change !== null);
  // Another change came on top of it, and had seen it: what is observed now is that one's.
  if (later.length > 0) return true;
  const { to, hpa } = aimOf(record);
  return (hpa === null ? present?.replicas.spec : present?.hpa?.minReplicas) === to;
}

/** In the words of an outcome. */
export function changeOf(record: DecisionRecord): string {
  const { from, to, hpa } = aimOf(record);
  return hpa === null ? `scaled ${from} → ${to} replicas` : `minReplicas of HPA ${hpa} ${from} → ${to}`;
}

function aimOf({ decision, assessment: { policy, observation } }: DecisionRecord): Aim {
  const { hpa, owner } = observation;
  return decision.off === undefined && hpa !== null && worksThroughHpa(policy, owner)
    ? { from: hpa.minReplicas, to: floorFor(decision, hpa, policy.max), hpa: hpa.name }
    : { from: decision.current, to: decision.target, hpa: null };
}
