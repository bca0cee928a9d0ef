// A StatefulSet, read as a Deployment is; only how it replaces its pods differs.
import type { WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { StatefulSet } from './api-types.ts';
import { type DeploymentFacts, toDeploymentFacts } from './deployment.ts';

/** Null for an object without name or specification, which no API server sends. */
export function toStatefulSetFacts(set: StatefulSet): DeploymentFacts | null {
  if (!set.spec) return null;
  const { replicas, selector, template } = set.spec;
  const spec = { selector, template, ...(replicas !== undefined && { replicas }) };
  const facts = toDeploymentFacts({ ...(set.metadata && { metadata: set.metadata }), spec });
  if (facts === null) return null;
  const kind = 'StatefulSet';
  return { ...facts, kind, key: workloadKey({ ...facts, kind }), rollout: rolloutOf(set) };
}

/**
 * Whether its controller is replacing pods. `OnDelete` waits for people to delete them, and a partition leaves the first
 * pods as they are for as long as it stands: both are states that last, and no rollout. Without a partition the revisions
 * differ until every pod is new and ready (stateful set controller, completeRollingUpdate).
 */
function rolloutOf({ metadata, spec, status }: StatefulSet): WorkloadSnapshot['rollout'] {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, currentRevision, updateRevision } = status ?? {};
  if (observedGeneration < (metadata?.generation ?? 0)) return 'in_progress';
  if (spec?.updateStrategy?.type === 'OnDelete' || currentRevision === updateRevision) return 'settled';
  const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  if (partition === 0) return 'in_progress';
  return updatedReplicas < replicas - partition ? 'in_progress' : 'settled';
}
