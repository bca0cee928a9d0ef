// LATEST, what a tick leaves to the next of each workload: all of it a few times an hour, and with each tick what changed since.

import { randomUUID } from 'node:crypto';
import { LRU } from 'tiny-lru';
import type { SeriesStore, Shard } from '../../app/ports/series-store.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { isAhead } from './ahead.ts';
import { LATEST_STEPS, packFitting } from './fitting.ts';
import { bytesOf, compressed, expiry, knownOrNull, numberOf, unpackJson, VERSIONS } from './items.ts';
import { DAY_MS, type Key, latestBaseSk, shardPk } from './keys.ts';
import { type Changes, changed, changesOf, type Entries, shortened } from './latest-body.ts';
import { notAfter } from './not-after.ts';
import { withPresentNames } from './older-names.ts';
import type { Item, Table } from './table.ts';
import { keptUnpacked, unpackedAnew } from './unpacked.ts';

/** Changes grow with time: in about so long by what it costs to write all of it again. */
const BASE_LASTS_MS = 20 * 60_000;
/** Those of a cluster are not all written again with the same tick. */
const SPREAD_OVER = 8;
const SPREAD_MS = 60_000;
/** What takes one write unit anyway is no reason to write all of it again. */
const SMALL_BYTES = 850;
/** Also where an installation stood still. */
const BASE_LIFE_DAYS = 14;
/** In this process: about 150 kB each. A cluster of 10,000 workloads has 157, and any process may be handed any of them. */
const BASES_KEPT = 160;
/** Of as many in a process that answers people: at most 280 kB each, and 130 kB more of what it shows of them. */
const UNPACKED_KEPT = BASES_KEPT;
/** Of the first release: all of it in one item. */
const WHOLE_VERSION = 1;

/** All of a shard's LATEST, as it was at a time. It has a key of its own, and is never written again. */
interface Base {
  readonly id: string;
  readonly at: EpochMs;
  readonly entries: Entries;
  /** Compressed. */
  readonly bytes: number;
}

/**
 * LATEST names the base that it changes, so that one conditional write decides which tick's view stands. It is read consistently:
 * cooldowns are counted from it. Rewritten while ticks run, it lives for `retentionDays` only to clear what a deleted cluster left.
 * @param isAsked whether this process answers people, most of whom come between the same two ticks
 */
export function makeLatest(
  table: Table,
  retentionDays: number,
  isAsked = false,
): Pick<SeriesStore, 'readLatest' | 'writeLatest'> {
  const bases = new LRU<Base>(BASES_KEPT);
  const unpacked = isAsked ? keptUnpacked<Entries>(UNPACKED_KEPT) : unpackedAnew<Entries>;

  const baseOf = async ({ pk, ...latest }: Item): Promise<Base | null> => {
    const id = String(latest.base);
    const kept = bases.get(pk);
    if (kept?.id === id) return kept;
    const item = knownOrNull(await table.get({ pk, sk: latestBaseSk(id) }, { consistent: true }), 'latest');
    if (item === null) return null;
    const base = { id, at: numberOf(item, 'at'), entries: unpackJson<Entries>(item), bytes: bytesOf(item).length };
    bases.set(pk, base);
    return base;
  };

  const entriesOf = async (item: Item): Promise<Entries> => {
    if (item.v === WHOLE_VERSION) return withPresentNames(unpackJson<Entries>(item));
    const base = await baseOf(item);
    return base === null ? {} : unpacked(item, () => changed(base.entries, unpackJson<Changes>(item)));
  };

  const newBase = async (pk: string, latest: ReadonlyMap<string, WorkloadMemory>, at: EpochMs): Promise<Base> => {
    const names = [...latest.keys()];
    let entries: Entries = {};
    const body = packFitting(`${pk} / LATEST`, [...latest.values()], LATEST_STEPS, (fitting) => {
      entries = shortened(fitting.map((one, i) => [names[i] ?? '', one] as const));
      return compressed(entries);
    });
    const id = `${new Date(at).toISOString()}#${randomUUID().slice(0, 8)}`;
    const expires_at = expiry(table.now() + Math.min(retentionDays, BASE_LIFE_DAYS) * DAY_MS);
    await table.put({ pk, sk: latestBaseSk(id), v: VERSIONS.latest, at, body, expires_at });
    const base = { id, at, entries, bytes: body.length };
    bases.set(pk, base);
    return base;
  };

  return {
    async readLatest(cluster, shard) {
      const item = knownOrNull(await table.get(keyOf(cluster, shard), { consistent: true }), 'latest');
      const entries = Object.entries(item === null ? {} : await entriesOf(item));
      return new Map(entries.filter(([, { observation }]) => !isAhead(table, observation.at)));
    },
    async writeLatest(cluster, shard, latest, at) {
      const key = keyOf(cluster, shard);
      const now = at ?? table.now();
      const kept = bases.get(key.pk);
      const body =
        kept !== undefined && isFresh(kept, shard, now) ? compressed(changesOf(kept.entries, shortened(latest))) : null;
      const isWorthIt = kept !== undefined && body !== null && body.length <= Math.max(SMALL_BYTES, kept.bytes / 2);
      const written = isWorthIt
        ? { base: kept.id, body }
        : { base: (await newBase(key.pk, latest, now)).id, body: compressed({ columns: [] } satisfies Changes) };
      const item = { ...key, v: VERSIONS.latest, ...written, expires_at: expiry(table.now() + retentionDays * DAY_MS) };
      // A tick that was held up until another took over must not put its older view over the newer one.
      if (at === undefined) await table.put(item);
      else await table.put({ ...item, written_at: at }, notAfter(at, table));
    },
  };
}

function keyOf(cluster: string, shard: Shard): Key {
  return { pk: shardPk(cluster, shard.id), sk: 'LATEST' };
}

function isFresh(base: Base, { id }: Shard, at: EpochMs): boolean {
  const age = at - base.at;
  return age >= 0 && age < BASE_LASTS_MS + (id % SPREAD_OVER) * SPREAD_MS;
}
