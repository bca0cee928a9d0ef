// A number that somebody wants who may not change anything, as an agent: it is held against the present at once, waits for a
// person, and is held against the present again when he says yes.
import { randomUUID } from 'node:crypto';
import { type AskedNumber, decideAsked } from '../../domain/decision/decide.ts';
import type { Decision, DecisionRecord } from '../../domain/decision/decision.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { MINUTE_MS } from '../../domain/workload/time.ts';
import { applyDecision, whyNot } from '../apply/apply-decision.ts';
import { oursMeanwhile } from '../known-state.ts';
import type { AskedChange } from '../ports/proposal-store.ts';
import { considered, unasked } from '../recommend.ts';
import type { AnswerPorts, AnswerResult } from './answering.ts';
import { heldByBreaker } from './breaker-hold.ts';
import { type CommandSettings, lookAt, type Present } from './commands.ts';
import { carryOutRequest } from './request-journal.ts';

/** As long as what ticks propose. */
const WAITS_MS = 30 * MINUTE_MS;

export interface Asking extends AskedNumber {
  readonly ref: WorkloadRef;
  readonly by: string | null;
}

export type AskResult =
  | { readonly kind: 'done'; readonly change: AskedChange; readonly decision: Decision; readonly observed: Observation }
  | { readonly kind: 'not_found' }
  /** Nothing of it could be done now, and why. */
  | { readonly kind: 'nothing'; readonly message: string };

/**
 * What constraints leave of the number waits for half an hour; a later one takes its place.
 * @throws AdapterError where the table or the cluster is away
 */
export async function askFor(
  ports: AnswerPorts,
  settings: CommandSettings,
  { ref, replicas, reason, by }: Asking,
): Promise<AskResult> {
  const present = await lookAt(ports, ref);
  if (present === null) return { kind: 'not_found' };
  const before = await ports.proposals.askedOf(ref);
  if (before?.declinedBy !== undefined) {
    const again = new Date(before.expiresAt).toISOString();
    return nothing(
      `${before.declinedBy} declined ${before.from} → ${before.to}; nothing may be asked for before ${again}`,
    );
  }
  const { decision, assessment } = await draftFor(ports, settings, present, { replicas, reason }, 'later');
  const { current, target } = decision;
  const { observed } = present;
  const reserved = whyNot(decision, assessment.policy, observed, 'person');
  if (reserved !== null)
    return nothing(`${replicas} replicas are not proposed: ${reserved.message}; ${decision.reason}`);
  if (decision.veto !== undefined) return nothing(`${replicas} replicas are not proposed: ${decision.veto.message}`);
  const id = `asked-${randomUUID()}`;
  const at = observed.at;
  const change = { id, workload: ref, from: current, to: target, reason, by, at, expiresAt: at + WAITS_MS };
  await ports.proposals.ask(change);
  return { kind: 'done', change, decision, observed };
}

/** Carries out what was approved where it is still what constraints leave of it; else shows what is. */
export async function carryOutAsked(
  ports: AnswerPorts,
  settings: CommandSettings,
  present: Present,
  { change, approved, by }: { readonly change: AskedChange; readonly approved: number; readonly by: string | null },
): Promise<AnswerResult> {
  const { observed } = present;
  const asked = { replicas: approved, reason: wordsOf(change) };
  const draft = { ...(await draftFor(ports, settings, present, asked, 'now')), requestedBy: by };
  const { decision, assessment } = draft;
  const reserved =
    (decision.blockedBy === null ? movedOn(decision, approved) : null) ??
    whyNot(decision, assessment.policy, observed, 'person') ??
    (await heldByBreaker(ports.ticks, decision));
  const record = await carryOutRequest(
    ports,
    { kind: 'decision' },
    draft,
    reserved ??
      ((noted) =>
        applyDecision(ports, decision, assessment.policy, observed, 'person', (replicas) =>
          oursMeanwhile(ports, noted.decision, replicas),
        )),
  );
  // What was not done may be approved again as long as it waits.
  if (record.outcome.kind === 'applied') await ports.proposals.drop(change);
  return { kind: 'done', record };
}

/** It is recorded, and nothing is asked for again before it would have expired: another number would only take the no away. */
export async function declineAsked(
  ports: AnswerPorts,
  settings: CommandSettings,
  present: Present,
  {
    change,
    reason,
    by,
  }: { readonly change: AskedChange; readonly reason: string | undefined; readonly by: string | null },
): Promise<AnswerResult> {
  await ports.proposals.ask({ ...change, declinedBy: by ?? 'somebody' });
  const { from: current, to: target } = change;
  const draft = await draftFor(ports, settings, present, { replicas: target, reason: wordsOf(change) }, 'later');
  const message = `${current} → ${target} declined${reason === undefined ? '' : `: ${reason}`}`;
  const outcome: Outcome = { kind: 'refused', code: 'ask_declined', message };
  const record = { ...draft, decision: { ...draft.decision, current, target }, requestedBy: by };
  return { kind: 'done', record: await carryOutRequest(ports, { kind: 'decision' }, record, outcome) };
}

async function draftFor(
  ports: AnswerPorts,
  settings: CommandSettings,
  { stored, observed }: Present,
  asked: AskedNumber,
  when: 'now' | 'later',
): Promise<Omit<DecisionRecord, 'outcome'>> {
  const { assessment, history } = (await considered(unasked(ports), settings, stored, observed)).considered;
  return { decision: decideAsked(assessment, history, asked, when), assessment, advice: null, requestedBy: null };
}

/** Who wanted it, and why: the reason of the decision that a person lets through. */
function wordsOf({ by, reason }: AskedChange): string {
  return `asked for by ${by ?? 'somebody'}: ${reason}`;
}

function movedOn({ current, target, reason }: Decision, approved: number): Outcome | null {
  if (target === approved) return null;
  const now = target === current ? `it stays at ${current}` : `${current} → ${target} is what is left of it`;
  return {
    kind: 'recommended',
    code: 'moved_on',
    message: `not done: ${approved} was approved, and by now ${now}: ${reason}`,
  };
}

function nothing(message: string): AskResult {
  return { kind: 'nothing', message };
}
