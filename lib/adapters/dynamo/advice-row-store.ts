// AdviceRowStore on the table: a small item per piece of advice, beside what else asking the LLM leaves behind.
import type { AdviceRowStore } from '../../app/ports/advice-row-store.ts';
import { decodeAdviceRow, encodeAdviceRow } from './advice-row-codec.ts';
import { expiry, knownOrNull, VERSIONS } from './items.ts';
import { advicePk, adviceRowSk, DAY_MS } from './keys.ts';
import type { Table } from './table.ts';

/** @param options.retentionDays how long rows are kept, counted from when they were asked about */
export function makeAdviceRowStore(table: Table, options: { readonly retentionDays: number }): AdviceRowStore {
  return {
    async put(ref, row) {
      const key = { pk: advicePk(ref), sk: adviceRowSk(row.at) };
      const expires_at = expiry(row.at + options.retentionDays * DAY_MS);
      await table.put({ ...key, v: VERSIONS.adviceRow, ...encodeAdviceRow(row), expires_at });
    },
    async list(ref, from, to, limit) {
      // What is dated ahead would stand on top until then.
      const until = Math.min(to, table.now() + table.aheadMs);
      const range = { from: adviceRowSk(from), to: adviceRowSk(until), newestFirst: true, limit };
      const items = await table.query(advicePk(ref), range);
      return items.flatMap((item) => decodeAdviceRow(knownOrNull(item, 'adviceRow')) ?? []);
    },
  };
}
