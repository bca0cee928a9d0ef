// Which shard and slot a workload has, for good: samples are stored by slot, so a place is never given to another.
import type { SeriesStore, Shard } from '../../app/ports/table.ts';
import type { WorkloadRef } from '../../domain/model.ts';
import { workloadKey } from '../../domain/model.ts';
import { refFrom } from '../../domain/workload-kind.ts';
import { knownOrRefused, numberOf, packJson, unpackJson, VERSIONS } from './items.ts';
import { placementKey, workloadPart } from './keys.ts';
import { untilWonOrThrow } from './retry.ts';
import { absent, type Table } from './table.ts';

/** Workloads per shard: a tick's samples of so many stay within one write unit (1 KB). */
const SHARD_SIZE = 64;

/** Workload keys by shard and slot. */
type Names = readonly (readonly string[])[];

/** What was last seen of a cluster's placement. It only ever grows, so what is in here stays true. */
interface Seen {
  readonly names: Names;
  readonly known: ReadonlySet<string>;
  /** Of the stored item; 0 where there is none. */
  readonly rev: number;
}

const NOTHING: Seen = { names: [], known: new Set(), rev: 0 };

/** Placement is remembered in process: a tick without new workloads does not read it. */
export function makePlacement(table: Table): Pick<SeriesStore, 'assign' | 'locate' | 'shards'> {
  const last = new Map<string, Seen>();

  const read = async (cluster: string, consistent: boolean): Promise<Seen> => {
    const item = knownOrRefused(await table.get(placementKey(cluster), { consistent }), 'placement');
    if (item === null) return NOTHING;
    const names = unpackJson<Names>(item);
    const seen = { names, known: new Set(names.flat()), rev: numberOf(item, 'rev') };
    last.set(cluster, seen);
    return seen;
  };

  const extend = async (cluster: string, keys: readonly string[]): Promise<Seen | null> => {
    const before = await read(cluster, true);
    const missing = [...new Set(keys)].filter((key) => !before.known.has(key));
    if (missing.length === 0) return before;
    const rev = before.rev + 1;
    const names = place(before.names, missing.sort());
    const body = packJson(`The placement of cluster "${cluster}"`, names);
    const condition =
      before.rev === 0 ? absent(table.now()) : { expression: 'rev = :rev', values: { ':rev': before.rev } };
    if (!(await table.put({ ...placementKey(cluster), v: VERSIONS.placement, rev, body }, condition))) return null;
    const seen = { names, known: new Set(names.flat()), rev };
    last.set(cluster, seen);
    return seen;
  };

  return {
    async assign(cluster, workloads) {
      const keys = workloads.map(workloadPart);
      const seen = last.get(cluster) ?? NOTHING;
      if (keys.length > 0 && keys.every((key) => seen.known.has(key))) return toShards(cluster, seen.names);
      const extended = await untilWonOrThrow(`The placement of cluster "${cluster}"`, () => extend(cluster, keys));
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
