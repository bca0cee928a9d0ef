// Who depends on us alone: workloads that are scaled directly, and that no HPA would scale if we were away.

import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { isScaledDirectly } from '../../domain/guardrails/scaled-directly.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { Policy } from '../../domain/workload/policy.ts';

/** What to do about it, for whoever reads the list. */
export const WITHOUT_HPA_REMEDY =
  'npm run ai4k8s -- enable NAME --namespace NS --mode auto --hpa: it is then worked through an HPA, which goes on without us';

/** `namespace/name` of each, as the last tick saw it, in order. */
export function withoutHpa(rows: readonly { readonly entry: WorkloadMemory; readonly policy: Policy }[]): string[] {
  return rows
    .filter(({ entry, policy }) => isScaledDirectly(policy, entry.observation))
    .map(({ entry }) => workloadKey(entry.observation.workload))
    .toSorted();
}
