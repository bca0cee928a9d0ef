// StatefulSets and Rollouts: read only where an HPA drives one, which is what makes it a workload here.
import { AdapterError } from '../../app/ports/world.ts';
import { FLOORS_ONLY_KINDS, type FloorsOnlyKind, type WorkloadRef } from '../../domain/workload/identity.ts';
import type { StatefulSet } from './api-types.ts';
import type { ClusterClient } from './connection.ts';
import type { DeploymentFacts } from './deployment.ts';
import { type Ask, statusOf } from './errors.ts';
import type { TargetingHpa } from './hpa.ts';
import { inScopes, listAll, type Scopes } from './listing.ts';
import type { Neighbours } from './neighbours.ts';
import { toStatefulSetFacts } from './stateful-set.ts';

/** What grants the reading of what is not there in every cluster. */
const NEIGHBOURS_MANIFEST = 'infra/manifests/rbac-neighbours.yaml';

export interface OtherKinds {
  readonly facts: readonly DeploymentFacts[];
  /** What an HPA drives and we may not see, one sentence for each kind. */
  readonly problems: readonly string[];
  /** Kinds of which some may be driven and not be here. */
  readonly unlisted: readonly FloorsOnlyKind[];
}

/**
 * Those that these HPAs drive, in one paged LIST for each kind that occurs; none where none does.
 * @throws AdapterError where StatefulSets could not be listed for another reason than a missing right
 */
export async function readDriven(
  client: ClusterClient,
  scopes: Scopes,
  hpas: readonly TargetingHpa[],
  { rollouts }: Neighbours,
): Promise<OtherKinds> {
  const driving = (kind: FloorsOnlyKind) => hpas.filter(({ target }) => target.kind === kind);
  const sets = await listDriven(client, scopes, driving('StatefulSet'));
  const driven = keysOf(driving('Rollout'));
  return {
    facts: [...(sets ?? []), ...(rollouts ?? []).filter(({ key }) => driven.has(key))],
    problems: [
      ...(sets === null ? unseen('StatefulSet', 'statefulsets.apps', driving('StatefulSet')) : []),
      ...(rollouts === null ? unseen('Rollout', 'rollouts.argoproj.io', driving('Rollout')) : []),
    ],
    unlisted: FLOORS_ONLY_KINDS.filter((kind) => (kind === 'StatefulSet' ? sets : rollouts) === null),
  };
}

/**
 * One of them, whether or not an HPA drives it, or null where it is not there.
 * @throws AdapterError where it cannot be read
 */
export async function readOne(
  client: ClusterClient,
  { namespace, name, kind }: WorkloadRef,
  { rollouts }: Neighbours,
): Promise<DeploymentFacts | null> {
  if (kind === 'StatefulSet') {
    const [found] = await listSets(client, [namespace], `metadata.name=${name}`, toStatefulSetFacts);
    return found ?? null;
  }
  if (rollouts === null) throw refused(client.cluster);
  return rollouts.find((one) => one.namespace === namespace && one.name === name) ?? null;
}

/** Null where the right is missing. */
async function listDriven(
  client: ClusterClient,
  scopes: Scopes,
  hpas: readonly TargetingHpa[],
): Promise<readonly DeploymentFacts[] | null> {
  if (hpas.length === 0) return [];
  const driven = keysOf(hpas);
  try {
    return await listSets(client, scopes, undefined, (set) => {
      const facts = toStatefulSetFacts(set);
      return facts !== null && driven.has(facts.key) ? facts : null;
    });
  } catch (error) {
    if (statusOf(error) === 403) return null;
    throw error;
  }
}

/** By LIST also for a single one, so that one right is enough. */
function listSets(
  client: ClusterClient,
  scopes: Scopes,
  fieldSelector: string | undefined,
  keep: (set: StatefulSet) => DeploymentFacts | null,
): Promise<DeploymentFacts[]> {
  const ask: Ask = { cluster: client.cluster, verb: 'list', resource: 'statefulsets.apps' };
  const chosen = fieldSelector === undefined ? {} : { fieldSelector };
  return inScopes(scopes, '/apis/apps/v1', 'statefulsets', ask, (path) =>
    listAll<StatefulSet, DeploymentFacts>(client, { path, ...chosen }, keep),
  );
}

function keysOf(hpas: readonly TargetingHpa[]): ReadonlySet<string> {
  return new Set(hpas.map(({ workload }) => workload));
}

/** So many are named. */
const NAMED = 3;

function unseen(kind: FloorsOnlyKind, resource: string, hpas: readonly TargetingHpa[]): readonly string[] {
  if (hpas.length === 0) return [];
  const named = hpas
    .slice(0, NAMED)
    .map(({ target, status }) => `${target.namespace}/${target.name} (HPA ${status.name})`);
  const more = hpas.length > NAMED ? ` and ${hpas.length - NAMED} more` : '';
  const what = `${kind}s that HPAs drive cannot be read and are left out: ${named.join(', ')}${more}`;
  return [`${what}; grant the verb "list" on ${resource} by ${NEIGHBOURS_MANIFEST}.`];
}

function refused(cluster: string): AdapterError {
  const message = `Cluster ${cluster}: Rollouts cannot be read; grant the verb "list" on rollouts.argoproj.io by ${NEIGHBOURS_MANIFEST}.`;
  return new AdapterError('kubernetes', message, { retryable: false });
}
