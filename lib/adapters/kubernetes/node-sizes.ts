// What each node has, for pods that state no limit: asked once an hour, and only where that right was given.

import type { PerResource } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { ClusterClient } from './connection.ts';
import { listAll } from './listing.ts';
import { parseQuantity } from './quantity.ts';
import type { NodeSizes } from './readings.ts';

/** @param wanted names of nodes that should be known */
export type ReadNodeSizes = (client: ClusterClient, wanted: ReadonlySet<string>) => Promise<NodeSizes>;

const LOOK_AGAIN_MS = 3_600_000;
/** A node that is not known yet is looked for no more often than this: node objects are large. */
const LOOK_FOR_NEW_MS = 300_000;

interface RawNode {
  readonly metadata?: { readonly name?: string };
  readonly status?: { readonly allocatable?: Readonly<Record<string, string>> };
}

/**
 * Nodes are cluster-wide objects of an optional role (infra/manifests/rbac-nodes.yaml): without it, or where they cannot be
 * read for another reason, nothing is known of any, and a ceiling above all machines serves instead.
 * @param now wall clock
 */
export function makeNodeSizes(now: () => EpochMs): ReadNodeSizes {
  const known = new Map<string, { readonly at: EpochMs; readonly sizes: NodeSizes }>();
  return async (client, wanted) => {
    const before = known.get(client.cluster);
    const age = before ? now() - before.at : Number.POSITIVE_INFINITY;
    const isNew = before !== undefined && before.sizes.size > 0 && [...wanted].some((name) => !before.sizes.has(name));
    if (before && age < (isNew ? LOOK_FOR_NEW_MS : LOOK_AGAIN_MS)) return before.sizes;
    const sizes = await listSizes(client).catch(() => before?.sizes ?? NONE);
    known.set(client.cluster, { at: now(), sizes });
    return sizes;
  };
}

const NONE: NodeSizes = new Map();

async function listSizes(client: ClusterClient): Promise<NodeSizes> {
  const nodes = await listAll<RawNode, readonly [string, PerResource<number>]>(
    client,
    { path: '/api/v1/nodes' },
    sizeOf,
  );
  return new Map(nodes);
}

function sizeOf({ metadata, status }: RawNode): readonly [string, PerResource<number>] | null {
  if (metadata?.name === undefined) return null;
  const cpu = parseQuantity(status?.allocatable?.cpu ?? '');
  const memory = parseQuantity(status?.allocatable?.memory ?? '');
  return [metadata.name, { ...(cpu > 0 && { cpu }), ...(memory > 0 && { memory }) }];
}
