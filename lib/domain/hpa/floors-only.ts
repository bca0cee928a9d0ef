// StatefulSets and Rollouts are scaled through an HPA's floor or not at all, and whoever asks for more is told what to do.

import type { WorkloadRef } from '../workload/identity.ts';
import { kindOf } from '../workload/kind.ts';
import type { Owner } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';
import { worksThroughHpa } from './floor.ts';

/**
 * Why the replica count of such a workload may not be written, where its policy or a person wants that; null for a
 * Deployment, for a workload that is scaled through its HPA, and where another owner has to be named instead.
 */
export function floorsOnlyMessage(workload: WorkloadRef, policy: Policy, owner: Owner): string | null {
  if (workload.kind === undefined || worksThroughHpa(policy, owner)) return null;
  const stays = `the replica count of a ${kindOf(workload)} is never written from here`;
  if (owner.kind === 'none')
    return `${stays}, and no HPA drives it: create one that does, then enable it in mode hpa-floor`;
  if (owner.kind !== 'hpa') return null;
  return `${stays}, only the minReplicas of its HPA ${owner.name}: enable it in mode hpa-floor`;
}

/** What is wrong with a mode that a person asks for, or null. */
export function modeProblem(workload: WorkloadRef, mode: string | undefined): string | null {
  if (workload.kind === undefined || mode !== 'scale') return null;
  return `mode is "scale", which stays out for a ${kindOf(workload)}: expected hpa-floor, auto or recommend, through the HPA that drives it.`;
}
