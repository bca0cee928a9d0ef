// From assessment and advice to the replicas to have. Pure; every step leaves a verdict.
import type { GuardrailHistory } from '../domain/guardrail.ts';
import { guard } from '../domain/guardrails.ts';
import { rejectionMessage } from '../domain/last-call.ts';
import type { AdviceResult, Assessment, Decision, Proposal, Verdict } from '../domain/model.ts';
import { actionFor, decidingProposal } from '../domain/proposals.ts';

/**
 * Decides for one workload. Valid advice leads where there is any; rejected or vetoed advice leaves the decision to the
 * proposal that the age of the history calls for. Both meet the same guardrails.
 * @param advice null where the LLM was not asked
 */
export function decide(assessment: Assessment, advice: AdviceResult | null, history: GuardrailHistory): Decision {
  const base = baseProposal(assessment);
  const verdicts: Verdict[] = [];
  const led = advice === null ? null : followAdvice(assessment, advice, history, verdicts);
  if (led !== null) return decision(assessment, led, verdicts);
  // From what its evidence says: that the present count is kept for want of evidence is then a guardrail's word.
  const guarded = guard(assessment, history, base.source, base.wanted ?? base.replicas);
  verdicts.push(...guarded.verdicts);
  return decision(assessment, { ...guarded, proposal: base }, verdicts);
}

/** The proposal that decides where no advice does. */
export function baseProposal({ historyHours, observation, proposals }: Assessment): Proposal {
  return decidingProposal(historyHours, observation, proposals);
}

interface Led {
  readonly proposal: Proposal;
  readonly replicas: number;
  readonly blockedBy: Decision['blockedBy'];
}

/** Null where the advice must not be followed; the verdicts then say why. */
function followAdvice(
  assessment: Assessment,
  result: AdviceResult,
  history: GuardrailHistory,
  verdicts: Verdict[],
): Led | null {
  const current = assessment.observation.replicas.spec;
  const entry = { guardrail: 'advice', source: 'llm', from: current } as const;
  if (result.kind === 'rejection') {
    verdicts.push({ ...entry, effect: 'rejected', code: result.code, to: current, message: rejectionMessage(result) });
    return null;
  }
  const { advice } = result;
  if (assessment.policy.llm === 'shadow') {
    const message = `shadow: ${advice.targetReplicas} replicas were advised and not followed`;
    verdicts.push({ ...entry, effect: 'rejected', code: 'switched_off', to: current, message });
    return null;
  }
  verdicts.push({ ...entry, effect: 'passed', code: 'ok', to: advice.targetReplicas, message: 'parsed and valid' });
  const guarded = guard(assessment, history, 'llm', advice.targetReplicas);
  verdicts.push(...guarded.verdicts);
  if (guarded.vetoed) return null;
  const proposal: Proposal = {
    source: 'llm',
    action: advice.action,
    replicas: advice.targetReplicas,
    reason: advice.reasoning,
  };
  return { ...guarded, proposal };
}

function decision(assessment: Assessment, led: Led, verdicts: readonly Verdict[]): Decision {
  const { workload, replicas } = assessment.observation;
  const short = led.proposal.action === 'at_max' && led.replicas === assessment.policy.max;
  const moved = verdicts.findLast((verdict) => verdict.effect === 'clipped' || verdict.effect === 'held');
  const vetoed = verdicts.findLast((verdict) => verdict.effect === 'vetoed');
  const isSaid = moved?.guardrail === 'signals' && led.proposal.wanted !== undefined;
  const why = moved?.to === led.replicas && !isSaid ? moved.message : undefined;
  const notes = [led.proposal.reason, why, vetoed?.message];
  return {
    id: `${new Date(assessment.now).toISOString()}-${led.proposal.source}`,
    workload,
    at: assessment.now,
    current: replicas.spec,
    target: led.replicas,
    action: short ? 'at_max' : actionFor(replicas.spec, led.replicas),
    source: led.proposal.source,
    reason: notes.filter((note) => note !== undefined).join(' — '),
    blockedBy: led.blockedBy,
    verdicts,
  };
}
