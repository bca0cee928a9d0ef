// How the domain looks from outside: the seeds' field names, snake_case, rounded to what a reader can use.

import { hasSkill } from '../../domain/forecast.ts';
import { limitOf } from '../../domain/last-call.ts';
import type {
  Advice,
  AdviceResult,
  Assessment,
  DecisionRecord,
  EpochMs,
  Forecast,
  HpaRules,
  HpaStatus,
  Observation,
  PerSignal,
  Proposal,
  Verdict,
} from '../../domain/model.ts';
import { annotatedKeys } from '../../domain/policy.ts';
import { kindOf } from '../../domain/workload-kind.ts';
import type { LatestEntry } from '../ports/table.ts';
import { asLeft } from '../take-over.ts';

/** The seeds' shape of an LLM recommendation. */
function presentAdvice(advice: Advice) {
  return {
    action: advice.action,
    target_replicas: advice.targetReplicas,
    confidence: advice.confidence,
    reasoning: advice.reasoning,
    factors_considered: advice.factors,
    risk_assessment: advice.risk,
    cost_impact: advice.costImpact,
    performance_impact: advice.performanceImpact,
    recommended_timing: advice.timing,
  };
}

/** The answer to GET recommendations: every source, the decision, and how the LLM fared. */
export function presentRecommendations(record: DecisionRecord) {
  const { assessment, advice } = record;
  const used = advice?.kind === 'advice';
  return {
    success: true,
    recommendations: {
      predictive: presentProposal(assessment, 'predictive'),
      reactive: presentProposal(assessment, 'reactive'),
      scheduled: presentProposal(assessment, 'scheduled'),
      llm: presentAdviceResult(advice),
      rules: presentProposal(assessment, 'rules'),
    },
    decision: presentDecision(record),
    observation: presentObservation(assessment.observation, assessment.utilisation, assessment.blind),
    forecast: presentForecasts(assessment),
    envelope: assessment.envelope,
    plan: assessment.plan,
    policy: presentPolicy(assessment),
    llm_used: used && record.decision.source === 'llm',
    llm_model: advice?.model ?? null,
    cached: used && advice.cached,
    rate_limited: advice?.kind === 'rejection' && limitOf(advice) !== null,
    limited_by: presentLimit(advice).limited_by,
    source: record.decision.source,
    timestamp: iso(used ? advice.at : assessment.now),
  };
}

export function presentDecision({ decision, outcome, requestedBy }: DecisionRecord) {
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
    requested_by: requestedBy,
    timestamp: iso(decision.at),
  };
}

/** One line of history. */
export function presentHistoryLine(record: DecisionRecord) {
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
    cpu_percent: percent(assessment.utilisation.cpu),
    memory_percent: percent(assessment.utilisation.memory),
    llm_error: advice?.kind === 'rejection' ? advice.code : null,
    limited_by: presentLimit(advice).limited_by,
    requested_by: requestedBy,
  };
}

