// The check of the LLM's budget: what was spent of it this month, as the table has counted.
import { makeAdviceStore } from '../../lib/adapters/dynamo/advice-store.ts';
import { openTable } from '../../lib/adapters/dynamo/table.ts';
import { spendingOf } from '../../lib/app/advise/spending.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { type Check, ok, skipped, warning } from '../check.ts';
import type { TablePlace } from './table-checks.ts';

/** From this share of the budget on, somebody should know. */
const SCARCE = 0.8;
const NAME = 'LLM budget';

/** Throws nothing. */
export async function budgetCheck(place: TablePlace, budgetUsd: number, now: () => EpochMs): Promise<Check> {
  if (budgetUsd === 0) return skipped(NAME, 'LLM_MONTHLY_USD is 0: the LLM is never asked');
  const table = openTable({ ...place, now });
  try {
    const { month, spentUsd, endsAt } = await spendingOf(makeAdviceStore(table), { now }, budgetUsd);
    const found = `$${spentUsd.toFixed(4)} of the $${budgetUsd} of ${month} are spent`;
    if (spentUsd < SCARCE * budgetUsd) return ok(NAME, found);
    const until = new Date(endsAt).toISOString().slice(0, 10);
    const mend = 'set LLM_MONTHLY_USD higher, or llm: off for workloads that are not worth it';
    return warning(NAME, `${found}; the next budget begins on ${until}`, mend);
  } catch (error) {
    return skipped(NAME, error instanceof Error ? error.message : String(error));
  } finally {
    table.close();
  }
}
