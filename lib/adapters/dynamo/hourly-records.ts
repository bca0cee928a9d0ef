// How all workloads of a shard stood, once an hour, as one item: those that change nothing have a history too.

import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { packFitting, RECORD_STEPS } from './fitting.ts';
import { compressedText, expiry, knownOrRefused, shortNumber, unpackText, VERSIONS } from './items.ts';
import { DAY_MS, HOURLY_PREFIX, hourlySk, shardPk } from './keys.ts';
import { briefRecord } from './record-codec.ts';
import type { Item, Table } from './table.ts';
import { keptUnpacked } from './unpacked.ts';

/** That nothing happened in an hour is of no use to anybody later. */
const LIFE_DAYS = 30;
/** In this process: about 20 kB each, of one workload, with the item that it is in. */
const RECORDS_UNPACKED = 200;

/** One workload's records, newest first. */
interface HourlyPage {
  readonly records: readonly DecisionRecord[];
  /** Sort key of the oldest item that was read; null where no older one is left. */
  readonly readTo: string | null;
}

export interface HourlyRecords {
  put(cluster: string, shard: number, at: EpochMs, records: readonly DecisionRecord[]): Promise<void>;
  /** @param before sort key, exclusive @param items at most so many are read */
  page(ref: WorkloadRef, before: string, items: number): Promise<HourlyPage>;
  /** Of the items of one instant. */
  get(ref: WorkloadRef, at: EpochMs): Promise<readonly DecisionRecord[]>;
}

/** @param shardOf the shard in which a workload lives, or null */
export function makeHourlyRecords(
  table: Table,
  retentionDays: number,
  shardOf: (ref: WorkloadRef) => Promise<number | null>,
): HourlyRecords {
  const unpacked = keptUnpacked<readonly DecisionRecord[]>(RECORDS_UNPACKED);
  const recordsIn = (item: Item | null, ref: WorkloadRef) => {
    const known = knownOrRefused(item, 'heartbeat');
    return known === null ? [] : unpacked(known, (one) => recordsOf(one, workloadKey(ref)), workloadKey(ref));
  };
  return {
    async put(cluster, shard, at, records) {
      const key = { pk: shardPk(cluster, shard), sk: hourlySk(at) };
      const what = `The hourly records ${key.pk} / ${key.sk}`;
      const body = packFitting(what, records.map(briefRecord), RECORD_STEPS, packLines);
      const expires_at = expiry(at + Math.min(retentionDays, LIFE_DAYS) * DAY_MS);
      await table.put({ ...key, v: VERSIONS.heartbeat, body, expires_at });
    },
    async page(ref, before, items) {
      const shard = await shardOf(ref);
      if (shard === null) return { records: [], readTo: null };
      const range = { from: HOURLY_PREFIX, to: `${HOURLY_PREFIX}~`, newestFirst: true, limit: items, after: before };
      const found = await table.query(shardPk(ref.cluster, shard), range);
      const readTo = found.length < items ? null : (found.at(-1)?.sk ?? null);
      return { records: found.flatMap((item) => recordsIn(item, ref)), readTo };
    },
    async get(ref, at) {
      const shard = await shardOf(ref);
      if (shard === null) return [];
      return recordsIn(await table.get({ pk: shardPk(ref.cluster, shard), sk: hourlySk(at) }), ref);
    },
  };
}

/** A line of names and then one for each: who looks for one of them parses that one. */
function packLines(records: readonly DecisionRecord[]): Uint8Array {
  const names = records.map(({ decision }) => workloadKey(decision.workload));
  const lines = records.map((record) => JSON.stringify(record, shortNumber));
  return compressedText([JSON.stringify(names), ...lines].join('\n'));
}

function recordsOf(item: Item, key: string): readonly DecisionRecord[] {
  const [names = '[]', ...lines] = unpackText(item).split('\n');
  const line = lines[(JSON.parse(names) as readonly string[]).indexOf(key)];
  return line === undefined ? [] : [JSON.parse(line) as DecisionRecord];
}
