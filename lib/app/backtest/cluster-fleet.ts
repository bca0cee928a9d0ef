// The fleet of a backtest as the API server tells it, where no metrics server does: Deployments with their HPAs as they stand now.
import type { HpaMetricSpec, HpaStatus } from '../../domain/workload/hpa-status.ts';
import type { Owner } from '../../domain/workload/observation.ts';
import { startupOf } from '../../domain/workload/startup-time.ts';
import { isSystemNamespace } from '../../domain/workload/system-namespaces.ts';
import type { ClusterReader, WorkloadSnapshot } from '../ports/cluster.ts';
import type { FleetSource, FoundDeployment, FoundHpa } from '../ports/fleet.ts';

type Deployment = Pick<
  WorkloadSnapshot,
  'workload' | 'capacity' | 'unrequested' | 'startupSeconds' | 'replicas' | 'hpa' | 'owner'
>;

/**
 * What the reader sees of a cluster now; nothing is known of earlier replicas.
 * @param reader of the namespaces that are asked for
 * @param cluster as the reader knows it
 * @param name as people call it, such as `the cluster of ~/.kube/config`
 */
export function makeClusterFleet(reader: Pick<ClusterReader, 'snapshot'>, cluster: string, name: string): FleetSource {
  return {
    name,
    async find(namespaces) {
      const { workloads, problems } = await reader.snapshot(cluster);
      const found = [...workloads.values()].filter(
        ({ workload }) => workload.kind === undefined && isAsked(workload.namespace, namespaces),
      );
      if (found.length === 0) throw new Error(noneIn(name, namespaces));
      const hasNoHpa = found.some(({ owner }) => owner.kind === 'none');
      return {
        deployments: found.map(toFound).toSorted(byName),
        passedOver: [],
        notes: [...problems, ...(hasNoHpa ? [AS_NOW] : [])],
      };
    },
  };
}

const AS_NOW =
  'a Deployment without an HPA is taken to have run as many replicas as it has now: the API server keeps no past';

function isAsked(namespace: string, namespaces: readonly string[]): boolean {
  return namespaces.length > 0 ? namespaces.includes(namespace) : !isSystemNamespace(namespace);
}

function noneIn(name: string, namespaces: readonly string[]): string {
  const where = namespaces.length > 0 ? `in ${namespaces.join(', ')}` : "outside of Kubernetes' own namespaces";
  return `${name} has no Deployment ${where}: check ${namespaces.length > 0 ? '--namespace' : 'the context'}`;
}

function toFound(one: Deployment): FoundDeployment {
  const { workload, capacity, startupSeconds, replicas, owner } = one;
  const hpa = one.hpa === null ? null : toHpa(one.hpa, capacity.cpu ?? null, owner);
  return {
    namespace: workload.namespace,
    name: workload.name,
    requestCores: capacity.cpu ?? null,
    startupSeconds: startupOf(startupSeconds === null ? [] : [startupSeconds]),
    ran: replicas.spec > 0 ? { fewest: replicas.spec, most: replicas.spec } : null,
    hpa,
    problem: whyNoReplay(one, hpa),
  };
}

/** The floor that ours holds is not the user's minimum. */
function toHpa(hpa: HpaStatus, requestCores: number | null, owner: Owner): FoundHpa {
  const { name, minReplicas, ownMinReplicas = minReplicas, maxReplicas, metrics = [] } = hpa;
  const others = metrics.filter((metric) => !isCpu(metric)).map(wordsOf);
  return {
    name,
    min: Math.max(1, Math.min(ownMinReplicas, maxReplicas)),
    max: maxReplicas,
    cpuTargetPercent: cpuTarget(hpa, requestCores),
    otherMetrics: [...new Set(others)].sort(),
    scaledObject: owner.kind === 'keda' ? owner.name : null,
  };
}

function isCpu({ kind, name }: HpaMetricSpec): boolean {
  return kind === 'Resource' && name === 'cpu';
}

function wordsOf({ kind, name }: HpaMetricSpec): string {
  return kind === 'ContainerResource' ? `${name} of one container` : name;
}

/** Percent of the request, whole: HPA counts so. */
function cpuTarget({ targetCpuPercent, metrics = [] }: HpaStatus, requestCores: number | null): number | null {
  const cores = metrics.find(isCpu)?.targetAverage;
  const percent =
    targetCpuPercent ?? (cores !== undefined && requestCores !== null ? (100 * cores) / requestCores : Number.NaN);
  return percent >= 1 && percent <= 1000 ? Math.round(percent) : null;
}

function whyNoReplay({ owner, capacity, unrequested }: Deployment, hpa: FoundHpa | null): string | null {
  if (owner.kind === 'unknown') return 'its HPA could not be read';
  if (owner.kind === 'several_hpas')
    return `${owner.names.length + (owner.more ?? 0)} HPAs target it, so that none of them works: keep one`;
  if (owner.kind === 'rollout') return 'an Argo Rollout runs its pods in its place';
  if (capacity.cpu === undefined)
    return `no CPU request${unrequested?.cpu === undefined ? '' : `, ${unrequested.cpu}`}: an HPA by CPU cannot work without either, so state one`;
  if (hpa === null || hpa.cpuTargetPercent !== null) return null;
  return hpa.otherMetrics.length === 0
    ? `its HPA ${hpa.name} states no target`
    : `its HPA scales by ${hpa.otherMetrics.slice(0, 3).join(', ')} and not by CPU, which is what is replayed`;
}

function byName(a: FoundDeployment, b: FoundDeployment): number {
  return compare(a.namespace, b.namespace) || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
