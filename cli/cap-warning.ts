// Before a cap of a cluster or a namespace is written: which workloads run above it now, and what the next tick does with them.
import type { AnswerBody } from './answer-text.ts';
import { type ApiTarget, askApi } from './api-client.ts';
import { UsageError } from './exit-codes.ts';
import type { AskPerson } from './hpa-offer.ts';
import { oneLine } from './terminal.ts';
import { askWholeStatus } from './whole-status.ts';
import { wrapped } from './wrapped.ts';

interface Row {
  readonly namespace: string;
  readonly deployment: string;
  readonly enabled: boolean;
  readonly mode: string;
  readonly replicas: number;
  readonly hpa?: object | null;
}

export interface LevelChange {
  /** Undefined: of the whole cluster. */
  readonly namespace: string | undefined;
  /** As the API calls the fields. */
  readonly set: Readonly<Record<string, string>>;
}

const NAMED = 5;

/**
 * Writes where nothing runs above the cap, or a person says so.
 * @param isAsked false where `--yes` was given
 * @returns the answer to the write; one that says nothing was written where a person does not want it
 * @throws UsageError where there is something to confirm and nobody to ask
 */
export async function setWithin(
  target: ApiTarget,
  { namespace, set }: LevelChange,
  isAsked: boolean,
  ask: AskPerson,
): Promise<Response> {
  const write = () => askApi(target, 'policy', { body: { namespace, ...set } });
  const cap = Number(set.cap_max_replicas ?? Number.NaN);
  // What is no number is refused by the API, with the rest.
  if (!isAsked || !Number.isInteger(cap)) return write();
  const answer = await askWholeStatus(target, namespace === undefined ? {} : { namespace });
  if (!answer.ok) return answer;
  const { workloads } = (await answer.json()) as AnswerBody & { readonly workloads: readonly Row[] };
  const warning = warningOf(workloads, cap);
  if (warning === null) return write();
  const typed = await ask(`${wrapped(warning).join('\n')}\nSet it? [y/N] `);
  if (typed === null) throw new UsageError(`${warning} Nothing was written: --yes says that this is meant`);
  if (/^y(es)?$/i.test(typed.trim())) return write();
  return Response.json({ success: true, message: 'nothing was written' });
}

/** Null where the next tick takes nothing away. */
export function warningOf(rows: readonly Row[], cap: number): string | null {
  const above = rows.filter(({ replicas }) => replicas > cap);
  const cut = above.filter(({ enabled, mode, hpa }) => enabled && hpa == null && mode !== 'recommend');
  if (cut.length === 0) return null;
  const named = cut
    .slice(0, NAMED)
    .map(({ namespace, deployment, replicas }) => `${oneLine(namespace)}/${oneLine(deployment)} (${replicas})`);
  const more = cut.length > NAMED ? ` and ${cut.length - NAMED} more` : '';
  const taken = cut.reduce((sum, { replicas }) => sum + replicas - cap, 0);
  const left = above.length - cut.length;
  const others =
    left === 0 ? '' : ` ${left} more above it ${left === 1 ? 'is' : 'are'} left: off, recommended only, or an HPA's.`;
  return (
    `${cut.length} ${cut.length === 1 ? 'workload runs' : 'workloads run'} above cap-max-replicas ${cap} now: ${named.join(', ')}${more}. ` +
    `From the next tick on ${taken} replicas are taken from ${cut.length === 1 ? 'it' : 'them'}, or proposed to be.${others}`
  );
}
