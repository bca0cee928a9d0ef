// DecisionStore on the table: one compressed item per decision, sorted by time, since every id begins with its time.

import type { DecisionStore } from '../../app/ports/decision-store.ts';
import { AdapterError } from '../../app/ports/world.ts';
import type { Decision, DecisionRecord } from '../../domain/decision/decision.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { makeHourlyRecords } from './hourly-records.ts';
import { checkedSize, expiry, knownOrRefused, VERSIONS } from './items.ts';
import { DAY_MS, HOURLY_PREFIX, workloadPk } from './keys.ts';
import { deflatedRecords, inflatedRecords, keptRecord } from './record-codec.ts';
import type { Item, Table } from './table.ts';
import { keptUnpacked } from './unpacked.ts';

const DEFAULT_RETENTION_DAYS = 90;
const LARGEST_PAGE = 100;
/** In this process: about 20 kB each. */
const RECORDS_UNPACKED = 200;
const PREFIX = 'DEC#';
const TIMED_ID = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)-/;

export interface DecisionStoreOptions {
  /** How long records are kept, counted from `decision.at`. */
  readonly retentionDays?: number;
  /** In which shard a workload lives: that one's hourly records are looked through. None unless given. */
  readonly shardOf?: (ref: WorkloadRef) => Promise<number | null>;
}

/**
 * Ids begin with `{ISO time of decision.at}-`, as `decide` makes them. A record with another id gets its time put in
 * front and comes back under that id, which is then the one to ask for.
 */
export function makeDecisionStore(table: Table, options: DecisionStoreOptions = {}): DecisionStore {
  const { retentionDays = DEFAULT_RETENTION_DAYS, shardOf = async () => null } = options;
  const hourly = makeHourlyRecords(table, retentionDays, shardOf);
  const unpacked = keptUnpacked<DecisionRecord>(RECORDS_UNPACKED);
  const toRecords = (item: Item | null): readonly DecisionRecord[] => {
    const known = knownOrRefused(item, 'decision');
    return known === null ? [] : [unpacked(known, inflatedRecords<DecisionRecord>)];
  };

  /** Newest first. */
  const own = async (ref: WorkloadRef, before: string, limit: number): Promise<readonly Item[]> =>
    table.query(workloadPk(ref), { from: PREFIX, to: `${PREFIX}~`, newestFirst: true, limit, after: PREFIX + before });

  /** What both hold before an id, as far down as both were read. */
  const read = async (ref: WorkloadRef, before: string, limit: number) => {
    const [items, others] = await Promise.all([
      own(ref, before, limit),
      hourly.page(ref, HOURLY_PREFIX + before, limit),
    ]);
    const ownTo = items.length < limit ? '' : (items.at(-1)?.sk.slice(PREFIX.length) ?? '');
    const othersTo = others.readTo?.slice(HOURLY_PREFIX.length) ?? '';
    const readTo = ownTo > othersTo ? ownTo : othersTo;
    const isBetween = ({ decision }: DecisionRecord) => decision.id >= readTo && decision.id < before;
    const records = [...items.flatMap(toRecords), ...others.records].filter(isBetween).toSorted(newestFirst);
    return { records, readTo };
  };

  return {
    async put(record) {
      const decision = { ...record.decision, id: timedId(record.decision) };
      const key = { pk: workloadPk(decision.workload), sk: PREFIX + decision.id };
      const packed = deflatedRecords(keptRecord({ ...record, decision }));
      const body = checkedSize(`Decision ${key.pk} / ${key.sk}`, packed);
      const expires_at = expiry(decision.at + retentionDays * DAY_MS);
      await table.put({ ...key, v: VERSIONS.decision, body, expires_at });
    },
    putHourly: (cluster, shard, at, records) =>
      hourly.put(
        cluster,
        shard,
        at,
        records.map((record) => ({ ...record, decision: { ...record.decision, id: timedId(record.decision) } })),
      ),
    async list(ref, limit, cursor) {
      const wanted = Math.min(Math.max(Math.floor(limit), 1), LARGEST_PAGE);
      // `~` sorts after everything an id begins with. What is dated ahead would stand on top until then.
      let before =
        cursor === undefined ? `${new Date(table.now() + table.aheadMs).toISOString()}~` : fromCursor(cursor);
      const found: DecisionRecord[] = [];
      // One more than asked for tells whether there is a next page.
      while (found.length <= wanted && before !== '') {
        const { records, readTo } = await read(ref, before, wanted + 1);
        found.push(...records);
        before = readTo;
      }
      const records = found.slice(0, wanted);
      const last = records.at(-1);
      return { records, cursor: found.length > wanted && last !== undefined ? toCursor(last.decision.id) : null };
    },
    async get(ref, id) {
      const time = TIMED_ID.exec(id)?.[1];
      if (time === undefined) return null;
      // Consistent: who has just been given an id may ask for it at once.
      const [record] = toRecords(await table.get({ pk: workloadPk(ref), sk: PREFIX + id }, { consistent: true }));
      if (record !== undefined) return record;
      const ofThen = await hourly.get(ref, Date.parse(time));
      return ofThen.find(({ decision }) => decision.id === id) ?? null;
    },
  };
}

function timedId({ id, at }: Decision): string {
  const time = `${new Date(at).toISOString()}-`;
  return id.startsWith(time) ? id : time + id;
}

function newestFirst(a: DecisionRecord, b: DecisionRecord): number {
  return a.decision.id < b.decision.id ? 1 : -1;
}

function toCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function fromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (TIMED_ID.test(id) && toCursor(id) === cursor) return id;
  const message = 'This cursor was not given out by the history: start again without one.';
  throw new AdapterError('dynamodb', message, { retryable: false });
}
