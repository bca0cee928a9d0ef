// The thresholds of levels that the LLM advised: they stand for as long as its advice is news, and only where it may be followed.
import type { AdvisedThresholds } from '../level/thresholds.ts';
import type { Policy } from '../workload/policy.ts';
import { type EpochMs, MINUTE_MS } from '../workload/time.ts';
import type { AdviceResult } from './advice.ts';

/** Three times what advice is kept for: between two calls the thresholds do not fall back. */
const STANDS_MS = 15 * MINUTE_MS;

export function advisedThresholds(
  advice: AdviceResult | null,
  { llm }: Pick<Policy, 'llm'>,
  now: EpochMs,
): AdvisedThresholds | undefined {
  if (llm !== 'on' || advice?.kind !== 'advice' || now - advice.at > STANDS_MS) return undefined;
  return advice.advice.thresholds;
}
