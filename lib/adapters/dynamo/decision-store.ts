// DecisionStore on the table: one compressed item per decision, sorted by time, since every id begins with its time.

import type { DecisionStore } from '../../app/ports/decision-store.ts';
import { AdapterError } from '../../app/ports/world.ts';
import type { Decision, DecisionRecord } from '../../domain/decision/decision.ts';
import { expiry, knownOrRefused, packJson, unpackJson, VERSIONS } from './items.ts';
import { DAY_MS, workloadPk } from './keys.ts';
import { withPresentNames } from './older-names.ts';
import type { Item, Table } from './table.ts';

const DEFAULT_RETENTION_DAYS = 90;
const LARGEST_PAGE = 100;
const PREFIX = 'DEC#';
const TIMED_ID = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z-/;

/**
 * Ids begin with `{ISO time of decision.at}-`, as `decide` makes them. A record with another id gets its time put in
 * front and comes back under that id, which is then the one to ask for.
 * @param options.retentionDays how long records are kept, counted from `decision.at`
 */
export function makeDecisionStore(table: Table, options: { readonly retentionDays?: number } = {}): DecisionStore {
  const { retentionDays = DEFAULT_RETENTION_DAYS } = options;
  return {
    async put(record) {
      const decision = { ...record.decision, id: timedId(record.decision) };
      const key = { pk: workloadPk(decision.workload), sk: PREFIX + decision.id };
      const body = packJson(`Decision ${key.pk} / ${key.sk}`, { ...record, decision });
      const expires_at = expiry(decision.at + retentionDays * DAY_MS);
      await table.put({ ...key, v: VERSIONS.decision, body, expires_at });
    },
    async list(ref, limit, cursor) {
      const wanted = Math.min(Math.max(Math.floor(limit), 1), LARGEST_PAGE);
      const after = cursor === undefined ? {} : { after: fromCursor(cursor) };
      // One more than asked for tells whether there is a next page.
      // `~` sorts after everything an id begins with. What is dated ahead would stand on top until then.
      const to = `${PREFIX}${new Date(table.now() + table.aheadMs).toISOString()}~`;
      const range = { from: PREFIX, to, newestFirst: true, limit: wanted + 1, ...after };
      const items = await table.query(workloadPk(ref), range);
      const page = items.slice(0, wanted);
      const last = page.at(-1);
      const cursorOfNext = items.length > wanted && last !== undefined ? toCursor(last.sk) : null;
      return { records: page.flatMap(toRecords), cursor: cursorOfNext };
    },
    async get(ref, id) {
      if (!TIMED_ID.test(id)) return null;
      // Consistent: who has just been given an id may ask for it at once.
      const [record] = toRecords(await table.get({ pk: workloadPk(ref), sk: PREFIX + id }, { consistent: true }));
      return record ?? null;
    },
  };
}

function timedId({ id, at }: Decision): string {
  const time = `${new Date(at).toISOString()}-`;
  return id.startsWith(time) ? id : time + id;
}

function toRecords(item: Item | null): readonly DecisionRecord[] {
  const known = knownOrRefused(item, 'decision');
  return known === null ? [] : [withPresentNames(unpackJson<DecisionRecord>(known))];
}

function toCursor(sk: string): string {
  return Buffer.from(sk.slice(PREFIX.length)).toString('base64url');
}

function fromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (TIMED_ID.test(id) && toCursor(PREFIX + id) === cursor) return PREFIX + id;
  const message = 'This cursor was not given out by the history: start again without one.';
  throw new AdapterError('dynamodb', message, { retryable: false });
}
