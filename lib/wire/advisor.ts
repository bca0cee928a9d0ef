// Config → the advisor: the tick's, the API's and the backtest's are one.
import { makeGroqModel } from '../adapters/groq.ts';
import { type Advisor, makeAdvisor } from '../app/advise/advisor.ts';
import type { BudgetSettings } from '../app/advise/spending-limit.ts';
import { whileKeyed } from '../app/advise/while-keyed.ts';
import type { AdviceStore } from '../app/ports/advice-store.ts';
import type { ApiKey } from '../app/ports/api-key.ts';
import type { Clock, Log } from '../app/ports/world.ts';
import type { LlmConfig } from '../config.ts';
import { priceOf } from '../domain/advice/llm-price.ts';
import { type Asker, sharesOf } from '../domain/advice/quota-share.ts';
import { mayAsk } from './llm-key.ts';
import { isStub } from './stub.ts';

export const WALL_CLOCK: Clock = { now: Date.now };
/** The advisor gives up on the LLM after this long, all models and waits together. */
const ADVICE_BUDGET_MS = 5000;

interface AdvisorParts {
  /** While it holds none, every answer is a rejection that says so, unless the server is one that may take none. */
  readonly apiKey: ApiKey;
  readonly store: AdviceStore;
  /** Dates quotas where the server is a stub, see `isStub`; a real one's run on real time. */
  readonly clock: Clock;
  /** Dates the one call per workload and interval, where that is not to follow the quotas' clock. */
  readonly callClock?: Clock;
  readonly log: Log;
  /** A backtest's calls are its user's own affair. */
  readonly hasBudget?: boolean;
  /** Whose share of the quota is used; the whole of it unless given. */
  readonly asker?: Asker;
}

export function wireAdvisor(
  config: LlmConfig,
  { apiKey, clock, hasBudget = true, asker, ...parts }: AdvisorParts,
): Advisor {
  const baseUrl = config.GROQ_BASE_URL;
  const limits = {
    requestsPerMinute: config.GROQ_RPM,
    requestsPerDay: config.GROQ_RPD,
    tokensPerMinute: config.GROQ_TPM,
  };
  const deps = {
    ...parts,
    limitClock: limitClockOf(config, clock),
    ...(hasBudget && { budget: budgetOf(config) }),
    settings: {
      models: config.GROQ_MODELS,
      limits: asker === undefined ? limits : sharesOf(limits, config.LLM_PEOPLE_PERCENT)[asker],
      ...(asker !== undefined && { asker }),
      budgetMs: ADVICE_BUDGET_MS,
    },
  };
  const model = makeGroqModel({ apiKey, ...(baseUrl === undefined ? {} : { baseUrl }) });
  const keyed = makeAdvisor({ ...deps, model });
  return whileKeyed(async () => mayAsk(config, await apiKey.current()), keyed, makeAdvisor({ ...deps, model: null }));
}

/** Of quotas and of the budget: real time, where the server is no stub. */
export function limitClockOf({ GROQ_BASE_URL }: LlmConfig, clock: Clock): Clock {
  return isStub(GROQ_BASE_URL) ? clock : WALL_CLOCK;
}

function budgetOf({ LLM_MONTHLY_USD, LLM_PRICES, GROQ_BASE_URL }: LlmConfig): BudgetSettings {
  const isOwn = isStub(GROQ_BASE_URL);
  return { monthlyUsd: LLM_MONTHLY_USD, priceOf: (model) => priceOf(model, LLM_PRICES, isOwn) };
}
