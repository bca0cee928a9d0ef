// What a workload's memory keeps of its last call of the LLM: when the next one may be made, and what was advised while it is fresh.
import type { AdviceResult, GivenAdvice } from '../advice/advice.ts';
import { CALL_INTERVAL_MS } from '../advice/call-interval.ts';
import type { EpochMs } from '../workload/time.ts';
import type { DecisionRecord } from './decision.ts';

export interface LastCall {
  /** By the clock that dates calls. Absent where that is not known. */
  readonly nextCallAt?: EpochMs;
  /** Within the five minutes for which it stands. Absent where the record has it, where there is none, and where it is over. */
  readonly given?: GivenAdvice;
}

/** Of a workload's memory. */
interface Remembered {
  readonly record: Pick<DecisionRecord, 'advice'>;
  readonly call?: LastCall;
}

/** What is known of the last call, also from what older releases left; null where nothing is. */
export function lastCallOf(memory: Remembered | undefined): LastCall | null {
  if (memory === undefined) return null;
  const { advice } = memory.record;
  const recorded = advice?.kind === 'advice' ? advice : undefined;
  const given = memory.call?.given ?? recorded;
  const nextCallAt = memory.call?.nextCallAt ?? nextCallOf(advice) ?? (recorded && recorded.at + CALL_INTERVAL_MS);
  if (given === undefined && nextCallAt === undefined) return null;
  return { ...(nextCallAt !== undefined && { nextCallAt }), ...(given && { given }) };
}

/**
 * What the next step is to know of it.
 * @param asked what asking came to this time; null where nobody asked
 * @param recorded what the record keeps, which is not kept twice
 */
export function callAfter(
  memory: Remembered | undefined,
  asked: AdviceResult | null,
  recorded: AdviceResult | null,
  now: EpochMs,
): LastCall | undefined {
  const before = lastCallOf(memory);
  const nextCallAt = nextCallOf(asked) ?? before?.nextCallAt;
  const given = asked?.kind === 'advice' ? asked : before?.given;
  const isKept = given !== undefined && now - given.at <= CALL_INTERVAL_MS && !isSame(given, recorded);
  if (nextCallAt === undefined && !isKept) return undefined;
  return { ...(nextCallAt !== undefined && { nextCallAt }), ...(isKept && { given }) };
}

/** Where no call was made, only our own interval says when the next one is due: other limits are not of the workload. */
function nextCallOf(asked: AdviceResult | null): EpochMs | undefined {
  if (asked === null || asked.kind === 'advice' || asked.notAsked === undefined) return asked?.nextCallAt;
  return asked.notAsked.code === 'asked_recently' ? (asked.notAsked.until ?? undefined) : undefined;
}

function isSame(given: GivenAdvice, recorded: AdviceResult | null): boolean {
  return recorded?.kind === 'advice' && recorded.at === given.at && recorded.key === given.key;
}
