// Every right that infra/manifests/rbac.yaml grants, each with the call of the adapter that needs it: one entry per verb.
import type { Kubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import type { WorkloadRef } from '../../lib/domain/workload/identity.ts';

/** Makes the call as the user of `ref.cluster`; what it returns (or throws) tells whether it was allowed. */
type Call = (kubernetes: Kubernetes, ref: WorkloadRef) => Promise<unknown>;

/** By `verb resource.group`. */
export const ALLOWED_CALLS: Readonly<Record<string, Call>> = {
  'get deployments.apps': ({ reader }, ref) => reader.workload(ref).then((workload) => workload?.replicas),
  'list deployments.apps': snapshotProblems,
  'list pods': snapshotProblems,
  'list replicasets.apps': snapshotProblems,
  'list horizontalpodautoscalers.autoscaling': snapshotProblems,
  'patch horizontalpodautoscalers.autoscaling': async ({ hpas }, { cluster, namespace }) => {
    const [hpa] = await hpas.list(cluster, namespace);
    if (!hpa) throw new Error(`${namespace} has no HPA to patch`);
    return hpas.patch(hpa, hpa.minReplicas, { 'ai4k8s.io/own-min-replicas': null });
  },
  'list resourcequotas': limits,
  'list limitranges': limits,
  'create events.events.k8s.io': async ({ noticeBoard }, workload) => {
    const notice = { kind: 'change', reason: 'Scaled', note: 'from 1 to 2', uid: 'any', at: Date.now() } as const;
    return noticeBoard.post([{ workload, ...notice }]);
  },
  'list pods.metrics.k8s.io': async ({ reader, metrics }, { cluster }) =>
    (await metrics.read(await reader.snapshot(cluster))).problems,
  'update deployments.apps/scale': async ({ reader, writer }, ref) => {
    const workload = await reader.workload(ref);
    return writer.scale(ref, (workload?.replicas.spec ?? 0) + 1, workload?.resourceVersion ?? '');
  },
};

async function snapshotProblems({ reader }: Kubernetes, { cluster }: WorkloadRef): Promise<readonly string[]> {
  return (await reader.snapshot(cluster)).problems;
}

function limits({ limits }: Kubernetes, { cluster, namespace }: WorkloadRef): Promise<unknown> {
  return limits.limits(cluster, [namespace]);
}
