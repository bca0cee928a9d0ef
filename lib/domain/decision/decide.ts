// From assessment and advice to the replicas to have; every check leaves a verdict.

import type { Advice, AdviceResult } from '../advice/advice.ts';
import { rejectionMessage } from '../advice/last-failure.ts';
import type { Assessment } from '../assessment/assessment.ts';
import { baselineOf } from '../assessment/baseline-by-history-age.ts';
import { actionFor, type Proposal, type ProposalSource } from '../assessment/proposal.ts';
import type { GuardrailHistory } from '../guardrails/constraint.ts';
import {
  CONSTRAINTS,
  type GuardedResult,
  guard,
  LASTING,
  permissionVerdicts,
  type Stated,
  stateAll,
  vetoesOf,
} from '../guardrails/guard.ts';
import { missingPermissions } from '../guardrails/permissions.ts';
import type { Verdict } from '../guardrails/verdict.ts';
import type { Decision } from './decision.ts';

/**
 * Decides for one workload. Valid advice leads where there is any; rejected or vetoed advice leaves the decision to the
 * proposal that the age of the history calls for. Both meet the same constraints, and both need the same permissions.
 * @param advice null where the LLM was not asked
 */
export function decide(assessment: Assessment, advice: AdviceResult | null, history: GuardrailHistory): Decision {
  return decideWithin(stateAll(assessment, history), assessment, advice);
}

/** @param stated all that is stated about the workload, or only a part of it, to see what that part leaves */
export function decideWithin(stated: Stated, assessment: Assessment, advice: AdviceResult | null): Decision {
  const asked = advice === null ? NOT_ASKED : followAdvice(assessment, advice, stated);
  const led = asked.led ?? followEvidence(assessment, stated);
  const verdicts = [...asked.verdicts, ...led.verdicts, ...permissionVerdicts(stated, led.source, led.replicas)];
  return decision(assessment, stated, led, { verdicts, veto: asked.veto });
}

/** A number that somebody asked for, and why. */
export interface AskedNumber {
  readonly replicas: number;
  readonly reason: string;
}

/**
 * What is left of a number that somebody asked for: it meets all that advice of an LLM would. Where it must not be followed at
 * all, the decision is that of the evidence, and `veto` says why.
 * @param when `later`: by a person's orders and evidence alone, since what holds it for now may have passed by then
 */
export function decideAsked(
  assessment: Assessment,
  history: GuardrailHistory,
  asked: AskedNumber,
  when: 'now' | 'later',
): Decision {
  const stated = stateAll(assessment, history, when === 'now' ? CONSTRAINTS : LASTING);
  const current = assessment.observation.replicas.spec;
  const { replicas, reason } = asked;
  const guarded = guard(assessment, stated, 'llm', replicas);
  const against = vetoesOf(stated, 'llm', replicas);
  const vetoes = against.length > 0 ? against : turnedVeto(current, replicas, guarded, 'asked for');
  const proposal: Proposal = { source: 'asked', action: actionFor(current, replicas), replicas, reason };
  const [veto = null] = vetoes;
  const led =
    veto === null
      ? { ...guarded, proposal, source: whoseNumber('asked', guarded) }
      : followEvidence(assessment, stated);
  const verdicts = [...vetoes, ...led.verdicts, ...permissionVerdicts(stated, led.source, led.replicas)];
  return decision(assessment, stated, led, { verdicts: verdicts.map(asOfAsked), veto });
}

/** Its checks are those of advice; no LLM gave it. */
function asOfAsked(verdict: Verdict): Verdict {
  return verdict.source === 'llm' ? { ...verdict, source: 'asked' } : verdict;
}

/** The baseline: the proposal that decides where no advice does. */
export function baselineProposal({ historyHours, observation, policy, levels = {}, proposals }: Assessment): Proposal {
  return baselineOf(historyHours, { observation, policy, levels }, proposals);
}

/** A proposal and what the constraints left of it. */
interface Led extends GuardedResult {
  readonly proposal: Proposal;
  /** Whose number stands. */
  readonly source: ProposalSource;
}

/** What became of the advice: it leads, or the verdicts say why it does not. */
interface Asked {
  readonly led: Led | null;
  /** The first of what it must not be followed for; null where nothing is. */
  readonly veto: Verdict | null;
  readonly verdicts: readonly Verdict[];
}

const NOT_ASKED: Asked = { led: null, veto: null, verdicts: [] };

/** From what its evidence says: that the present count is kept for want of evidence is then a constraint's word. */
function followEvidence(assessment: Assessment, stated: Stated): Led {
  const proposal = baselineProposal(assessment);
  const guarded = guard(assessment, stated, proposal.source, proposal.wanted ?? proposal.replicas);
  return { ...guarded, proposal, source: whoseNumber(proposal.source, guarded) };
}

