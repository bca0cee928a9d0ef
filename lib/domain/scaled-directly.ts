// Workloads whose replica count nobody moves but us: what happens to them while we are away is ours to see to. Pure.

import type { Observation, Policy } from './model.ts';
import { managerMessage } from './other-hands.ts';
import { whyNoMorePods } from './workload-state.ts';

/** Enabled, carried out through the Deployment itself, and under no HPA that would scale it without us. */
export function isScaledDirectly(policy: Policy, { hpa, owner }: Pick<Observation, 'hpa' | 'owner'>): boolean {
  const acts = policy.mode === 'auto' || policy.mode === 'scale';
  return policy.enabled && acts && policy.problems.length === 0 && hpa === null && owner.kind === 'none';
}

/** Why such a workload is not raised while ticks are away, or null where it may be. */
export function whyNotRaised(policy: Policy, observation: Observation): string | null {
  const { replicas, hands } = observation;
  if (!isScaledDirectly(policy, observation)) return 'it is not scaled directly';
  if (policy.paused) return 'the policy says paused';
  if (replicas.spec === 0) return 'the workload is scaled to 0: somebody switched it off';
  if (hands?.manager?.how === 'reconciles') return managerMessage(hands.manager);
  return whyNoMorePods(observation)?.message ?? null;
}
