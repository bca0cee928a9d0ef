// How the domain looks from outside: the seeds' field names, snake_case, rounded to what a reader can use.

import { limitOf } from '../../domain/advice/last-failure.ts';
import type { Assessment, Envelope } from '../../domain/assessment/assessment.ts';
import type { Proposal } from '../../domain/assessment/proposal.ts';
import type { Prices } from '../../domain/cost/prices.ts';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { shortShare } from '../../domain/decision/shortage.ts';
import { asLeft } from '../../domain/decision/take-over.ts';
import { whyNoChange } from '../../domain/decision/why-no-change.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import type { Verdict } from '../../domain/guardrails/verdict.ts';
import type { VerticalView } from '../../domain/vertical/vertical-view.ts';
import { annotatedKeys } from '../../domain/workload/annotated-values.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { ResolvedPolicy } from '../../domain/workload/policy-from-annotations.ts';
import { rungOf } from '../../domain/workload/rung.ts';
import type { PerSignal } from '../../domain/workload/signal.ts';
import { whyUnusable } from '../../domain/workload/signal-health.ts';
import { digits } from './digits.ts';
import { iso } from './iso.ts';
import { presentAdviceResult, presentLimit } from './present-advice.ts';
import { presentClass } from './present-class.ts';
import { costedAs, presentChangeCost, presentCost } from './present-cost.ts';
import { presentForecasts } from './present-forecast.ts';
import { presentHpa } from './present-hpa.ts';
import { presentPlan } from './present-plan.ts';
import { presentOrigins, presentPolicy, presentRestraint } from './present-policy.ts';
import { presentSignals, presentSignalsInLine, presentSignalsInRow } from './present-signals.ts';
import { presentVertical, presentVerticalInRow } from './present-vertical.ts';
import { presentWindowInRow, type RowWindow } from './schedule-present.ts';

/**
 * The answer to GET recommendations: every source, the decision, and how the LLM fared.
 * @param vertical as the last tick left it; absent where requests do not follow a level
 */
export function presentRecommendations(record: DecisionRecord, vertical?: VerticalView) {
  const { assessment, advice } = record;
  const used = advice?.kind === 'advice';
  const llm_used = used && record.decision.source === 'llm';
  const predictive = presentProposal(assessment, 'predictive');
  return {
    success: true,
    recommendations: {
      predictive: predictive === null ? null : { ...predictive, llm_used },
      reactive: presentProposal(assessment, 'reactive'),
      scheduled: presentProposal(assessment, 'scheduled'),
      llm: presentAdviceResult(advice),
      rules: presentProposal(assessment, 'rules'),
      ...Object.fromEntries(
        Object.keys(assessment.levels ?? {}).map((name) => [name, presentProposal(assessment, name)]),
      ),
    },
    decision: presentDecision(record),
    observation: presentObservation(assessment.observation, assessment.utilisation, assessment.unusable),
    ...presentSignals(assessment),
    forecast: presentForecasts(assessment),
    envelope: presentEnvelope(assessment.envelope),
    plan: presentPlan(assessment.sizingPolicy),
    demand_class: presentClass(assessment.demandClass),
    ...presentVertical(assessment.observation.workload, vertical),
    policy: presentPolicy(assessment),
    llm_used,
    llm_model: advice?.model ?? null,
    cached: used && advice.cached,
    rate_limited: advice?.kind === 'rejection' && limitOf(advice) !== null,
    limited_by: presentLimit(advice).limited_by,
    source: record.decision.source,
    timestamp: iso(used ? advice.at : assessment.now),
  };
}

export function presentDecision({ decision, outcome, requestedBy, assessment }: DecisionRecord) {
  return {
    id: decision.id,
    action: decision.action,
    current_replicas: decision.current,
    target_replicas: decision.target,
    source: decision.source,
    reason: decision.reason,
    blocked_by: decision.blockedBy,
    verdicts: decision.verdicts.map(presentVerdict),
    outcome: outcome.kind,
    outcome_message: outcome.message,
    why_not: whyNoChange(decision, outcome, assessment.policy),
    requested_by: requestedBy,
    timestamp: iso(decision.at),
  };
}

