// An Argo Rollout as far as it is read: a workload where an HPA drives it, and the runner of a Deployment's pods by workloadRef.
import type { WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { Deployment } from './api-types.ts';
import { type DeploymentFacts, toDeploymentFacts } from './deployment.ts';
import { type RawTarget, scaleTarget } from './scale-target.ts';

type DeploymentSpec = NonNullable<Deployment['spec']>;

/** The part of argoproj.io/v1alpha1 Rollout that is read. */
export interface Rollout {
  readonly metadata?: NonNullable<Deployment['metadata']>;
  readonly spec?: {
    readonly replicas?: number;
    readonly paused?: boolean;
    /** Both may be left to the object that `workloadRef` names. */
    readonly selector?: DeploymentSpec['selector'];
    readonly template?: DeploymentSpec['template'];
    readonly workloadRef?: RawTarget;
  };
  readonly status?: {
    /** A number as text. */
    readonly observedGeneration?: string;
    readonly currentPodHash?: string;
    readonly stableRS?: string;
    readonly updatedReplicas?: number;
    readonly pauseConditions?: readonly object[];
    readonly abort?: boolean;
  };
}

export interface RolloutFacts extends DeploymentFacts {
  readonly kind: 'Rollout';
  /** `namespace/name` of the Deployment whose pods it runs, or null where it has a template of its own. */
  readonly runs: string | null;
}

/** Null for an object without name or specification. */
export function toRolloutFacts(rollout: Rollout): RolloutFacts | null {
  const { metadata, spec } = rollout;
  if (!spec) return null;
  const { replicas, selector = {}, template = {}, workloadRef } = spec;
  const shape = { selector, template, ...(replicas !== undefined && { replicas }) };
  const facts = toDeploymentFacts({ ...(metadata && { metadata }), spec: shape });
  if (facts === null) return null;
  const kind = 'Rollout';
  const run = workloadRef === undefined ? null : scaleTarget(facts.namespace, workloadRef);
  const runs = run === null || run.kind !== undefined ? null : workloadKey(run);
  return { ...facts, kind, key: workloadKey({ ...facts, kind }), runs, rollout: stateOf(rollout) };
}

/** Argo's own test of a rollout that is done: the stable pods are those of the present template. */
function stateOf({ metadata, spec, status = {} }: Rollout): WorkloadSnapshot['rollout'] {
  const { observedGeneration, currentPodHash, stableRS, updatedReplicas = 0, pauseConditions = [], abort } = status;
  if (spec?.paused || pauseConditions.length > 0) return 'paused';
  if (Number(observedGeneration) < (metadata?.generation ?? 0)) return 'in_progress';
  if (currentPodHash === stableRS) return 'settled';
  // Aborted, and none of the new pods left: the old ones serve alone for as long as nobody tries again.
  return abort && updatedReplicas === 0 ? 'settled' : 'in_progress';
}
