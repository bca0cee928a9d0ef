// The month's budget of an installation: the most that calls may cost is set aside before them, and what they did cost is settled after.

import type { NotAsked } from '../../domain/advice/advice.ts';
import { costOf, dollars, type FoundPrice, NANO } from '../../domain/advice/llm-price.ts';
import { earnedAt, earnedBy, monthOf } from '../../domain/advice/monthly-budget.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { AdviceStore } from '../ports/advice-store.ts';
import type { Clock, Log, ModelReply, TokenUsage } from '../ports/world.ts';
import { together } from './together.ts';

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
  /**
   * Never throws: what cannot be settled now is with the next call, and at worst the reservation stands.
   * @param reply null where no call was made after all
   */
  settle(reservation: Reservation, reply: ModelReply | null): Promise<void>;
  /** What is set aside and not used is given back when the last of these has ended, and not after each call. */
  round<T>(work: () => Promise<T>): Promise<T>;
}

/** Where nobody counts what calls cost. */
export const BOTTOMLESS: SpendingLimit = {
  closed: () => null,
  reserve: async (model) => ({ model, month: '', nano: 0 }),
  settle: async () => undefined,
  round: (work) => work(),
};

/** Of the budget: from here on it is worth a warning. */
const WARNING_SHARE = 0.8;
/** A server that says more than this many times what was set aside is not believed. */
const BELIEVED = 10;
/** Who is refused may be so by what others have set aside for a moment: it is looked again after this, whatever was said. */
const LOOKED_AGAIN_MS = 300_000;

export function makeSpendingLimit({ store, clock, log, settings }: SpendingLimitDeps): SpendingLimit {
  const budget = Math.round(settings.monthlyUsd * NANO);
  /** Set aside in the table and not used, by month; below zero where calls cost more than was set aside for them. */
  const aside = new Map<string, number>();
  const refusals = new Map<string, { readonly why: NotAsked; readonly lookAt: EpochMs }>();
  const told = new Set<string>();
  /** Calls and rounds under way. */
  let open = 0;
  /** Set aside for calls since there were none. */
  let used = 0;

  function once(key: string, tell: () => void): void {
    if (told.has(key)) return;
    told.add(key);
    tell();
  }

  function refused(model: string): NotAsked | null {
    if (budget === 0) return NEVER;
    const known = refusals.get(model);
    return known !== undefined && clock.now() < known.lookAt ? known.why : null;
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
    refusals.set(model, { why, lookAt: Math.min(until, now + LOOKED_AGAIN_MS) });
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

  const held = (month: string) => aside.get(month) ?? 0;
  const hold = (month: string, nano: number) => void aside.set(month, held(month) + nano);

  async function add(month: string, nano: number, now: EpochMs): Promise<{ ok: boolean; spent: number }> {
    const answer = await store.spend(month, nano, earnedBy(now, budget));
    if (answer.ok) {
      hold(month, nano);
      noteSpent(answer.spent, month);
    }
    return answer;
  }

  /** One write for all who wait, and for as much again as is used already; where that is too much, for as many as there is room for. */
  async function setAside(waiting: readonly Wish[]): Promise<readonly (Reservation | NotAsked)[]> {
    const now = clock.now();
    const { name: month } = monthOf(now);
    const needed = waiting.reduce((sum, { nano }) => sum + nano, 0);
    let spent = 0;
    if (needed > held(month)) {
      let answer = await add(month, Math.max(needed, used) - held(month), now);
      const least = answer.ok ? 0 : fitting(waiting, earnedBy(now, budget) - answer.spent + held(month)) - held(month);
      if (least > 0) answer = await add(month, least, now);
      spent = answer.spent;
    }
    return waiting.map(({ model, nano }) => {
      if (held(month) < nano) return refuse(model, spent - held(month), nano, now);
      hold(month, -nano);
      used += nano;
      return { model, month, nano };
    });
  }

  const wait = together(setAside);

  async function end(): Promise<void> {
    open--;
    // The last call under way writes for all: the process may be frozen right after.
    if (open > 0) return;
    used = 0;
    for (const [month, unused] of [...aside]) {
      aside.delete(month);
      if (unused !== 0) await store.spend(month, -unused, Number.POSITIVE_INFINITY).catch(() => hold(month, unused));
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
      if (nano === 0) return { model, month: monthOf(clock.now()).name, nano };
      open++;
      let reserved: Reservation | NotAsked | null = null;
      try {
        reserved = await wait({ model, nano });
        return reserved;
      } finally {
        if (reserved === null || 'code' in reserved) await end();
      }
    },
    async settle({ model, month, nano }, reply) {
      if (nano === 0) return;
      const cost = reply === null ? 0 : (billed(settings.priceOf(model), reply) ?? nano);
      const real = Math.min(BELIEVED * nano, cost);
      hold(month, nano - real);
      // There is room again: who was refused counted on what was set aside.
      if (real < nano) refusals.clear();
      await end();
    },
    async round(work) {
      open++;
      try {
        return await work();
      } finally {
        await end();
      }
    },
  };
}

interface Wish {
  readonly model: string;
  /** The most that its call may cost. */
  readonly nano: number;
}

/** What the first of them take that fit in. */
function fitting(waiting: readonly Wish[], room: number): number {
  let sum = 0;
  for (const { nano } of waiting) {
    if (sum + nano > room) break;
    sum += nano;
  }
  return sum;
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
