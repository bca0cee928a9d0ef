// Who depends on us alone: workloads that are scaled directly, and that no HPA would scale if we were away.

import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { isScaledDirectly } from '../../domain/guardrails/scaled-directly.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import { policyOf } from '../../domain/workload/policy-from-annotations.ts';
import { statedIn } from '../../domain/workload/stated.ts';
import type { Policies } from '../ports/policy-store.ts';

/** What to do about it, for whoever reads the list. */
export const WITHOUT_HPA_REMEDY =
  'npm run ai4k8s -- enable NAME --namespace NS --mode auto --hpa: it is then worked through an HPA, which goes on without us';

/** `namespace/name` of each, as the last tick saw it, in order. */
export function withoutHpa(entries: readonly WorkloadMemory[], policies: Policies, tickSeconds: number): string[] {
  return entries
    .filter((entry) => {
      const { observation } = entry;
      const stated = statedIn(policies, observation.workload);
      return isScaledDirectly(policyOf(observation, stated, tickSeconds, entry), observation);
    })
    .map(({ observation }) => workloadKey(observation.workload))
    .toSorted();
}