/** One line of history. */
export function presentHistoryLine(record: DecisionRecord, prices: Prices) {
  const { decision, outcome, assessment, advice, requestedBy } = record;
  return {
    id: decision.id,
    kind: kindOf(decision.workload),
    timestamp: iso(decision.at),
    action: decision.action,
    current_replicas: decision.current,
    target_replicas: decision.target,
    source: decision.source,
    reason: decision.reason,
    outcome: outcome.kind,
    outcome_message: outcome.message,
    why_not: whyNoChange(decision, outcome, assessment.policy),
    ...presentChangeCost(record, prices),
    cpu_percent: percent(assessment.utilisation.cpu),
    memory_percent: percent(assessment.utilisation.memory),
    ...presentSignalsInLine(assessment),
    llm_error: advice?.kind === 'rejection' ? advice.code : null,
    limited_by: presentLimit(advice).limited_by,
    requested_by: requestedBy,
  };
}

/** One row of the status page. */
export function presentWorkload(
  entry: WorkloadMemory,
  { policy, from }: ResolvedPolicy,
  schedules: readonly RowWindow[],
  prices: Prices,
) {
  const { record } = entry;
  const { enabled, mode, problems } = policy;
  const observation = asLeft(entry);
  return {
    namespace: observation.workload.namespace,
    deployment: observation.workload.name,
    kind: kindOf(observation.workload),
    enabled,
    mode,
    rung: rungOf(policy),
    ...presentRestraint(policy),
    policy_from: presentOrigins(from),
    ...(policy.clipped && { clipped: policy.clipped }),
    replicas: observation.replicas.spec,
    ready: observation.replicas.ready,
    short_last_hour: digits(shortShare(entry.shortage, observation.at) ?? undefined),
    cpu_cores: digits(observation.signals.cpu?.demand),
    memory_bytes: observation.signals.memory?.demand ?? null,
    cpu_peak_cores: digits(entry.peaks.cpu),
    missing: whyUnusable(observation, policy),
    ...presentSignalsInRow(entry),
    ...presentVerticalInRow(entry.vertical),
    demand_class: presentClass(entry.demandClass),
    cost: presentCost(costedAs(entry), prices),
    decision: record.decision.action,
    target_replicas: record.decision.target,
    source: record.decision.source,
    reason: record.decision.reason,
    outcome: record.outcome.kind,
    outcome_message: record.outcome.message,
    why_not: whyNoChange(record.decision, record.outcome, policy),
    requested_by: record.requestedBy,
    llm: presentAdviceResult(record.advice),
    llm_verdict: llmVerdict(record.decision.verdicts),
    annotated: [...annotatedKeys(observation.annotations)],
    hpa: presentHpa(observation.hpa),
    schedules: schedules.map(presentWindowInRow),
    observed_at: iso(observation.at),
    problems: [...problems],
  };
}

/** What became of the advice: the last guardrail that did more than let it pass, or null. */
function llmVerdict(verdicts: readonly Verdict[]) {
  const ofAdvice = verdicts.filter(({ source, effect }) => source === 'llm' && effect !== 'passed');
  const verdict = ofAdvice.find(({ effect }) => effect === 'vetoed') ?? ofAdvice.at(-1);
  return verdict === undefined ? null : presentVerdict(verdict);
}

function presentProposal(assessment: Assessment, source: Proposal['source']) {
  const proposal = assessment.proposals.find((candidate) => candidate.source === source);
  if (proposal === undefined) return null;
  return { success: true, action: proposal.action, target_replicas: proposal.replicas, reason: proposal.reason };
}

function presentVerdict({ guardrail, source, effect, code, from, to, message }: Verdict) {
  return { guardrail, source, effect, code, from, to, message };
}

function presentObservation(observation: Observation, utilisation: PerSignal<number>, unusable: PerSignal<string>) {
  return {
    replicas: presentReplicas(observation.replicas),
    cpu_percent: percent(utilisation.cpu),
    memory_percent: percent(utilisation.memory),
    cpu_cores: digits(observation.signals.cpu?.demand),
    memory_bytes: observation.signals.memory?.demand ?? null,
    missing: unusable,
    rollout: observation.rollout,
    owner: observation.owner,
    hpa: presentHpa(observation.hpa),
    timestamp: iso(observation.at),
  };
}

/** Field by field, here and elsewhere: a new one of ours is no new key of the API. */
function presentReplicas({ spec, ready, running, total, serving }: Observation['replicas']) {
  return { spec, ready, running, total, serving: serving ?? ready };
}

function presentEnvelope({ floor, ceiling, reason, needed, justified }: Envelope) {
  return { floor, ceiling, reason, needed, justified };
}

function percent(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 10) / 10;
}
