// Advice on one workload: cached, limited, asked for, read. Whatever goes wrong is a named rejection, and the baseline decides.
import type { Advice, AdviceResult, NotAsked } from '../../domain/advice/advice.ts';
import { adviceKey } from '../../domain/advice/cache-key.ts';
import { withLastFailure } from '../../domain/advice/last-failure.ts';
import { restoreNames, systemPrompt, userPrompt } from '../../domain/advice/prompt.ts';
import { adviceSchema, FACTOR_MAX_CHARS, REASONING_MAX_CHARS, readAdvice } from '../../domain/advice/validation.ts';
import type { Assessment } from '../../domain/assessment/assessment.ts';
import { cleanText } from '../../domain/text/clean-text.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { AdviceStore, BucketLimits } from '../ports/advice-store.ts';
import { AdapterError, type Clock, type Log, type Model } from '../ports/world.ts';
import { makeAdviceCache } from './advice-cache.ts';
import { makeAdviceLog } from './advice-log.ts';
import { CALL_INTERVAL_MS } from './call-interval.ts';
import { type ChainReply, makeModelChain } from './model-chain.ts';
import { orNull } from './or-null.ts';
import { notAsked, rejection } from './rejections.ts';
import { BOTTOMLESS, type BudgetSettings, makeSpendingLimit } from './spending-limit.ts';
import { type Timer, WALL_TIMER } from './timer.ts';

export interface AdvisorSettings {
  /** Tried in this order. */
  readonly models: readonly string[];
  /** Per model, shared by all processes. */
  readonly limits: BucketLimits;
  /** For one piece of advice, all models and waits together; milliseconds of real time. */
  readonly budgetMs: number;
}

/** Groq's free plan, per model, as of November 2026 (docs: console.groq.com/docs/rate-limits). */
export const DEFAULT_ADVISOR_SETTINGS: AdvisorSettings = {
  models: ['openai/gpt-oss-20b', 'openai/gpt-oss-120b'],
  limits: { requestsPerMinute: 30, requestsPerDay: 1_000, tokensPerMinute: 8_000 },
  budgetMs: 5_000,
};

interface AdvisorDeps {
  /** Null where there is no API key. */
  readonly model: Model | null;
  readonly store: AdviceStore;
  /** Dates the quotas of the model: real time, or a stub's simulated one. */
  readonly limitClock: Clock;
  /** Dates the one call per interval, which is a limit of our own; as the quotas unless given. */
  readonly callClock?: Clock;
  readonly log: Log;
  readonly settings: AdvisorSettings;
  /**
   * Whether failures are left in the table, for whoever asks next. True unless given: a tick, which keeps them with what it
   * leaves for the next one, does without the write.
   */
  readonly storesFailures?: boolean;
  /** What calls are paid from; nobody counts what they cost unless given. */
  readonly budget?: BudgetSettings;
  /** Real time unless a test says otherwise. */
  readonly timer?: Timer;
}

export interface Advisor {
  /**
   * @param budgetMs Real milliseconds this may take at most; by default the settings' budget.
   * @param whyNot Why no advice could matter, or null: asked before anything is spent. None unless given.
   * @returns Null where the policy says off. Two calls about the same state at the same time share one answer.
   */
  advise(assessment: Assessment, budgetMs?: number, whyNot?: () => NotAsked | null): Promise<AdviceResult | null>;
}

export function makeAdvisor(deps: AdvisorDeps): Advisor {
  const timer = deps.timer ?? WALL_TIMER;
  const ask = deps.model && makeAsking(deps, deps.model, timer);
  const log = makeAdviceLog(deps.log);
  const underway = new Map<string, Promise<AdviceResult>>();

  async function answer(key: string, assessment: Assessment, budgetMs: number): Promise<AdviceResult> {
    const deadline = timer.now() + budgetMs;
    const noKey = () => rejection(assessment, 'no_api_key', 'no API key for the LLM is configured');
    return told(ask ? await ask(key, assessment, deadline) : noKey(), assessment);
  }

  function told(result: AdviceResult, { observation }: Assessment): AdviceResult {
    log.result(result, observation.workload);
    return result;
  }

  return {
    async advise(assessment, budgetMs = deps.settings.budgetMs, whyNot = () => null) {
      if (assessment.policy.llm === 'off') return null;
      log.started(deps.model !== null);
      const pointless = ask === null ? null : whyNot();
      if (pointless !== null) return told(notAsked(assessment, pointless), assessment);
      const key = adviceKey(assessment);
      const shared = underway.get(key);
      if (shared) return shared;
      const answering = answer(key, assessment, budgetMs).finally(() => underway.delete(key));
      underway.set(key, answering);
      return answering;
    },
  };
}

