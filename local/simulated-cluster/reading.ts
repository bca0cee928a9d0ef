// GET and LIST: one object or pages of them, plain or as a Table.
import type { JsonObject, KubeObject } from './kube-object.ts';
import { apiVersionOf, type Item, qualified, type Resource } from './resource.ts';
import { selectorFilter } from './selectors.ts';
import { notFound, StatusError } from './status.ts';
import { tableObject } from './tables.ts';
import type { World } from './world.ts';

export interface ReadRequest {
  readonly resource: Resource;
  readonly namespace: string | null;
  readonly query: URLSearchParams;
  readonly asTable: boolean;
}

/** A page ends here; the next one begins after it. Opaque to clients. */
interface Continuation {
  /** Which list of which server it belongs to. */
  readonly of: string;
  readonly after: readonly [string, string];
  readonly resourceVersion: number;
  /** Milliseconds on our own monotonic clock: a simulated one may rush through five minutes between two pages. */
  readonly issuedAt: number;
}

const TOKEN_LIFE_MS = 300_000;
const METRICS = 'metrics.k8s.io';

/** @throws StatusError 404 */
function getItem(world: World, { resource, namespace }: ReadRequest, name: string): Item {
  const item = resource.items(world, namespace).find((one) => one.name === name);
  if (item === undefined) throw notFound(qualified(resource), name);
  return item;
}

export function getObject(world: World, request: ReadRequest, name: string): KubeObject {
  const item = getItem(world, request, name);
  return request.asTable ? asTable(request, [item], {}) : item.object();
}

/** @throws StatusError 410 for a `continue` that is expired or not ours */
export function listObject(world: World, request: ReadRequest): KubeObject {
  const { resource, namespace, query } = request;
  const list = `${world.name} ${world.startedAt} ${qualified(resource)} ${namespace ?? '*'}`;
  const token = query.get('continue');
  const from = token === null || token === '' ? null : readToken(token, list, world);
  const filter = selectorFilter(query.get('labelSelector'), query.get('fieldSelector'));
  const rest = itemsAt(world, resource, namespace).filter(
    (item) => (from === null || isAfter(item, from)) && filter(item),
  );
  // The real metrics server knows no pages.
  const limit = resource.group === METRICS ? 0 : Number(query.get('limit') ?? 0);
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const resourceVersion = from?.resourceVersion ?? world.log.version;
  const last = page.at(-1);
  const metadata: JsonObject = {
    resourceVersion: String(resourceVersion),
    ...(last === undefined || page.length === rest.length
      ? {}
      : {
          continue: writeToken({
            of: list,
            after: [last.namespace ?? '', last.name],
            resourceVersion,
            issuedAt: performance.now(),
          }),
          remainingItemCount: rest.length - page.length,
        }),
  };
  if (request.asTable) return asTable(request, page, metadata);
  return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items: page.map(listed) };
}

export function asTable({ resource, query }: ReadRequest, items: readonly Item[], metadata: JsonObject): KubeObject {
  const rows = items.map((item) => ({ cells: item.cells(), object: item.object() }));
  return tableObject(resource.columns, rows, metadata, query.get('includeObject') === 'Object');
}

/** A resource as it was last listed. */
interface Listed {
  readonly namespace: string | null;
  readonly version: number;
  readonly seconds: number;
  readonly items: readonly Item[];
}

const lastListed = new WeakMap<World, Map<Resource, Listed>>();

/** Pages of one list come one after the other, while the world stands still: it is sorted once. Measures move without a version. */
function itemsAt(world: World, resource: Resource, namespace: string | null): readonly Item[] {
  if (resource.group === METRICS) return resource.items(world, namespace);
  const { seconds, log } = world;
  const listed = lastListed.get(world) ?? new Map<Resource, Listed>();
  lastListed.set(world, listed);
  const last = listed.get(resource);
  if (last?.namespace === namespace && last.version === log.version && last.seconds === seconds) return last.items;
  const items = resource.items(world, namespace);
  listed.set(resource, { namespace, version: log.version, seconds, items });
  return items;
}

/** The real server leaves kind and version out of a list's items. */
function listed(item: Item): JsonObject {
  const { kind: _kind, apiVersion: _apiVersion, ...object } = item.object();
  return object;
}

function isAfter(item: Item, { after: [namespace, name] }: Continuation): boolean {
  const own = item.namespace ?? '';
  return own > namespace || (own === namespace && item.name > name);
}

function writeToken(continuation: Continuation): string {
  return Buffer.from(JSON.stringify(continuation)).toString('base64url');
}

function readToken(token: string, list: string, world: World): Continuation {
  const found = parseToken(token);
  const isFresh = found !== null && found.of === list && performance.now() - found.issuedAt < TOKEN_LIFE_MS;
  if (isFresh && world.faults.continueExpired !== true) return found;
  throw new StatusError(
    410,
    'Expired',
    'The provided continue parameter is too old or not of this list: start the list again without it.',
  );
}

function parseToken(token: string): Continuation | null {
  try {
    const found: Continuation = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(found.after) ? found : null;
  } catch {
    return null;
  }
}
