// A failure of the LLM is shown until its next call: that none may be made meanwhile is told beside it, never instead.

import { withinBytes } from '../text/clean-text.ts';
import type { RejectionCode } from '../workload/reason-code.ts';
import type { EpochMs } from '../workload/time.ts';
import type { AdviceResult, NotAsked } from './advice.ts';

type Rejection = Extract<AdviceResult, { kind: 'rejection' }>;

/** So much of what came back is kept from tick to tick; the record of the call itself has all that was stored of it. */
const RAW_KEPT_BYTES = 500;

/**
 * @param result what asking came to this time
 * @param last what is remembered of an earlier time, here or elsewhere; null where nothing is
 * @returns the later failure of the two where no call was made this time, with why it was not
 */
export function withLastFailure<T extends AdviceResult | null>(result: T, last: AdviceResult | null): T | Rejection {
  if (result?.kind !== 'rejection' || result.notAsked === undefined || !isFailedCall(last)) return result;
  const { notAsked } = result;
  if (last.at < Math.max(notAsked.answeredAt ?? 0, isFailedCall(result) ? result.at : 0)) return result;
  // When the interval began, the failure knows.
  const until = notAsked.code === 'asked_recently' ? (last.nextCallAt ?? notAsked.until) : notAsked.until;
  return { ...last, notAsked: { ...notAsked, until } };
}

/** What a rejection means to whoever reads it: what failed and, where it failed earlier, that and when it is tried again. */
export function rejectionMessage({ detail, at, nextCallAt, notAsked }: Rejection): string {
  if (notAsked === undefined) return detail;
  const next = notAsked.until === null ? '' : `; next call not before ${timeOf(notAsked.until)}`;
  if (nextCallAt === undefined) return `${detail}${next}`;
  return `${detail} (at ${timeOf(at)}, not asked since: ${notAsked.detail}${next})`;
}

/** The limit that keeps the LLM from being asked, or that its server refused with; null where none does. */
export function limitOf({ code, notAsked }: Rejection): RejectionCode | null {
  return [notAsked?.code, code].find((one) => one !== undefined && LIMITS.has(one)) ?? null;
}

const LIMITS: ReadonlySet<RejectionCode> = new Set([
  'asked_recently',
  'rate_limited',
  'quota_exhausted',
  'backing_off',
  'budget_used_up',
  'budget_paced',
]);

/** Whether nobody was asked because no advice could have mattered. */
export function isPointless(why: NotAsked | undefined): why is NotAsked {
  return why !== undefined && POINTLESS.has(why.code);
}

const POINTLESS: ReadonlySet<RejectionCode> = new Set(['no_room', 'room_closed', 'not_permitted', 'held']);

/** As the next tick finds it: small, since it is written again with every tick. */
export function keptInShort(advice: AdviceResult | null): AdviceResult | null {
  if (advice?.kind !== 'rejection' || advice.raw === null) return advice;
  return { ...advice, raw: withinBytes(advice.raw, RAW_KEPT_BYTES) };
}

function isFailedCall(result: AdviceResult | null): result is Rejection {
  return result?.kind === 'rejection' && result.nextCallAt !== undefined;
}

function timeOf(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
