// The month's budget of an installation: the most that a call may cost is set aside before it, and what it did cost is settled after.

import type { NotAsked } from '../../domain/advice/advice.ts';
import { costOf, dollars, type FoundPrice, NANO } from '../../domain/advice/llm-price.ts';
import { earnedAt, earnedBy, monthOf } from '../../domain/advice/monthly-budget.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { AdviceStore } from '../ports/advice-store.ts';
import type { Clock, Log, ModelReply, TokenUsage } from '../ports/world.ts';

export interface BudgetSettings {
  /** Dollars; 0: the LLM is never asked. */
  readonly monthlyUsd: number;
  readonly priceOf: (model: string) => FoundPrice;
}

interface SpendingLimitDeps {
  readonly store: Pick<AdviceStore, 'spend'>;
  /** Dates the month: that of the quotas, so real time, whatever a simulated clock says. */
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: BudgetSettings;
}

/** What was set aside for one call. */
export interface Reservation {
  readonly model: string;
  readonly month: string;
  readonly nano: number;
}

export interface SpendingLimit {
  /** Why none of these models can be paid for now, as far as this process knows: asks nobody. Null where one may be. */
  closed(models: readonly string[]): NotAsked | null;
  /** @throws AdapterError where the table is away: then nothing is set aside, and nothing may be asked */
  reserve(model: string, most: Omit<TokenUsage, 'cachedTokens'>): Promise<Reservation | NotAsked>;
  /** Never throws: what cannot be settled now is with the next call, and at worst the reservation stands. */
  settle(reservation: Reservation, reply: ModelReply): Promise<void>;
}

/** Where nobody counts what calls cost. */
export const BOTTOMLESS: SpendingLimit = {
  closed: () => null,
  reserve: async (model) => ({ model, month: '', nano: 0 }),
  settle: async () => undefined,
};

/** Of the budget: from here on it is worth a warning. */
const WARNING_SHARE = 0.8;
/** A server that says more than this many times what was set aside is not believed. */
const BELIEVED = 10;

export function makeSpendingLimit({ store, clock, log, settings }: SpendingLimitDeps): SpendingLimit {
  const budget = Math.round(settings.monthlyUsd * NANO);
  /** Settled and not written yet, by month; it goes along with the next reservation. */
  const corrections = new Map<string, number>();
  const refusals = new Map<string, NotAsked & { readonly until: EpochMs }>();
  const told = new Set<string>();
  let open = 0;

  function once(key: string, tell: () => void): void {
    if (told.has(key)) return;
    told.add(key);
    tell();
  }

  function refused(model: string): NotAsked | null {
    if (budget === 0) return NEVER;
    const known = refusals.get(model);
    return known !== undefined && clock.now() < known.until ? known : null;
  }

  function refuse(model: string, spent: number, cost: number, now: EpochMs): NotAsked {
    const { name } = monthOf(now);
    const until = earnedAt(spent + cost, budget, now);
    const isUsedUp = spent + cost > budget;
    const words = `${dollars(spent)} of the ${dollars(budget)} of ${name} (LLM_MONTHLY_USD)`;
    const detail = isUsedUp
      ? `the LLM has spent ${words}`
      : `the LLM has spent ${words}, as much as this part of the month has earned: more doubtful workloads came first`;
    const why = { code: isUsedUp ? 'budget_used_up' : 'budget_paced', detail, until } as const;
    refusals.set(model, why);
    const fields = { code: why.code, until: new Date(until).toISOString() };
    if (isUsedUp) once(`used up ${name}`, () => log.warn(`LLM budget used up: ${detail}; rules decide`, fields));
    // Each minute may earn a call: that it is spread is told once a day.
    else once(`paced ${new Date(now).toISOString().slice(0, 10)}`, () => log.info(`LLM budget: ${detail}`, fields));
    return why;
  }

  function noteSpent(spent: number, month: string): void {
    if (spent < WARNING_SHARE * budget) return;
    const words = `LLM budget: ${dollars(spent)} of ${dollars(budget)} of ${month} are spent or set aside`;
    once(`warned ${month}`, () => log.warn(words, { month }));
  }

  async function writeCorrections(): Promise<void> {
    for (const [month, owed] of [...corrections]) {
      corrections.delete(month);
      if (owed === 0) continue;
      try {
        await store.spend(month, owed, Number.POSITIVE_INFINITY);
      } catch {
        corrections.set(month, (corrections.get(month) ?? 0) + owed);
      }
    }
  }

  return {
    closed(models) {
      const all = models.map(refused);
      const [first] = all;
      return first !== undefined && all.every((why) => why !== null) ? first : null;
    },
    async reserve(model, most) {
      const known = refused(model);
      if (known !== null) return known;
      const { price, guessed } = settings.priceOf(model);
      if (guessed)
        once(`price of ${model}`, () =>
          log.warn('LLM price not known, a dear one is assumed; state it in LLM_PRICES', { model, ...price }),
        );
      const nano = costOf(price, { ...most, cachedTokens: 0 });
      const now = clock.now();
      const { name: month } = monthOf(now);
      if (nano === 0) return { model, month, nano };
      const owed = corrections.get(month) ?? 0;
      corrections.delete(month);
      const giveBack = () => corrections.set(month, (corrections.get(month) ?? 0) + owed);
      const answer = await store.spend(month, nano + owed, earnedBy(now, budget)).catch((error: unknown) => {
        giveBack();
        throw error;
      });
      if (!answer.ok) {
        giveBack();
        return refuse(model, answer.spent + owed, nano, now);
      }
      open++;
      noteSpent(answer.spent, month);
      return { model, month, nano };
    },
    async settle({ model, month, nano }, reply) {
      if (nano === 0) return;
      open--;
      const real = Math.min(BELIEVED * nano, billed(settings.priceOf(model), reply) ?? nano);
      corrections.set(month, (corrections.get(month) ?? 0) + real - nano);
      // There is room again: who was refused counted on what was set aside.
      if (real < nano) refusals.clear();
      // The last call under way writes for all: the process may be frozen right after.
      if (open === 0) await writeCorrections();
    },
  };
}

const NEVER: NotAsked = {
  code: 'budget_used_up',
  detail: 'LLM_MONTHLY_USD is 0: the LLM is never asked',
  until: null,
};

/**
 * What a call was billed, or null where nobody says: then all that was set aside counts as spent. Refusals come before any
 * token is read, and a server that cannot be reached or fails bills nothing; one that was not waited for may well have answered.
 */
function billed({ price }: FoundPrice, reply: ModelReply): number | null {
  const { usage } = reply;
  if (usage !== undefined && usage.promptTokens > 0) return costOf(price, usage);
  return reply.kind === 'failure' && UNBILLED.has(reply.code) ? 0 : null;
}

const UNBILLED: ReadonlySet<Extract<ModelReply, { kind: 'failure' }>['code']> = new Set([
  'model_not_found',
  'rate_limited',
  'too_many_tokens',
  'capacity',
  'network',
  'server_error',
  'request_refused',
]);
