// Paged LISTs: a big cluster answers in bites of 500, and a list that expired on the way is started over once.

import type { ClusterClient } from './connection.ts';
import { type Ask, asking, statusOf } from './errors.ts';

export interface ListQuery {
  /** Of the collection, e.g. `/apis/apps/v1/deployments`. */
  readonly path: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Leaves specification and status out, where they would be most of the answer; a server that cannot sends all of it. */
  readonly metadataOnly?: boolean;
}

const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
/** What kubectl and the controllers use; the API server holds one page in memory at a time. */
const PAGE_SIZE = '500';

/**
 * Reads all pages, keeping of each item only what `keep` makes of it (null drops it): whole objects do not pile up.
 *
 * @throws ApiException and what `fetch` throws; HTTP 410 only where it came twice
 */
export async function listAll<Item, Kept>(
  client: ClusterClient,
  query: ListQuery,
  keep: (item: Item) => Kept | null,
): Promise<Kept[]> {
  try {
    return await readPages(client, query, keep);
  } catch (error) {
    if (statusOf(error) !== 410) throw error;
    return readPages(client, query, keep);
  }
}

/** The API server keeps to its own schema: items are taken at its word. */
interface RawList<Item> {
  readonly items?: readonly Item[] | null;
  readonly metadata?: { readonly continue?: string };
}

async function readPages<Item, Kept>(
  client: ClusterClient,
  { path, metadataOnly, ...selectors }: ListQuery,
  keep: (item: Item) => Kept | null,
): Promise<Kept[]> {
  const all: Kept[] = [];
  let next: string | undefined;
  do {
    const query = { limit: PAGE_SIZE, ...selectors, ...(next && { continue: next }) };
    const list: RawList<Item> = await client.getJson(path, query, metadataOnly ? METADATA_ONLY : undefined);
    for (const item of list.items ?? []) {
      const kept = keep(item);
      if (kept !== null) all.push(kept);
    }
    next = list.metadata?.continue;
  } while (next);
  return all;
}

/** Namespaces one by one, or `null` for all at once. */
export type Scopes = readonly (string | null)[];

/** One scope after the other: the API server's fairness queues punish bursts. */
export async function inScopes<T>(
  scopes: Scopes,
  group: string,
  plural: string,
  ask: Ask,
  list: (path: string) => Promise<T[]>,
): Promise<T[]> {
  const all: T[][] = [];
  for (const namespace of scopes) {
    const where = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    const subject = namespace === null ? {} : { subject: `namespace ${namespace}` };
    all.push(await asking({ ...ask, ...subject }, () => list(`${group}${where}/${plural}`)));
  }
  return all.flat();
}
