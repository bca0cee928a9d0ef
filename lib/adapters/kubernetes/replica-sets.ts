// Which controller a ReplicaSet has: its metadata alone, only where that is needed, and remembered for a while.
import type { EpochMs } from '../../domain/workload/time.ts';
import type { ClusterClient } from './connection.ts';
import { asking } from './errors.ts';
import { listAll } from './listing.ts';
import type { OwnedPod } from './pod.ts';
import { type Controller, isPlain, keyOf, type PodGroup } from './pod-owners.ts';

interface ReplicaSetOwners {
  /** Undefined where a ReplicaSet is not known, or need not be. */
  readonly controllerOf: (replicaSet: OwnedPod['controller']) => Controller | undefined;
  /** What could not be read, or null. */
  readonly problem: string | null;
}

export interface ReplicaSets {
  /** Looks up the owners of those groups that do not tell by themselves. */
  forGroups(client: ClusterClient, groups: readonly PodGroup[]): Promise<ReplicaSetOwners>;
  /** All that a selector matches in one namespace. */
  selected(client: ClusterClient, namespace: string, labelSelector: string): Promise<ReplicaSetOwners>;
}

/**
 * A ReplicaSet changes hands only when its Deployment goes, or lets go of it: what is remembered counts while that
 * Deployment is there and selects its pods, and no longer than this.
 */
const KEPT_MS = 600_000;
/** So many namespaces are asked one by one; more of them are one LIST of the whole cluster. */
const SINGLE_NAMESPACES = 5;

interface Kept {
  readonly at: EpochMs;
  readonly controller: Controller;
}

/** @param now wall clock */
export function makeReplicaSets(now: () => EpochMs): ReplicaSets {
  const known = new Map<string, Map<string, Kept>>();
  return {
    async forGroups(client, groups) {
      const kept = known.get(client.cluster) ?? new Map<string, Kept>();
      known.set(client.cluster, kept);
      forget(kept, now() - KEPT_MS);
      const open = groups.filter((group) => !isPlain(group) && !isStillTrue(group, kept.get(keyOf(group.replicaSet))));
      for (const { replicaSet } of open) kept.delete(keyOf(replicaSet));
      const problem = await lookUp(client, open, (key, controller) => kept.set(key, { at: now(), controller }));
      return { controllerOf: (one) => kept.get(keyOf(one))?.controller, problem };
    },

    async selected(client, namespace, labelSelector) {
      try {
        const found = new Map(
          (await list(client, namespace, labelSelector)).map(({ key, controller }) => [key, controller]),
        );
        return { controllerOf: (one) => found.get(keyOf(one)), problem: null };
      } catch (error) {
        return { controllerOf: () => undefined, problem: `${messageOf(error)} ${FALLBACK}` };
      }
    },
  };
}

function forget(kept: Map<string, Kept>, until: EpochMs): void {
  for (const [key, { at }] of kept) if (at <= until) kept.delete(key);
}

/** @returns what went wrong, or null */
async function lookUp(
  client: ClusterClient,
  groups: readonly PodGroup[],
  keep: (key: string, controller: Controller) => void,
): Promise<string | null> {
  const wanted = new Set(groups.map(({ replicaSet }) => keyOf(replicaSet)));
  try {
    for (const namespace of scopesOf(groups))
      for (const { key, controller } of await list(client, namespace)) if (wanted.has(key)) keep(key, controller);
    return null;
  } catch (error) {
    return `${messageOf(error)} ${FALLBACK}`;
  }
}

const FALLBACK = 'Until then selectors and names tell whose pods are whose.';

/** An orphan that a Deployment selects is adopted within seconds: that is looked at again. */
function isStillTrue({ candidates }: PodGroup, kept: Kept | undefined): boolean {
  if (kept === undefined) return false;
  if (candidates.length === 0) return true;
  if (kept.controller === null) return false;
  return kept.controller.kind !== 'Deployment' || candidates.some(({ uid }) => uid === kept.controller?.uid);
}

function scopesOf(groups: readonly PodGroup[]): readonly (string | null)[] {
  const namespaces = [...new Set(groups.map(({ namespace }) => namespace))];
  return namespaces.length > SINGLE_NAMESPACES ? [null] : namespaces;
}

interface RawReplicaSet {
  readonly metadata?: {
    readonly name?: string;
    readonly uid?: string;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly uid: string;
      readonly controller?: boolean;
    }[];
  };
}

function list(client: ClusterClient, namespace: string | null, labelSelector?: string) {
  const where = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const path = `/apis/apps/v1${where}/replicasets`;
  const subject = namespace === null ? {} : { subject: `namespace ${namespace}` };
  const ask = { cluster: client.cluster, verb: 'list', resource: 'replicasets.apps', ...subject } as const;
  const query = { path, metadataOnly: true, ...(labelSelector && { labelSelector }) };
  return asking(ask, () => listAll(client, query, toOwned));
}

function toOwned({ metadata }: RawReplicaSet): { readonly key: string; readonly controller: Controller } | null {
  const { name, uid, ownerReferences = [] } = metadata ?? {};
  if (name === undefined || uid === undefined) return null;
  const owner = ownerReferences.find(({ controller }) => controller);
  const controller = owner ? { kind: owner.kind, name: owner.name, uid: owner.uid } : null;
  return { key: `${name}/${uid}`, controller };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
