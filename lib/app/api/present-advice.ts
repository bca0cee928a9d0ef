// How the LLM fared, from outside: its recommendation in the seeds' shape, or why there is none and when it is asked again.

import type { Advice, AdviceResult } from '../../domain/advice/advice.ts';
import { limitOf } from '../../domain/advice/last-failure.ts';
import { iso } from './iso.ts';

export function presentAdviceResult(advice: AdviceResult | null) {
  if (advice === null) return null;
  if (advice.kind === 'advice')
    return {
      success: true as const,
      recommendation: presentAdvice(advice.advice),
      source: 'predictive_with_llm',
      llm_model: advice.model,
      timestamp: iso(advice.at),
      cached: advice.cached,
    };
  return {
    success: false as const,
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
export function presentLimit(advice: AdviceResult | null) {
  if (advice?.kind !== 'rejection') return { limited_by: null, not_asked: null, next_call_at: null };
  const { notAsked, nextCallAt } = advice;
  const due = notAsked === undefined ? nextCallAt : (notAsked.until ?? undefined);
  return {
    limited_by: limitOf(advice),
    not_asked: notAsked === undefined ? null : notAsked.detail,
    next_call_at: due === undefined ? null : iso(due),
  };
}

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
