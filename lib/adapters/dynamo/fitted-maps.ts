// What was fitted to the workloads of a shard: some of them an item, and LEARNED, which names the version of each such item.

import { randomUUID } from 'node:crypto';
import { LRU } from 'tiny-lru';
import type { SeriesStore, Shard } from '../../app/ports/series-store.ts';
import type { Fitted } from '../../domain/learning/fitted.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { changedGroups, type Group, merged, packGroup, unpackGroup } from './fitted-groups.ts';
import { expiry, knownOrNull, VERSIONS } from './items.ts';
import { DAY_MS, fittedGroupSk, type Key, shardPk } from './keys.ts';
import { notAfter } from './not-after.ts';
import type { Item, Table } from './table.ts';

/** Learned anew a few times a day; what another process learned is seen so much later. */
const KEPT_MS = 5 * 60_000;
/** In this process, where it keeps what it reads: about 10 kB each. A cluster of 10,000 workloads has as many, and those that they name. */
const LOADS_KEPT = 16_000;
/** Where it does not, a lesson is written right after what was known before is read. */
const LAST_READ = 1;
const SHARDS_KEPT = 320;

interface Kept {
  readonly readAt: EpochMs;
  /** Who lived in the shard: what was learned of a workload moves with it. */
  readonly names: string;
  readonly groups: ReadonlyMap<number, Group>;
  readonly fitted: ReadonlyMap<string, Fitted>;
}

/**
 * A reader asks for LEARNED, and then only for items whose version it does not know; a writer writes those in which something
 * changed. Rewritten while ticks run, so a life of `retentionDays` only clears what a deleted cluster left.
 * @param keeps whether what was read is kept
 * @param keptMs for how long
 */
export function makeFittedMaps(
  table: Table,
  retentionDays: number,
  keeps = false,
  keptMs = KEPT_MS,
): Pick<SeriesStore, 'readFitted' | 'writeFitted'> {
  const kept = new LRU<Kept>(keeps ? SHARDS_KEPT : LAST_READ);

  const groupsOf = async ({ pk, sk }: Key, before: Kept | undefined): Promise<ReadonlyMap<number, Group>> => {
    const head = knownOrNull(await table.get({ pk, sk }), 'learned');
    const groups = versionsIn(head).map(async ([group, version]) => {
      const known = before?.groups.get(group);
      if (known?.version === version) return [group, known] as const;
      const item = knownOrNull(await table.get({ pk, sk: fittedGroupSk(group) }), 'learned');
      return [group, unpackGroup(item, table)] as const;
    });
    return new Map(await Promise.all(groups));
  };

  const keep = (pk: string, found: Kept) => {
    kept.set(pk, found);
    // The oldest first, and never the one that was just read.
    const takes = kept.values().map((one) => (one === undefined ? 0 : loadsIn(one.groups)));
    let loads = takes.reduce((a, b) => a + b, 0);
    for (const oldest of takes.slice(0, -1)) {
      if (loads <= LOADS_KEPT) return;
      loads -= oldest;
      kept.evict();
    }
  };

  return {
    async readFitted(cluster, shard) {
      const key = keyOf(cluster, shard.id);
      const [known, names, now] = [kept.get(key.pk), namesOf(shard), table.now()];
      const isFresh = ({ readAt, ...of }: Kept) => of.names === names && now >= readAt && now - readAt < keptMs;
      if (keeps && known !== undefined && isFresh(known)) return known.fitted;
      const groups = await groupsOf(key, known);
      const found = { readAt: now, names, groups, fitted: merged(groups) };
      keep(key.pk, found);
      return found.fitted;
    },

    async writeFitted(cluster, shard, learned, at) {
      const key = keyOf(cluster, shard.id);
      const known = kept.get(key.pk)?.groups ?? (await groupsOf(key, undefined));
      const expires_at = expiry(table.now() + retentionDays * DAY_MS);
      const written = changedGroups(known, shard, learned).map(async ([group, entries]) => {
        const version = `${at ?? table.now()}#${randomUUID().slice(0, 8)}`;
        const sk = fittedGroupSk(group);
        const body = packGroup(`${key.pk} / ${sk}`, entries);
        const item = { pk: key.pk, sk, v: VERSIONS.learned, version, body, expires_at };
        const isWritten =
          at === undefined ? await table.put(item) : await table.put({ ...item, written_at: at }, notAfter(at, table));
        return isWritten ? [[attributeOf(group), version] as const] : [];
      });
      // What is there now may be another's: it is read again, and of what is there only what this one wrote.
      kept.delete(key.pk);
      const versions = (await Promise.all(written)).flat();
      if (versions.length > 0) await nameVersions(table, key, Object.fromEntries(versions), expires_at);
    },
  };
}

/** Beside those of groups that somebody else writes at the same time. */
async function nameVersions(
  table: Table,
  key: Key,
  versions: Readonly<Record<string, string>>,
  expires_at: number,
): Promise<void> {
  const named = await table.update(key, {
    expression: `SET v = :v, expires_at = :expires, ${Object.keys(versions).map((name) => `${name} = :${name}`)}`,
    condition: 'attribute_not_exists(pk) OR v = :v',
    values: {
      ':v': VERSIONS.learned,
      ':expires': expires_at,
      ...Object.fromEntries(Object.entries(versions).map(([name, version]) => [`:${name}`, version])),
    },
  });
  // What another release left under the same key, it learns again.
  if (!named) await table.put({ ...key, v: VERSIONS.learned, expires_at, ...versions });
}

const GROUP_PREFIX = 'group_';

function attributeOf(group: number): string {
  return `${GROUP_PREFIX}${group}`;
}

function versionsIn(head: Item | null): readonly (readonly [number, string])[] {
  return Object.entries(head ?? {})
    .filter(([name]) => name.startsWith(GROUP_PREFIX))
    .map(([name, version]) => [Number(name.slice(GROUP_PREFIX.length)), String(version)]);
}

function loadsIn(groups: ReadonlyMap<number, Group>): number {
  return [...groups.values()].reduce((sum, { loads }) => sum + loads, 0);
}

function namesOf({ workloads }: Shard): string {
  return workloads.map(workloadKey).join();
}

function keyOf(cluster: string, shard: number): Key {
  return { pk: shardPk(cluster, shard), sk: 'LEARNED' };
}
