// Whether ticks of a cluster arrive: the age of the last one, and what it could not do; from the table, or where that may not be
// read from the API.

import { openTable } from '../../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import { fewOf } from '../../lib/domain/text/clean-text.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { broken, type Check, ok, warning } from '../check.ts';
import type { ApiStatus } from './api-status.ts';
import { unanswered } from './asking.ts';
import type { Installation } from './installation.ts';

/** What is known of a cluster's ticks, whoever tells it. */
interface Ticks {
  readonly finishedAt: EpochMs | null;
  /** Why the last one failed, where none has finished since. */
  readonly failure: string | null;
  readonly problems: readonly string[];
  readonly by: 'the table' | 'the API';
}

/** As long as status itself calls nothing old. */
const FINE_TICKS = 3;
/** Of a deployment that has just been made. */
const STARTING_MS = 60_000;
const SHOWN_PROBLEMS = 3;
const NAME = 'last tick';

/** Throws nothing. @param api null where the API did not tell. @param now by AWS's clock, as far as it is known */
export async function tickChecks(
  installation: Installation,
  cluster: string,
  api: ApiStatus | null,
  now: EpochMs,
): Promise<readonly Check[]> {
  const { region, tableName } = installation;
  const table = openTable({ tableName, region, now: () => now });
  const question = { name: NAME, action: 'dynamodb:GetItem', subject: `table ${tableName}` };
  try {
    const store = makeTickStore(table);
    const [last, failure] = await Promise.all([store.last(cluster), store.lastFailure(cluster)]);
    return checksOf(installation, now, {
      finishedAt: last?.finishedAt ?? null,
      failure: failure?.message ?? null,
      problems: last?.problems ?? [],
      by: 'the table',
    });
  } catch (error) {
    const cause = error instanceof AdapterError && error.cause !== undefined ? error.cause : error;
    if (api === null) return [unanswered(question, cause)];
    return checksOf(installation, now, { ...api, failure: null, by: 'the API' });
  } finally {
    table.close();
  }
}

function checksOf({ tickSeconds, changedAt }: Installation, now: EpochMs, ticks: Ticks): readonly Check[] {
  const { finishedAt, failure, problems, by } = ticks;
  const log = 'look at the log of tick (docs/deploy.md, "See that it works"), and at the schedule of this cluster';
  const fineMs = FINE_TICKS * tickSeconds * 1000;
  const age = finishedAt === null ? null : now - finishedAt;
  const saw =
    age === null
      ? `none has finished yet, says ${by}`
      : `finished ${Math.max(0, Math.round(age / 1000))} s ago, says ${by}; one is due every ${tickSeconds} s`;
  if (failure !== null) return [broken(NAME, `${saw}; the last one failed: ${failure}`, log)];
  const isYoung = now - changedAt < fineMs + STARTING_MS;
  if (age === null && isYoung) return [warning(NAME, `${saw}, and the stack is new`, 'ask again in two minutes')];
  if (age === null || age > fineMs) return [broken(NAME, `${saw}: nothing of this cluster is scaled`, log)];
  const shown = fewOf(problems, SHOWN_PROBLEMS);
  const told = 'each says what to do; "status" lists them all';
  return [ok(NAME, saw), problems.length === 0 ? ok('problems', 'none') : warning('problems', shown, told)];
}
