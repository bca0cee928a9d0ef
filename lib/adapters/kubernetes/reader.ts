// Reads a whole cluster in three paged LISTs (and those of KEDA, VPA and ReplicaSets where needed), or one Deployment; never a call per workload.
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
import { groupByReplicaSet, isPlain, ownersOf, type PodOwners } from './pod-owners.ts';
import { makeReplicaSets } from './replica-sets.ts';
import { selectorText } from './selector.ts';

/**
 * Deployments or pods that cannot be read throw; HPAs that cannot be read become a problem, and every owner `unknown`.
 *
 * @param namespaces the ones to look at; a workload elsewhere does not exist for this reader
 * @param now wall clock, for the time of a snapshot
 */
export function makeReader(connect: Connections, namespaces: NamespaceFilter, now: () => EpochMs): ClusterReader {
  const readNeighbours = makeNeighbours(now);
  const replicaSets = makeReplicaSets(now);
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
      const ours = pods.filter(({ namespace }) => isWatched(namespaces, namespace));
      const groups = groupByReplicaSet(watched, ours);
      const { controllerOf, problem } = await replicaSets.forGroups(client, groups);
      const owners = ownersOf(groups, controllerOf);
      const workloads = joinAll(cluster, watched, owners, typeof hpas === 'string' ? null : hpas, neighbours);
      const unowned = typeof hpas === 'string' ? [`${hpas} Who else scales is unknown until then.`] : [];
      const unread = problem === null ? [] : [problem];
      return { cluster, at, workloads, problems: [...unowned, ...unread, ...neighbours.problems] };
    },

    async workload(ref) {
      if (!isWatched(namespaces, ref.namespace)) return null;
      const client = await connect(ref.cluster);
      const deployment = await getDeployment(client, ref);
      const facts = deployment && toDeploymentFacts(deployment);
      if (!deployment || !facts) return null;
      const scope = [ref.namespace];
      const selector = selectorText(deployment.spec?.selector);
      const [pods, { controllerOf, problem }, hpas, neighbours] = await Promise.all([
        listPods(client, scope, selector),
        replicaSets.selected(client, ref.namespace, selector),
        listHpas(client, scope).catch(() => null),
        readNeighbours(client, scope),
      ]);
      // Without ReplicaSets it matters who else selects these pods.
      const all = problem === null ? [facts] : await selectingBeside(client, facts, groupByReplicaSet([facts], pods));
      const owners = ownersOf(groupByReplicaSet(all, pods), controllerOf);
      return joinAll(ref.cluster, [facts], owners, hpas, neighbours).get(facts.key) ?? null;
    },
  };
}

/** Puts pods and HPAs with their Deployments, in one pass over each. */
function joinAll(
  cluster: string,
  deployments: readonly DeploymentFacts[],
  { podsOf, strays }: PodOwners,
  hpas: readonly TargetingHpa[] | null,
  { scaledObjects, vpas }: Neighbours,
): ReadonlyMap<string, WorkloadSnapshot> {
  const hpasOf = hpas && Map.groupBy(hpas, ({ workload }) => workload);
  const overlaps = overlapsOf(deployments);
  return new Map(
    deployments.map((facts) => {
      const surroundings = {
        hpas: hpasOf && (hpasOf.get(facts.key) ?? []),
        scaledObject: scaledObjects.get(facts.key) ?? null,
        vpa: vpas.get(facts.key) ?? null,
        overlaps: overlaps.get(facts.key) ?? [],
        strays: strays.get(facts.key),
      };
      return [facts.key, toWorkloadSnapshot(cluster, facts, podsOf.get(facts.key) ?? [], surroundings)];
    }),
  );
}

/** The Deployment itself, and the others of its namespace where its pods may be theirs. */
async function selectingBeside(
  client: ClusterClient,
  facts: DeploymentFacts,
  groups: ReturnType<typeof groupByReplicaSet>,
): Promise<readonly DeploymentFacts[]> {
  if (groups.every(isPlain)) return [facts];
  const others = await listDeployments(client, [facts.namespace]);
  return [facts, ...others.filter(({ key }) => key !== facts.key)];
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
