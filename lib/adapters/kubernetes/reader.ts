// Reads a whole cluster in three paged LISTs (and those of neighbours, other kinds and ReplicaSets where needed), or one workload; never a call per workload.
import type { ClusterReader, WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { FLOORS_ONLY_KINDS, type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Deployment } from './api-types.ts';
import type { ClusterClient, Connections } from './connection.ts';
import { type DeploymentFacts, toDeploymentFacts, toWorkloadSnapshot } from './deployment.ts';
import { asking, statusOf } from './errors.ts';
import type { TargetingHpa } from './hpa.ts';
import { listDeployments, listHpas, listPods } from './lists.ts';
import { type NamespaceSays, readNamespaces } from './namespace-annotations.ts';
import { isWatched, listScopes, type NamespaceFilter } from './namespaces.ts';
import { makeNeighbours, type Neighbours } from './neighbours.ts';
import { readDriven, readOne } from './other-kinds.ts';
import { overlapsOf } from './overlap.ts';
import type { OwnedPod } from './pod.ts';
import { groupByReplicaSet, isPlain, ownersOf, type PodOwners, podsOfOthers } from './pod-owners.ts';
import { makeReplicaSets } from './replica-sets.ts';
import { selectorText } from './selector.ts';
import { verticalFacts } from './vertical-facts.ts';

/**
 * Deployments or pods that cannot be read throw; HPAs that cannot be read become a problem, and every owner `unknown`.
 * What is no Deployment is a workload while an HPA drives it, by the last HPAs that could be read.
 *
 * @param namespaces the ones to look at; a workload elsewhere does not exist for this reader
 * @param now wall clock, for the time of a snapshot
 * @param readsAnnotations whether what namespaces themselves say is read as well
 */
export function makeReader(
  connect: Connections,
  namespaces: NamespaceFilter,
  now: () => EpochMs,
  readsAnnotations = false,
): ClusterReader {
  const readNeighbours = makeNeighbours(now);
  const replicaSets = makeReplicaSets(now);
  const lastHpas = new Map<string, readonly TargetingHpa[]>();
  return {
    async snapshot(cluster) {
      const at = now();
      const client = await connect(cluster);
      const scopes = listScopes(namespaces);
      const [deployments, says, pods, hpas, neighbours] = await Promise.all([
        listDeployments(client, scopes),
        readNamespaces(client, scopes, readsAnnotations),
        listPods(client, scopes),
        listHpas(client, scopes).catch(messageOf),
        readNeighbours(client, scopes),
      ]);
      if (typeof hpas !== 'string')
        lastHpas.set(
          cluster,
          hpas.filter(({ target }) => isWatched(namespaces, target.namespace)),
        );
      const others = await readDriven(client, scopes, lastHpas.get(cluster) ?? [], neighbours);
      const watched = [...deployments, ...others.facts].filter(({ namespace }) => isWatched(namespaces, namespace));
      const ours = pods.filter(({ namespace }) => isWatched(namespaces, namespace));
      const groups = groupByReplicaSet(watched, ours);
      const { controllerOf, problem } = await replicaSets.forGroups(client, groups);
      const owners = withOthers(ownersOf(groups, controllerOf), ours);
      const workloads = joinAll(cluster, watched, owners, typeof hpas === 'string' ? null : hpas, neighbours, says);
      const unowned = typeof hpas === 'string' ? [`${hpas} Who else scales is unknown until then.`] : [];
      const unread = problem === null ? [] : [problem];
      const problems = [...unowned, ...unread, ...neighbours.problems, ...others.problems];
      // By HPAs of before, what they have come to drive since is not seen.
      return {
        cluster,
        at,
        workloads,
        problems,
        unlisted: typeof hpas === 'string' ? FLOORS_ONLY_KINDS : others.unlisted,
      };
    },

    async workload(ref) {
      if (!isWatched(namespaces, ref.namespace)) return null;
      const client = await connect(ref.cluster);
      const scope = [ref.namespace];
      const early = ref.kind === undefined ? null : await readNeighbours(client, scope);
      const facts = early === null ? await getDeployment(client, ref) : await readOne(client, ref, early);
      if (facts === null) return null;
      const selector = selectorText(facts.selector);
      const [pods, says, { controllerOf, problem }, hpas, neighbours] = await Promise.all([
        listPods(client, scope, selector),
        readNamespaces(client, scope, readsAnnotations),
        ref.kind === undefined ? replicaSets.selected(client, ref.namespace, selector) : NO_REPLICA_SETS,
        listHpas(client, scope).catch(() => null),
        early ?? readNeighbours(client, scope),
      ]);
      // Without ReplicaSets it matters who else selects these pods.
      const all = problem === null ? [facts] : await selectingBeside(client, facts, groupByReplicaSet([facts], pods));
      const owners = withOthers(ownersOf(groupByReplicaSet(all, pods), controllerOf), pods);
      return joinAll(ref.cluster, [facts], owners, hpas, neighbours, says).get(facts.key) ?? null;
    },
  };
}

/** What is no Deployment owns its pods by itself, or by a name of its own: no ReplicaSet is asked about. */
const NO_REPLICA_SETS = { controllerOf: () => undefined, problem: null };

function withOthers({ podsOf, strays }: PodOwners, pods: readonly OwnedPod[]): PodOwners {
  return { podsOf: new Map([...podsOf, ...podsOfOthers(pods)]), strays };
}

/** Puts pods and HPAs with their workloads, in one pass over each. */
function joinAll(
  cluster: string,
  all: readonly DeploymentFacts[],
  { podsOf, strays }: PodOwners,
  hpas: readonly TargetingHpa[] | null,
  { scaledObjects, vpas, rollouts, isVpaUnknown }: Neighbours,
  says: NamespaceSays,
): ReadonlyMap<string, WorkloadSnapshot> {
  const hpasOf = hpas && Map.groupBy(hpas, ({ workload }) => workload);
  // A Rollout has the selector of the Deployment it runs: no overlap to warn of.
  const overlaps = overlapsOf(all.filter(({ kind }) => kind === undefined));
  const runners = new Map((rollouts ?? []).map(({ runs, name }) => [runs, name]));
  const runnerOf = ({ key, kind, scaledByRollouts }: DeploymentFacts) => {
    if (kind !== undefined) return null;
    const name = runners.get(key);
    if (name !== undefined) return { name };
    return rollouts === null && scaledByRollouts ? { name: null } : null;
  };
  return new Map(
    all.map((facts) => {
      const surroundings = {
        hpas: hpasOf && (hpasOf.get(facts.key) ?? []),
        scaledObject: scaledObjects.get(facts.key) ?? null,
        rollout: runnerOf(facts),
        vpa: vpas.get(facts.key) ?? null,
        overlaps: overlaps.get(facts.key) ?? [],
        strays: strays.get(facts.key),
      };
      const pods = podsOf.get(facts.key) ?? [];
      const vertical = verticalFacts(facts, pods, surroundings.hpas, isVpaUnknown);
      const inNamespace = says(facts.namespace);
      const snapshot = toWorkloadSnapshot(cluster, facts, pods, surroundings);
      return [
        facts.key,
        { ...snapshot, ...(inNamespace !== undefined && { inNamespace }), ...(vertical !== null && { vertical }) },
      ];
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

async function getDeployment(client: ClusterClient, ref: WorkloadRef): Promise<DeploymentFacts | null> {
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(ref.namespace)}/deployments/${encodeURIComponent(ref.name)}`;
  const ask = { cluster: ref.cluster, verb: 'get', resource: 'deployments.apps', subject: workloadKey(ref) } as const;
  try {
    return toDeploymentFacts(await asking(ask, () => client.getJson<Deployment>(path)));
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}
