// The two writes made on Deployments: a replica count through `scale`, and annotations of ours. HPAs are written elsewhere (`hpa-access.ts`).
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { ClusterWriter } from '../../app/ports/cluster.ts';
import { AdapterError } from '../../app/ports/world.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import { ANNOTATION_PREFIX } from '../../domain/workload/policy-fields.ts';
import type { Connections } from './connection.ts';
import type { Ask } from './errors.ts';
import { written } from './written.ts';

/** Conflict, absence and missing rights are values; anything else the API server says throws AdapterError. */
export function makeWriter(connect: Connections): ClusterWriter {
  const replaceScale = async (ref: WorkloadRef, replicas: number, resourceVersion: string) => {
    // Without a version the API server would write unconditionally, over whatever happened since.
    if (resourceVersion === '') throw refusal(ref, 'the version that was read is missing');
    const { apps } = await connect(ref.cluster);
    const body = {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: ref.name, namespace: ref.namespace, resourceVersion },
      spec: { replicas },
    };
    return written(asked(ref, 'update', 'deployments.apps/scale'), () =>
      apps.replaceNamespacedDeploymentScale({ name: ref.name, namespace: ref.namespace, body }),
    );
  };
  return {
    async scale(ref, replicas, resourceVersion) {
      onDeploymentsOnly(ref);
      if (!Number.isInteger(replicas) || replicas < 1)
        throw refusal(ref, `${replicas} is not a replica count of 1 or more`);
      return replaceScale(ref, replicas, resourceVersion);
    },

    async switchOff(ref, resourceVersion) {
      onDeploymentsOnly(ref);
      return replaceScale(ref, 0, resourceVersion);
    },

    async annotate(ref, annotations) {
      onDeploymentsOnly(ref);
      const foreign = Object.keys(annotations).find((key) => !key.startsWith(ANNOTATION_PREFIX));
      if (foreign !== undefined) throw refusal(ref, `the annotation ${foreign} is not under ${ANNOTATION_PREFIX}`);
      const { apps } = await connect(ref.cluster);
      const body = { metadata: { annotations } };
      return written(asked(ref, 'patch', 'deployments.apps'), () =>
        apps.patchNamespacedDeployment({ name: ref.name, namespace: ref.namespace, body }, MERGE_PATCH),
      );
    },
  };
}

/** client-node sends a JSON patch unless told otherwise. */
const MERGE_PATCH = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

/** A Deployment of the same name may stand beside it, and is not meant. */
function onDeploymentsOnly(ref: WorkloadRef): void {
  if (ref.kind !== undefined) throw refusal(ref, `it is a ${kindOf(ref)}, and only Deployments are written`);
}

function asked(ref: WorkloadRef, verb: Ask['verb'], resource: string): Ask {
  return { cluster: ref.cluster, verb, resource, subject: workloadKey(ref) };
}

function refusal(ref: WorkloadRef, why: string): AdapterError {
  const message = `Cluster ${ref.cluster}: ${workloadKey(ref)} is not written: ${why}.`;
  return new AdapterError('kubernetes', message, { retryable: false });
}
