// What the LLM has cost an installation, a small item a month: added up by the table itself, whoever spends at the same time.
import type { AdviceStore } from '../../app/ports/advice-store.ts';
import { knownOrRefused, VERSIONS } from './items.ts';
import { spendingKey } from './keys.ts';
import type { Table } from './table.ts';

type Spending = Pick<AdviceStore, 'spend' | 'spent'>;

/** The items stay: a dozen a year, and they say what the LLM has cost. */
export function makeSpending(table: Table): Spending {
  const spent = async (month: string) => {
    const item = knownOrRefused(await table.get(spendingKey(month), { consistent: true }), 'spending');
    return typeof item?.nano_usd === 'number' ? item.nano_usd : 0;
  };
  return {
    spent,
    async spend(month, nanoUsd, atMost) {
      const isBounded = Number.isFinite(atMost);
      const room = atMost - nanoUsd;
      if (isBounded && room < 0) return { ok: false, spent: await spent(month) };
      const known = '(attribute_not_exists(v) OR v = :v)';
      const answer = await table.add(spendingKey(month), 'nano_usd', {
        expression: 'SET v = :v ADD nano_usd :sum',
        condition: isBounded ? `${known} AND (attribute_not_exists(nano_usd) OR nano_usd <= :room)` : known,
        values: { ':v': VERSIONS.spending, ':sum': nanoUsd, ...(isBounded && { ':room': room }) },
      });
      return answer === null ? { ok: false, spent: await spent(month) } : { ok: true, spent: answer };
    },
  };
}