/** One row of the status page. */
export function presentWorkload(entry: LatestEntry, enabled: boolean, mode: string, problems: readonly string[]) {
  const { record } = entry;
  const observation = asLeft(entry);
  return {
    namespace: observation.workload.namespace,
    deployment: observation.workload.name,
    kind: kindOf(observation.workload),
    enabled,
    mode,
    replicas: observation.replicas.spec,
    ready: observation.replicas.ready,
    cpu_cores: digits(observation.signals.cpu?.demand),
    memory_bytes: observation.signals.memory?.demand ?? null,
    cpu_peak_cores: digits(entry.peaks.cpu),
    decision: record.decision.action,
    target_replicas: record.decision.target,
    source: record.decision.source,
    reason: record.decision.reason,
    outcome: record.outcome.kind,
    outcome_message: record.outcome.message,
    requested_by: record.requestedBy,
    llm: presentAdviceResult(record.advice),
    llm_verdict: llmVerdict(record.decision.verdicts),
    annotated: [...annotatedKeys(observation.annotations)],
    hpa: presentHpa(observation.hpa),
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

function presentAdviceResult(advice: AdviceResult | null) {
  if (advice === null) return null;
  if (advice.kind === 'advice')
    return {
      success: true,
      recommendation: presentAdvice(advice.advice),
      llm_model: advice.model,
      timestamp: iso(advice.at),
      cached: advice.cached,
    };
  return {
    success: false,
    error: advice.code,
    detail: advice.detail,
    rate_limited: limitOf(advice) !== null,
    ...presentLimit(advice),
    llm_model: advice.model,
    timestamp: iso(advice.at),
    raw: advice.raw,
  };
}

/** Which limit it is, ours or the server's, and when the LLM may be asked again; nulls where nothing keeps it. */
function presentLimit(advice: AdviceResult | null) {
  if (advice?.kind !== 'rejection') return { limited_by: null, not_asked: null, next_call_at: null };
  const { notAsked, nextCallAt } = advice;
  const due = notAsked === undefined ? nextCallAt : (notAsked.until ?? undefined);
  return {
    limited_by: limitOf(advice),
    not_asked: notAsked === undefined ? null : notAsked.detail,
    next_call_at: due === undefined ? null : iso(due),
  };
}

function presentProposal(assessment: Assessment, source: Proposal['source']) {
  const proposal = assessment.proposals.find((candidate) => candidate.source === source);
  if (proposal === undefined) return null;
  return { success: true, action: proposal.action, target_replicas: proposal.replicas, reason: proposal.reason };
}

function presentVerdict({ guardrail, source, effect, code, from, to, message }: Verdict) {
  return { guardrail, source, effect, code, from, to, message };
}

function presentObservation(observation: Observation, utilisation: PerSignal<number>, blind: PerSignal<string>) {
  return {
    replicas: observation.replicas,
    cpu_percent: percent(utilisation.cpu),
    memory_percent: percent(utilisation.memory),
    cpu_cores: digits(observation.signals.cpu?.demand),
    memory_bytes: observation.signals.memory?.demand ?? null,
    missing: blind,
    rollout: observation.rollout,
    owner: observation.owner,
    hpa: presentHpa(observation.hpa),
    timestamp: iso(observation.at),
  };
}

/** An HPA as its user has it: what is held of it, and what is asked for beside bounds and targets. */
function presentHpa(hpa: HpaStatus | null) {
  if (hpa === null) return null;
  return {
    name: hpa.name,
    min_replicas: hpa.minReplicas,
    own_min_replicas: hpa.ownMinReplicas ?? hpa.minReplicas,
    max_replicas: hpa.maxReplicas,
    current_replicas: hpa.currentReplicas,
    desired_replicas: hpa.desiredReplicas,
    scaling_status: hpa.scalingStatus,
    scaled_to_zero: hpa.scaledToZero ?? null,
    metrics: (hpa.metrics ?? []).map(({ kind, name, targetPercent, targetAverage }) => ({
      kind,
      name,
      target_percent: targetPercent ?? null,
      target_average: targetAverage ?? null,
    })),
    scale_up: presentRules(hpa.up),
    scale_down: presentRules(hpa.down),
  };
}

/** Null where the HPA states nothing of that direction. */
function presentRules(rules: HpaRules | undefined) {
  if (rules === undefined) return null;
  return {
    select_policy: rules.select ?? null,
    tolerance: rules.tolerance ?? null,
    stabilization_window_seconds: rules.windowSeconds ?? null,
    policies: (rules.paces ?? []).map(({ kind, value, periodSeconds }) => ({
      kind,
      value,
      period_seconds: periodSeconds,
    })),
  };
}

function presentForecasts(assessment: Assessment) {
  const entries = Object.entries(assessment.forecasts).map(([signal, forecast]) => [signal, presentForecast(forecast)]);
  return { horizon_hours: 6, history_hours: digits(assessment.historyHours), ...Object.fromEntries(entries) };
}

function presentForecast(forecast: Forecast) {
  return {
    method: forecast.method,
    current: digits(forecast.current),
    peak: digits(forecast.peak),
    trend: forecast.trend,
    predictions: forecast.hourly.map(digits),
    points: forecast.points.map(({ at, p50, p90, p99 }) => ({
      timestamp: iso(at),
      p50: digits(p50),
      p90: digits(p90),
      p99: digits(p99),
    })),
    skill: digits(forecast.skill ?? undefined),
    acted_on: hasSkill(forecast),
    anomalous: forecast.anomalous,
  };
}

function presentPolicy({ policy }: Assessment) {
  return {
    enabled: policy.enabled,
    mode: policy.mode,
    min_replicas: policy.min,
    max_replicas: policy.max,
    slo: policy.sloPercent,
    target_cpu: policy.targetPercent.cpu,
    target_memory: policy.memoryOff ? 'off' : policy.targetPercent.memory,
    cooldown_seconds: policy.cooldownDownSeconds,
    paused: policy.paused,
    llm: policy.llm,
    problems: policy.problems,
  };
}

export function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}

function percent(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 10) / 10;
}

/** Four significant digits; null where there is no number. */
function digits(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(4));
}
