// The HPA that enabling offers where a workload has none: the fast, dumb net that goes on without us.
import { hpaManifest, yamlOf } from '../../domain/hpa/manifest.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { Policy } from '../../domain/workload/policy.ts';
import { plannedHpa } from './hpa.ts';

export interface HpaOffer {
  readonly name: string;
  readonly why: string;
  /** For Git, and for kubectl apply. */
  readonly yaml: string;
  /** Whether it may be made at once: not where nothing is changed yet. */
  readonly isReady: boolean;
}

/**
 * @returns null where none would be safe: somebody owns the replica count, mode scale or hpa-floor says how, or there is no CPU
 * request to measure against; of memory alone an HPA grows and never shrinks
 */
export function hpaOffer(policy: Policy, observation: Observation): HpaOffer | null {
  const { workload, hpa, owner, capacity } = observation;
  if (workload.kind !== undefined || hpa !== null || owner.kind !== 'none' || capacity.cpu === undefined) return null;
  if (!policy.enabled || policy.mode === 'scale' || policy.mode === 'hpa-floor' || policy.problems.length > 0)
    return null;
  const planned = plannedHpa(policy, observation);
  return { name: planned.name, why: WHY, yaml: yamlOf(hpaManifest(planned)), isReady: policy.mode !== 'recommend' };
}

const WHY =
  'the workload has no HPA: should ticks stop, one goes on scaling by CPU and memory, and between them we steer its minReplicas';
