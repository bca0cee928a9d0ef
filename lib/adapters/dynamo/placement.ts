// Which shard and slot a workload has, for good: samples are stored by slot, so a place is never given to another.
import type { SeriesStore, Shard } from '../../app/ports/series-store.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { refFrom } from '../../domain/workload/kind.ts';
import { bytesOf, knownOrRefused, numberOf, packJson, unpackJson, VERSIONS } from './items.ts';
import { placementKey, workloadPart } from './keys.ts';
import { untilWonOrThrow } from './retry.ts';
import { absent, type Item, type Table } from './table.ts';

/** Workloads per shard: a tick's samples of so many stay within one write unit (1 KB). */
const SHARD_SIZE = 64;

/** Workload keys by shard and slot. */
type Names = readonly (readonly string[])[];

/** Whole shards, as far as they fit into an item: names of 253 characters are no reason to stop placing. */
interface Page {
  readonly names: Names;
  /** Of the stored item; 0 where there is none. */
  readonly rev: number;
  readonly bytes: number;
}

/** What was last seen of a cluster's placement. It only ever grows, so what is in here stays true. */
interface Seen {
  readonly pages: readonly Page[];
  readonly names: Names;
  readonly known: ReadonlySet<string>;
}

const EMPTY: Page = { names: [], rev: 0, bytes: 0 };
const NOTHING: Seen = { pages: [], names: [], known: new Set() };
/** With so many bytes a page takes no more names, and with one write it takes so many: both together stay within an item. */
const FULL_BYTES = 180 * 1024;
const NAMES_AT_ONCE = 500;

/** Placement is remembered in process: a tick without new workloads does not read it. */
export function makePlacement(table: Table): Pick<SeriesStore, 'assign' | 'locate' | 'shards'> {
  const last = new Map<string, Seen>();
  const keep = (cluster: string, pages: readonly Page[]): Seen => {
    const names = pages.flatMap((page) => page.names);
    const seen = { pages, names, known: new Set(names.flat()) };
    last.set(cluster, seen);
    return seen;
  };

  const read = async (cluster: string, consistent: boolean): Promise<Seen> => {
    const { pk, sk } = placementKey(cluster, 0);
    const items = await table.query(pk, { from: sk, to: `${sk}~`, consistent });
    return items.length === 0 ? NOTHING : keep(cluster, items.map(toPage));
  };

  /** One write; what is missing then still, is placed with the next. */
  const extend = async (cluster: string, keys: readonly string[]): Promise<Seen | null> => {
    const { pages, known, ...before } = await read(cluster, true);
    const missing = [...new Set(keys)].filter((key) => !known.has(key)).sort();
    if (missing.length === 0) return { pages, known, ...before };
    const open = pages.at(-1) ?? EMPTY;
    const [kept, page] = open.bytes >= FULL_BYTES ? [pages, EMPTY] : [pages.slice(0, -1), open];
    const names = place(page.names, missing.slice(0, NAMES_AT_ONCE));
    const body = packJson(`The placement of cluster "${cluster}"`, names);
    const rev = page.rev + 1;
    const item = { ...placementKey(cluster, kept.length), v: VERSIONS.placement, rev, body };
    const condition = page.rev === 0 ? absent(table.now()) : { expression: 'rev = :rev', values: { ':rev': page.rev } };
    if (!(await table.put(item, condition))) return null;
    return keep(cluster, [...kept, { names, rev, bytes: body.length }]);
  };

  return {
    async assign(cluster, workloads) {
      const keys = workloads.map(workloadPart);
      const seen = last.get(cluster) ?? NOTHING;
      if (keys.length > 0 && keys.every((key) => seen.known.has(key))) return toShards(cluster, seen.names);
      const what = `The placement of cluster "${cluster}"`;
      let extended = await untilWonOrThrow(what, () => extend(cluster, keys));
      while (!keys.every((key) => extended.known.has(key)))
        extended = await untilWonOrThrow(what, () => extend(cluster, keys));
      return toShards(cluster, extended.names);
    },
    async locate(ref) {
      const seen = last.get(ref.cluster);
      const found = seen?.known.has(workloadKey(ref)) ? seen : await read(ref.cluster, false);
      const id = found.names.findIndex((names) => names.includes(workloadKey(ref)));
      return toShards(ref.cluster, found.names)[id] ?? null;
    },
    async shards(cluster) {
      return toShards(cluster, (await read(cluster, false)).names);
    },
  };
}

function toPage(item: Item): Page {
  knownOrRefused(item, 'placement');
  return { names: unpackJson<Names>(item), rev: numberOf(item, 'rev'), bytes: bytesOf(item).length };
}

/** Fills the last shard, then new ones. */
function place(names: Names, missing: readonly string[]): Names {
  const shards = names.map((shard) => [...shard]);
  for (const key of missing) {
    const last = shards.at(-1);
    if (last === undefined || last.length >= SHARD_SIZE) shards.push([key]);
    else last.push(key);
  }
  return shards;
}

function toShards(cluster: string, names: Names): readonly Shard[] {
  return names.map((shard, id) => ({ id, workloads: shard.map((key) => toRef(cluster, key)) }));
}

function toRef(cluster: string, key: string): WorkloadRef {
  const slash = key.indexOf('/');
  return refFrom(cluster, key.slice(0, slash), key.slice(slash + 1));
}