type Ask = (key: string, assessment: Assessment, deadline: number) => Promise<AdviceResult>;

function makeAsking(
  { store, limitClock, callClock = limitClock, log, settings, budget, storesFailures = true }: AdvisorDeps,
  model: Model,
  timer: Timer,
): Ask {
  const { models, limits } = settings;
  const spendingLimit =
    budget === undefined ? BOTTOMLESS : makeSpendingLimit({ store, clock: limitClock, log, settings: budget });
  const chain = makeModelChain({ model, store, limitClock, timer, log, models, limits, spendingLimit });
  const cache = makeAdviceCache(store);

  return async (key, assessment, deadline) => {
    try {
      const { answer, kept, last } = await cache.look(key, assessment);
      if (answer) return answer;
      const calledAt = callClock.now();
      const barred = await claim(assessment, calledAt, last);
      if (barred !== null) return kept ?? withLastFailure(barred, last);
      const result = await callModels(assessment, deadline, calledAt + CALL_INTERVAL_MS);
      const isCall = result.kind === 'advice' || result.notAsked === undefined;
      if (isCall && (result.kind === 'advice' || storesFailures)) await cache.put(key, assessment, result);
      return withLastFailure(result, last);
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      return notAsked(assessment, { code: 'network', detail: 'advice store unavailable', until: null });
    }
  };

  /** Claims the workload's one call, where any could be paid for. @returns why none may be made, or null */
  async function claim(assessment: Assessment, calledAt: EpochMs, last: AdviceResult | null) {
    const unpaid = spendingLimit.closed(models);
    if (unpaid !== null) return notAsked(assessment, unpaid);
    const mayCall = await store.claimCall(assessment.observation.workload, calledAt, CALL_INTERVAL_MS);
    return mayCall ? null : askedRecently(assessment, last);
  }

  async function callModels(assessment: Assessment, deadline: number, nextCallAt: EpochMs): Promise<AdviceResult> {
    const question = {
      system: systemPrompt(assessment),
      user: userPrompt(assessment),
      schema: adviceSchema(assessment),
    };
    const reply = await chain.ask(question, deadline);
    // A claim that cannot be given back is over in 300 s by itself.
    if (reply.kind === 'failure' && !reply.called)
      await orNull(() => store.releaseCall(assessment.observation.workload));
    const result = toResult(reply, assessment);
    return result.kind === 'advice' || result.notAsked !== undefined ? result : { ...result, nextCallAt };
  }
}

/** @param last what the table knows of the last call: advice that no longer fits, or a failure */
function askedRecently(assessment: Assessment, last: AdviceResult | null): AdviceResult {
  const detail = `this workload had its one call per ${CALL_INTERVAL_MS / 1000} s`;
  const answered = last?.kind === 'advice' ? { answeredAt: last.at } : {};
  return notAsked(assessment, { code: 'asked_recently', detail, until: null, ...answered });
}

function toResult(reply: ChainReply, assessment: Assessment): AdviceResult {
  const { observation, policy, now } = assessment;
  if (reply.kind === 'failure') {
    const { code, detail, model, until, raw, called } = reply;
    return called
      ? rejection(assessment, code, detail, model, raw)
      : notAsked(assessment, { code, detail, until }, model);
  }
  const limits = { current: observation.replicas.spec, min: policy.min, max: policy.max };
  const read = readAdvice(reply.text, limits, { cut: reply.finishReason === 'length' });
  if (!read.ok) return rejection(assessment, read.code, read.detail, reply.model, read.raw);
  const advice = withNames(read.advice, observation.workload);
  return { kind: 'advice', advice, model: reply.model, at: now, cached: false };
}

/** Names are longer than what they replace, so the limits are kept again. */
function withNames(advice: Advice, workload: WorkloadRef): Advice {
  const named = (text: string, maxChars: number) => cleanText(restoreNames(text, workload), maxChars);
  return {
    ...advice,
    reasoning: named(advice.reasoning, REASONING_MAX_CHARS),
    factors: advice.factors.map((factor) => named(factor, FACTOR_MAX_CHARS)),
  };
}
