// Reads a whole cluster in three paged LISTs (and those of KEDA and VPA where they are), or one Deployment; never a call per workload.
import type { ClusterReader, WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { type EpochMs, type WorkloadRef, workloadKey } from '../../domain/model.ts';
import type { Deployment } from './api-types.ts';
import type { ClusterClient, Connections } from './connection.ts';
import { type DeploymentFacts, toDeploymentFacts, toWorkloadSnapshot } from './deployment.ts';
import { asking, statusOf } from './errors.ts';
import type { TargetingHpa } from './hpa.ts';
import { listDeployments, listHpas, listPods } from './lists.ts';
import { isWatched, listScopes, type NamespaceFilter } from './namespaces.ts';
import { makeNeighbours, type Neighbours } from './neighbours.ts';
import { overlapsOf } from './overlap.ts';
import type { OwnedPod } from './pod.ts';
import { selectorText } from './selector.ts';

/**
 * Deployments or pods that cannot be read throw; HPAs that cannot be read become a problem, and every owner `unknown`.
 *
 * @param namespaces the ones to look at; a workload elsewhere does not exist for this reader
 * @param now wall clock, for the time of a snapshot
 */
export function makeReader(connect: Connections, namespaces: NamespaceFilter, now: () => EpochMs): ClusterReader {
  const readNeighbours = makeNeighbours(now);
  return {
    async snapshot(cluster) {
      const at = now();
      const client = await connect(cluster);
      const scopes = listScopes(namespaces);
      const [deployments, pods, hpas, neighbours] = await Promise.all([
        listDeployments(client, scopes),
        listPods(client, scopes),
        listHpas(client, scopes).catch(messageOf),
        readNeighbours(client, scopes),
      ]);
      const watched = deployments.filter(({ namespace }) => isWatched(namespaces, namespace));
      const workloads = joinAll(cluster, watched, pods, typeof hpas === 'string' ? null : hpas, neighbours);
      const unowned = typeof hpas === 'string' ? [`${hpas} Who else scales is unknown until then.`] : [];
      return { cluster, at, workloads, problems: [...unowned, ...neighbours.problems] };
    },

    async workload(ref) {
      if (!isWatched(namespaces, ref.namespace)) return null;
      const client = await connect(ref.cluster);
      const deployment = await getDeployment(client, ref);
      const facts = deployment && toDeploymentFacts(deployment);
      if (!deployment || !facts) return null;
      const scope = [ref.namespace];
      const [pods, hpas, neighbours] = await Promise.all([
        listPods(client, scope, selectorText(deployment.spec?.selector)),
        listHpas(client, scope).catch(() => null),
        readNeighbours(client, scope),
      ]);
      return joinAll(ref.cluster, [facts], pods, hpas, neighbours).get(facts.key) ?? null;
    },
  };
}

/** Puts pods and HPAs with their Deployments, in one pass over each. */
function joinAll(
  cluster: string,
  deployments: readonly DeploymentFacts[],
  pods: readonly OwnedPod[],
  hpas: readonly TargetingHpa[] | null,
  { scaledObjects, vpas }: Neighbours,
): ReadonlyMap<string, WorkloadSnapshot> {
  const podsOf = Map.groupBy(pods, ({ workload }) => workload);
  const hpasOf = hpas && Map.groupBy(hpas, ({ workload }) => workload);
  const overlaps = overlapsOf(deployments);
  return new Map(
    deployments.map((facts) => {
      const surroundings = {
        hpas: hpasOf && (hpasOf.get(facts.key) ?? []),
        scaledObject: scaledObjects.get(facts.key) ?? null,
        vpa: vpas.get(facts.key) ?? null,
        overlaps: overlaps.get(facts.key) ?? [],
      };
      return [facts.key, toWorkloadSnapshot(cluster, facts, podsOf.get(facts.key) ?? [], surroundings)];
    }),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function getDeployment(client: ClusterClient, ref: WorkloadRef): Promise<Deployment | null> {
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(ref.namespace)}/deployments/${encodeURIComponent(ref.name)}`;
  const ask = { cluster: ref.cluster, verb: 'get', resource: 'deployments.apps', subject: workloadKey(ref) } as const;
  try {
    return await asking(ask, () => client.getJson<Deployment>(path));
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}
