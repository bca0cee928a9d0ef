// What advice says of risk and impact, in the seeds' words: `LOW (reduction)`.
import type { Recommendations } from '../../api/types.ts';

export type Advised = Extract<NonNullable<Recommendations['recommendations']['llm']>, { success: true }>;

type Advice = Pick<
  Advised['recommendation'],
  'target_replicas' | 'risk_assessment' | 'cost_impact' | 'performance_impact' | 'recommended_timing'
>;

/** @param now replicas when it was advised: cost goes the way that the count goes */
export function impactWords(advice: Advice, now: number) {
  const { target_replicas: target } = advice;
  const way = target === now ? '' : target < now ? ' (reduction)' : ' (increase)';
  return {
    risk: advice.risk_assessment.toUpperCase(),
    cost: `${advice.cost_impact.toUpperCase()}${way}`,
    performance: advice.performance_impact.toUpperCase(),
    timing: advice.recommended_timing.toUpperCase(),
  };
}
