// Reads a whole cluster in three paged LISTs (and those of neighbours and other kinds where they are), or one workload; never a call per workload.
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
import { readDriven, readOne } from './other-kinds.ts';
import { overlapsOf } from './overlap.ts';
import type { OwnedPod } from './pod.ts';
import { selectorText } from './selector.ts';

/**
 * Deployments or pods that cannot be read throw; HPAs that cannot be read become a problem, and every owner `unknown`.
 * What is no Deployment is a workload while an HPA drives it, by the last HPAs that could be read.
 *
 * @param namespaces the ones to look at; a workload elsewhere does not exist for this reader
 * @param now wall clock, for the time of a snapshot
 */
export function makeReader(connect: Connections, namespaces: NamespaceFilter, now: () => EpochMs): ClusterReader {
  const readNeighbours = makeNeighbours(now);
  const lastHpas = new Map<string, readonly TargetingHpa[]>();
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
      if (typeof hpas !== 'string')
        lastHpas.set(
          cluster,
          hpas.filter(({ target }) => isWatched(namespaces, target.namespace)),
        );
      const others = await readDriven(client, scopes, lastHpas.get(cluster) ?? [], neighbours);
      const watched = [...deployments, ...others.facts].filter(({ namespace }) => isWatched(namespaces, namespace));
      const workloads = joinAll(cluster, watched, pods, typeof hpas === 'string' ? null : hpas, neighbours);
      const unowned = typeof hpas === 'string' ? [`${hpas} Who else scales is unknown until then.`] : [];
      return { cluster, at, workloads, problems: [...unowned, ...neighbours.problems, ...others.problems] };
    },

    async workload(ref) {
      if (!isWatched(namespaces, ref.namespace)) return null;
      const client = await connect(ref.cluster);
      const scope = [ref.namespace];
      const early = ref.kind === undefined ? null : await readNeighbours(client, scope);
      const facts = early === null ? await getDeployment(client, ref) : await readOne(client, ref, early);
      if (facts === null) return null;
      const [pods, hpas, neighbours] = await Promise.all([
        listPods(client, scope, selectorText(facts.selector)),
        listHpas(client, scope).catch(() => null),
        early ?? readNeighbours(client, scope),
      ]);
      return joinAll(ref.cluster, [facts], pods, hpas, neighbours).get(facts.key) ?? null;
    },
  };
}

/** Puts pods and HPAs with their workloads, in one pass over each. */
function joinAll(
  cluster: string,
  all: readonly DeploymentFacts[],
  pods: readonly OwnedPod[],
  hpas: readonly TargetingHpa[] | null,
  { scaledObjects, vpas, rollouts }: Neighbours,
): ReadonlyMap<string, WorkloadSnapshot> {
  const podsOf = Map.groupBy(pods, ({ workload }) => workload);
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
      };
      return [facts.key, toWorkloadSnapshot(cluster, facts, podsOf.get(facts.key) ?? [], surroundings)];
    }),
  );
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