function followAdvice(assessment: Assessment, result: AdviceResult, stated: Stated): Asked {
  const current = assessment.observation.replicas.spec;
  const entry = { guardrail: 'advice', source: 'llm', from: current } as const;
  if (result.kind === 'rejection')
    return refused({ ...entry, effect: 'rejected', code: result.code, to: current, message: rejectionMessage(result) });
  const { advice } = result;
  const { targetReplicas: target } = advice;
  if (assessment.policy.llm === 'shadow') {
    const message = `shadow: ${target} replicas were advised and not followed`;
    return refused({ ...entry, effect: 'rejected', code: 'switched_off', to: current, message });
  }
  const valid: Verdict = { ...entry, effect: 'passed', code: 'ok', to: target, message: 'parsed and valid' };
  const guarded = guard(assessment, stated, 'llm', target);
  const against = vetoesOf(stated, 'llm', target);
  const vetoes = [
    ...(against.length > 0 ? against : turnedVeto(current, target, guarded)),
    ...(assessment.regret.changes?.closed ? [{ ...entry, ...TO_AND_FRO, to: current }] : []),
  ];
  // A veto hides nothing: what else stands against it is told beside it.
  const [veto] = vetoes;
  if (veto !== undefined)
    return { led: null, veto, verdicts: [valid, ...vetoes, ...besides(guarded.verdicts, vetoes)] };
  const led = { ...guarded, proposal: proposalOf(advice), source: whoseNumber('llm', guarded) };
  return { led, veto: null, verdicts: [valid] };
}

const TO_AND_FRO = {
  effect: 'vetoed',
  code: 'too_many_changes',
  message:
    'advice has moved it to and fro of late, more often than the baseline alone would have: the baseline decides for now',
} as const;

function refused(verdict: Verdict): Asked {
  return { led: null, veto: null, verdicts: [verdict] };
}

function besides(verdicts: readonly Verdict[], vetoes: readonly Verdict[]): readonly Verdict[] {
  return verdicts.filter(({ guardrail }) => !vetoes.some((veto) => veto.guardrail === guardrail));
}

/** What goes the other way than advised is not what was advised: evidence decides then, and gives its own reason. */
function turnedVeto(
  current: number,
  target: number,
  { replicas, binding, cost }: GuardedResult,
  how = 'advised',
): readonly Verdict[] {
  if (replicas === current || Math.sign(replicas - current) === Math.sign(target - current)) return [];
  const message = `${target} replicas were ${how}, ${replicas} is what is left of it: ${binding?.message ?? cost}`;
  const told = { guardrail: 'direction', source: 'llm', effect: 'vetoed', code: 'direction_turned' } as const;
  return [{ ...told, from: target, to: current, message }];
}

function proposalOf({ action, targetReplicas, reasoning }: Advice): Proposal {
  return { source: 'llm', action, replicas: targetReplicas, reason: reasoning };
}

/** Where a window of the schedule sets the number, it is the schedule's. */
function whoseNumber(source: ProposalSource, { aimedBy }: GuardedResult): ProposalSource {
  return aimedBy === 'schedule_floor' || aimedBy === 'schedule_ceiling' ? 'scheduled' : source;
}

/** That a level is over and more replicas would not help is said whoever's number stands. */
function unhelpedLevels({ levels = {} }: Assessment, source: ProposalSource): readonly string[] {
  return Object.entries(levels).flatMap(([name, { unhelped, reason }]) =>
    unhelped && name !== source ? [reason] : [],
  );
}

function decision(assessment: Assessment, stated: Stated, led: Led, { verdicts, veto }: Omit<Asked, 'led'>): Decision {
  const { workload, replicas } = assessment.observation;
  const { proposal, source, binding, cost } = led;
  const short = proposal.action === 'at_max' && led.replicas === assessment.policy.max;
  const isSaid = binding?.guardrail === 'signals' && proposal.wanted !== undefined;
  const forbidden = missingPermissions(stated);
  const [first] = forbidden;
  const bound = isSaid ? undefined : binding?.message;
  // Where the schedule sets the number, its word comes first: whoever proposed another wanted something else.
  const said = source === 'scheduled' ? [bound, proposal.reason] : [proposal.reason, bound];
  const notes = [...said, cost ?? undefined, veto?.message, ...unhelpedLevels(assessment, source)];
  return {
    id: `${new Date(assessment.now).toISOString()}-${source}`,
    workload,
    at: assessment.now,
    current: replicas.spec,
    target: led.replicas,
    wanted: led.wanted,
    action: short ? 'at_max' : actionFor(replicas.spec, led.replicas),
    source,
    reason: notes.filter((note) => note !== undefined).join(' — '),
    blockedBy: first?.code ?? null,
    ...(first !== undefined && { blockedWhy: first.message, forbiddenBy: forbidden.map(({ code }) => code) }),
    ...(veto !== null && { veto: { code: veto.code, message: veto.message } }),
    verdicts,
  };
}
