// A month's budget for the LLM, spread over the month: how much may be spent by now, and when there is more.
import type { EpochMs } from '../workload/time.ts';

export interface BudgetMonth {
  /** `2026-11`, in UTC. */
  readonly name: string;
  readonly start: EpochMs;
  /** The first moment of the next one. */
  readonly end: EpochMs;
}

/** A day's worth may be spent in advance, or a month would begin with nothing. */
const BURST_MS = 86_400_000;

export function monthOf(now: EpochMs): BudgetMonth {
  const date = new Date(now);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const start = Date.UTC(year, month, 1);
  return { name: new Date(start).toISOString().slice(0, 7), start, end: Date.UTC(year, month + 1, 1) };
}

/** Of a month's budget, what time has earned: in proportion, and a day ahead. What is not spent stays for later in the month. */
export function earnedBy(now: EpochMs, budget: number): number {
  const { start, end } = monthOf(now);
  return Math.floor(budget * Math.min(1, (now - start + BURST_MS) / (end - start)));
}

/** When a sum will have been earned; the next month, where it never will in this one. */
export function earnedAt(sum: number, budget: number, now: EpochMs): EpochMs {
  const { start, end } = monthOf(now);
  if (sum > budget) return end;
  return Math.min(end, Math.max(now, Math.ceil(start - BURST_MS + ((end - start) * sum) / budget) + 1));
}
