// A model's quota cut in two: people who look have a share that ticks never use up, and no more than that, so that whoever looks
// without pause leaves ticks theirs.
import type { BucketLimits } from './quota.ts';

/** Whom a request is made for: somebody who waits for the answer, or a tick. */
export type Asker = 'people' | 'ticks';

export const ASKERS: readonly Asker[] = ['ticks', 'people'];

/** Where the requests to a model are counted. */
export function bucketOf(model: string, asker: Asker): string {
  return asker === 'ticks' ? model : `${model}#people`;
}

/** What a call counts at most, its completion cap in advance: a share with less room for tokens would be none. */
const TOKENS_OF_A_CALL = 2_500;

/**
 * @param percent people's share, 0 to 90; 0: for people the LLM is never asked
 * @returns of every limit what each may use; the two are the whole. People have room for a call at least and ticks as well, where
 * a limit has room for two; else ticks have it.
 */
export function sharesOf(limits: BucketLimits, percent: number): Readonly<Record<Asker, BucketLimits>> {
  const people = {
    requestsPerMinute: shareOf(limits.requestsPerMinute, percent, 1),
    requestsPerDay: shareOf(limits.requestsPerDay, percent, 1),
    tokensPerMinute: shareOf(limits.tokensPerMinute, percent, TOKENS_OF_A_CALL),
  };
  const ticks = {
    requestsPerMinute: limits.requestsPerMinute - people.requestsPerMinute,
    requestsPerDay: limits.requestsPerDay - people.requestsPerDay,
    tokensPerMinute: limits.tokensPerMinute - people.tokensPerMinute,
  };
  return { people, ticks };
}

function shareOf(limit: number, percent: number, least: number): number {
  if (percent === 0 || limit < 2 * least) return 0;
  return Math.min(limit - least, Math.max(least, Math.floor((limit * percent) / 100)));
}
