// What the LLM has cost this month, for whoever looks.

import { NANO } from '../../domain/advice/llm-price.ts';
import { monthOf } from '../../domain/advice/monthly-budget.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { AdviceStore } from '../ports/advice-store.ts';
import type { Clock } from '../ports/world.ts';

export interface Spending {
  /** `2026-11`, in UTC. */
  readonly month: string;
  /** Dollars, with what is set aside for calls under way. */
  readonly spentUsd: number;
  readonly budgetUsd: number;
  /** When the next month's budget begins. */
  readonly endsAt: EpochMs;
}

export async function spendingOf(
  store: Pick<AdviceStore, 'spent'>,
  clock: Clock,
  budgetUsd: number,
): Promise<Spending> {
  const { name, end } = monthOf(clock.now());
  return { month: name, spentUsd: (await store.spent(name)) / NANO, budgetUsd, endsAt: end };
}
