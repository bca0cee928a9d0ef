// Which decisions become a Kubernetes Event: a change, a problem that is new, and once an hour one that stays.

import type { Decision, DecisionRecord } from '../../domain/decision/decision.ts';
import { isSameNews } from '../../domain/decision/outcome.ts';
import { heartbeatOf } from '../../domain/decision/record-due.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { NO_PERMISSION } from '../../domain/guardrails/permissions.ts';
import { worksThroughHpa } from '../../domain/hpa/floor.ts';
import { cleanText } from '../../domain/text/clean-text.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { ReasonCode } from '../../domain/workload/reason-code.ts';
import type { KubernetesEvent } from '../ports/cluster.ts';
import { demotedMessage, newDemotion } from './demotion-event.ts';
import { newlyUnhelped } from './level-events.ts';

/** Kubernetes refuses notes of more than 1,024 bytes; these are read in a terminal. UTF-16 units: at most three bytes each. */
const NOTE_CHARS = 300;
/** More than a handful of writes a tick is not what an API server is for. */
export const EVENTS_A_TICK = 8;
const NAMED = 6;

/** The Event of one workload, or null where there is nothing new to say. */
export function kubernetesEventOf(record: DecisionRecord, before: WorkloadMemory | undefined): KubernetesEvent | null {
  const { decision, outcome, assessment } = record;
  const { uid } = assessment.observation;
  if (uid === undefined || uid === '') return null;
  const base = { workload: decision.workload, uid, at: decision.at };
  const demoted = newDemotion(record);
  if (demoted !== null)
    return { ...base, kind: 'problem', reason: 'Demoted', note: cleanText(demotedMessage(demoted), NOTE_CHARS) };
  if (outcome.kind === 'applied') {
    const note = `${outcome.message} (${decision.source}): ${decision.reason}`;
    const moved = worksThroughHpa(assessment.policy, assessment.observation.owner) ? 'FloorChanged' : 'ReplicasChanged';
    return { ...base, kind: 'change', reason: moved, note: cleanText(note, NOTE_CHARS) };
  }
  const isScaledHere = assessment.policy.enabled && decision.blockedBy === null && outcome.kind !== 'recommended';
  const unhelped = isScaledHere ? newlyUnhelped(record, before) : null;
  if (unhelped !== null)
    return { ...base, kind: 'problem', reason: 'ReplicasDoNotHelp', note: cleanText(unhelped, NOTE_CHARS) };
  const reason = problemOf(record);
  if (reason === null || (wasTold(before, record) && !isHeartbeat(before, record))) return null;
  return { ...base, kind: 'problem', reason, note: cleanText(outcome.message, NOTE_CHARS) };
}

function problemOf({ decision, outcome, assessment }: DecisionRecord): string | null {
  if (isSwitchedOff(decision)) return null;
  // Whoever mistyped the opt-in itself looks here first.
  if (assessment.policy.problems.length > 0) return 'PolicyInvalid';
  if (!assessment.policy.enabled) return null;
  if (outcome.kind === 'failed') return 'ChangeFailed';
  if (outcome.kind === 'conflict') return 'ChangeConflicted';
  return outcome.kind === 'refused' && !NO_NEWS.has(decision.blockedBy) ? 'ChangeRefused' : null;
}

/** Where nothing may be written, no Event is either: status and history say so. What waits for the next tick is no news. */
const NO_NEWS: ReadonlySet<ReasonCode | null> = new Set<ReasonCode>([...NO_PERMISSION, 'blast_radius']);

/** A person wants nothing written: not a word, whatever else there is to tell. */
function isSwitchedOff({ forbiddenBy = [] }: Decision): boolean {
  return forbiddenBy.includes('paused') || forbiddenBy.includes('kill_switch');
}

function wasTold(before: WorkloadMemory | undefined, { decision, outcome }: DecisionRecord): boolean {
  if (before === undefined || before.record.decision.blockedBy !== decision.blockedBy) return false;
  return isSameNews(before.record.outcome, outcome);
}

function isHeartbeat(before: WorkloadMemory | undefined, { decision }: DecisionRecord): boolean {
  return (
    before !== undefined &&
    heartbeatOf(decision.workload, decision.at) > heartbeatOf(decision.workload, before.observation.at)
  );
}

/**
 * At most `EVENTS_A_TICK`, problems before changes (a change shows in the replica count as well); where there are more,
 * the last one sums up the rest.
 */
export function capped(notices: readonly KubernetesEvent[], share = 1): readonly KubernetesEvent[] {
  const most = Math.max(1, Math.floor(EVENTS_A_TICK * share));
  if (notices.length <= most) return notices;
  const ordered = notices.toSorted((a, b) => Number(a.kind === 'change') - Number(b.kind === 'change'));
  const kept = ordered.slice(0, most - 1);
  const [last, ...rest] = ordered.slice(most - 1);
  if (last === undefined) return kept;
  const names = rest.slice(0, NAMED).map(({ workload, reason }) => `${workloadKey(workload)} ${reason}`);
  const more = rest.length > NAMED ? ` and ${rest.length - NAMED} more` : '';
  const others = `Also in this tick, without an event of their own: ${names.join(', ')}${more}`;
  return [...kept, { ...last, note: cleanText(`${last.note}. ${others}`, 2 * NOTE_CHARS + 60) }];
}
