// Every right that infra/manifests/rbac.yaml grants, and those of rbac-metrics.yaml, each with the calls of the adapter that need it.
import type { Kubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import type { SignalSource } from '../../lib/app/ports/cluster.ts';
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

/** By right as above: calls that a signal needs, of a workload that names `queue` and `sessions`. */
export const METRIC_CALLS: Readonly<Record<string, readonly ((...of: Parameters<Call>) => Promise<string>)[]>> = {
  'list *.external.metrics.k8s.io': [
    (kubernetes, ref) => {
      const signals = [{ name: 'queue', kind: 'load', metric: 'queue_lag', label: 'deployment' }] as const;
      return said(kubernetes, ref, kubernetes.externalMetrics({ ...SOURCE, definitions: { queue: LOAD }, signals }));
    },
  ],
  'get *.custom.metrics.k8s.io': (['pods', 'deployments'] as const).map((on) => (kubernetes, ref) => {
    const signals = [{ name: 'sessions', kind: 'load', metric: 'sessions', on }] as const;
    return said(kubernetes, ref, kubernetes.customMetrics({ ...SOURCE, definitions: { sessions: LOAD }, signals }));
  }),
};

const LOAD = { kind: 'load', unit: '' } as const;
const SOURCE = { name: 'adapter', budgetMs: 10_000 };

/** What the source has to say: why the workload's signal was not read, where it was not. */
async function said({ reader }: Kubernetes, { cluster }: WorkloadRef, source: SignalSource): Promise<string> {
  const { unread, problems } = await source.read(await reader.snapshot(cluster));
  return JSON.stringify([unread === undefined ? [] : [...unread], problems]);
}

async function snapshotProblems({ reader }: Kubernetes, { cluster }: WorkloadRef): Promise<readonly string[]> {
  return (await reader.snapshot(cluster)).problems;
}

function limits({ limits }: Kubernetes, { cluster, namespace }: WorkloadRef): Promise<unknown> {
  return limits.limits(cluster, [namespace]);
}
