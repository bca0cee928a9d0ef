// How an HPA looks from outside: as its user has it, and what of it we hold.
import type { HpaRules, HpaStatus } from '../../domain/workload/hpa-status.ts';

/** An HPA as its user has it: what is held of it, and what is asked for beside bounds and targets. */
export function presentHpa(hpa: HpaStatus | null) {
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
    metrics: (hpa.metrics ?? []).map(({ kind, name, targetPercent, targetAverage, targetValue }) => ({
      kind,
      name,
      target_percent: targetPercent ?? null,
      target_average: targetAverage ?? null,
      ...(targetValue !== undefined && { target_value: targetValue }),
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
