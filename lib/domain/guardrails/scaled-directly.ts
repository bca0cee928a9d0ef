// Workloads whose replica count nobody moves but us: what happens to them while we are away is ours to see to.

import type { Observation } from '../workload/observation.ts';
import { whyNoMorePods } from '../workload/pod-health.ts';
import type { Policy } from '../workload/policy.ts';
import { whyForbidden } from './permissions.ts';

/** Enabled, scaled through the Deployment itself, and under no HPA that would scale it without us. */
export function isScaledDirectly(policy: Policy, { hpa, owner }: Pick<Observation, 'hpa' | 'owner'>): boolean {
  const acts = policy.mode === 'auto' || policy.mode === 'scale';
  return policy.enabled && acts && policy.problems.length === 0 && hpa === null && owner.kind === 'none';
}

/** Why such a workload is not raised while ticks are away, or null where it may be; the kill switch has been asked before. */
export function whyNotRaised(policy: Policy, observation: Observation): string | null {
  if (!isScaledDirectly(policy, observation)) return 'it is not scaled directly';
  const forbidden = whyForbidden({ policy, observation, killSwitch: null });
  return forbidden ?? whyNoMorePods(observation)?.message ?? null;
}
