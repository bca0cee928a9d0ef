// CPU and memory in use, from metrics.k8s.io: one paged LIST for the whole cluster, or one per namespace listed.
import type {
  PodInfo,
  PodsOf,
  SignalBatch,
  SignalSource,
  UsageSnapshot,
  UsageSource,
} from '../../app/ports/cluster.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { RESOURCES } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { ClusterClient, Connections } from './connection.ts';
import { reasonOf, statusOf } from './errors.ts';
import { inScopes, listAll, type Scopes } from './listing.ts';
import { listScopes, type NamespaceFilter } from './namespaces.ts';
import { makeNodeSizes } from './node-sizes.ts';
import { type PodUsage, type RawPodMetrics, toPodUsage } from './pod-usage.ts';
import { toReadings } from './readings.ts';

/** @param now wall clock, for what is remembered between readings */
export function makeMetrics(
  connect: Connections,
  namespaces: NamespaceFilter,
  now: () => EpochMs,
): SignalSource & UsageSource {
  const readNodeSizes = makeNodeSizes(now);
  return {
    name: 'metrics.k8s.io',
    async read(snapshot: UsageSnapshot, ref?: WorkloadRef): Promise<SignalBatch> {
      const all = [...snapshot.workloads.values()];
      const wanted = ref ? all.filter(({ workload }) => workloadKey(workload) === workloadKey(ref)) : all;
      // Nothing serves, nothing to measure: a metrics-server that is away is then no problem either.
      if (!wanted.some(({ pods }) => pods.some(mayCarry))) return { readings: new Map(), problems: [] };
      try {
        const client = await connect(snapshot.cluster);
        const usages = await listUsages(client, ref ? [ref.namespace] : scopesOf(snapshot, namespaces), podsOf(wanted));
        const unbounded = nodesOfUnlimited(wanted);
        const nodes = unbounded.size > 0 ? await readNodeSizes(client, unbounded) : new Map();
        return { ...toReadings(wanted, usages, nodes), ...memoryUsed(wanted, usages) };
      } catch (error) {
        return { readings: new Map(), problems: [unavailable(snapshot.cluster, error)] };
      }
    },
  };
}

/** By container, of the pods of workloads whose requests follow a level: nobody else asks. */
function memoryUsed(workloads: readonly PodsOf[], usages: readonly PodUsage[]): Pick<SignalBatch, 'memoryUsed'> {
  const asked = new Set(
    workloads.flatMap(({ vertical, workload: { namespace } }) =>
      (vertical?.pods ?? []).map(({ name }) => workloadKey({ namespace, name })),
    ),
  );
  if (asked.size === 0) return {};
  const its = usages.filter(({ pod }) => asked.has(pod));
  return { memoryUsed: new Map(its.map(({ pod, at, containers }) => [pod, { at, containers: byName(containers) }])) };
}

function byName(containers: PodUsage['containers']): Readonly<Record<string, number>> {
  return Object.fromEntries(
    containers.flatMap(({ name, usage: { memory } }) => (memory === undefined ? [] : [[name, memory] as const])),
  );
}

function mayCarry({ ready, lostReadiness }: PodInfo): boolean {
  return ready || lostReadiness === true;
}

/** Nodes of pods that state no limit of their own to hold a figure against. */
function nodesOfUnlimited(workloads: readonly PodsOf[]): ReadonlySet<string> {
  const unlimited = ({ limits }: PodInfo) => RESOURCES.some((signal) => limits[signal] === undefined);
  return new Set(
    workloads.flatMap(({ pods }) =>
      pods.flatMap((pod) => (mayCarry(pod) && pod.node !== undefined && unlimited(pod) ? [pod.node] : [])),
    ),
  );
}

/** More LISTs than this take longer than one of everything. */
const FEW_NAMESPACES = 4;

function scopesOf({ namespaces: wanted }: Pick<UsageSnapshot, 'namespaces'>, filter: NamespaceFilter): Scopes {
  const few = wanted !== undefined && wanted.length > 0 && wanted.length <= FEW_NAMESPACES;
  return few ? wanted : listScopes(filter);
}

/** Of whose figures something is made, as `namespace/name`. */
function podsOf(workloads: readonly PodsOf[]): ReadonlySet<string> {
  const names = ({ workload: { namespace }, pods, vertical }: PodsOf) =>
    [...pods, ...(vertical?.pods ?? [])].map(({ name }) => workloadKey({ namespace, name }));
  return new Set(workloads.flatMap(names));
}

/** Figures of other pods are not even taken apart. */
function listUsages(client: ClusterClient, scopes: Scopes, wanted: ReadonlySet<string>): Promise<PodUsage[]> {
  const ask = { cluster: client.cluster, verb: 'list', resource: 'pods.metrics.k8s.io' } as const;
  return inScopes(scopes, '/apis/metrics.k8s.io/v1beta1', 'pods', ask, (path) =>
    listAll<RawPodMetrics, PodUsage>(client, { path }, (raw) => (isOf(wanted, raw) ? toPodUsage(raw) : null)),
  );
}

function isOf(wanted: ReadonlySet<string>, { metadata: { namespace = '', name = '' } = {} }: RawPodMetrics): boolean {
  return wanted.has(workloadKey({ namespace, name }));
}

function unavailable(cluster: string, error: unknown): string {
  if (statusOf(error) === 403)
    return `Cluster ${cluster}: metrics.k8s.io turned us away: ${reasonOf(error)}; grant the verb "list" on pods.metrics.k8s.io to the identity AI4K8s uses.`;
  return `Cluster ${cluster}: metrics.k8s.io did not answer: ${reasonOf(error)}; install or repair metrics-server.`;
}
