// Advice on one workload: cached, limited, asked for, read. Whatever goes wrong is a named rejection, and the baseline decides.
import type { Advice, AdviceResult, NotAsked } from '../../domain/advice/advice.ts';
import { adviceKey, keyDigest } from '../../domain/advice/cache-key.ts';
import { CALL_INTERVAL_MS } from '../../domain/advice/call-interval.ts';
import { withLastFailure } from '../../domain/advice/last-failure.ts';
import { restoreNames, systemPrompt, userPrompt } from '../../domain/advice/prompt.ts';
import type { BucketLimits } from '../../domain/advice/quota.ts';
import type { Asker } from '../../domain/advice/quota-share.ts';
import { adviceSchema, FACTOR_MAX_CHARS, REASONING_MAX_CHARS, readAdvice } from '../../domain/advice/validation.ts';
import type { Assessment } from '../../domain/assessment/assessment.ts';
import type { LastCall } from '../../domain/decision/last-call.ts';
import { cleanText } from '../../domain/text/clean-text.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { AdviceStore } from '../ports/advice-store.ts';
import { AdapterError, type Clock, type Log, type Model } from '../ports/world.ts';
import { type Known, limitsOf, makeAdviceCache } from './advice-cache.ts';
import { makeAdviceLog } from './advice-log.ts';
import { type ChainReply, makeModelChain } from './model-chain.ts';
import { notAsked, rejection } from './rejections.ts';
import { BOTTOMLESS, type BudgetSettings, makeSpendingLimit, type SpendingLimit } from './spending-limit.ts';
import { type Timer, WALL_TIMER } from './timer.ts';

export interface AdvisorSettings {
  /** Tried in this order. */
  readonly models: readonly string[];
  /** Per model, shared by all processes. */
  readonly limits: BucketLimits;
  /** Whose share of the model's quota these limits are; ticks unless given. */
  readonly asker?: Asker;
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
  /** What calls are paid from; nobody counts what they cost unless given. */
  readonly budget?: BudgetSettings;
  /** Real time unless a test says otherwise. */
  readonly timer?: Timer;
}

interface AskOptions {
  /** Real milliseconds this may take at most; by default the settings' budget. */
  readonly budgetMs?: number;
  /** Why no advice could matter, or null: asked before anything is spent. None unless given. */
  readonly whyNot?: () => NotAsked | null;
  /** What the workload's memory has of its last call: where it knows enough, the table is not asked. */
  readonly last?: LastCall | null;
  /**
   * The caller keeps what this comes to with the workload's memory, where everybody finds it: then the table has only the
   * claim of the call, and is read only where another process has that. False unless given.
   */
  readonly keeps?: boolean;
}

export interface Advisor {
  /** @returns Null where the policy says off. Two calls about the same state at the same time share one answer. */
  advise(assessment: Assessment, options?: AskOptions): Promise<AdviceResult | null>;
  /** For work that asks many times: what it sets aside and does not use is given back once, at its end. */
  round?<T>(work: () => Promise<T>): Promise<T>;
}

export function makeAdvisor(deps: AdvisorDeps): Advisor {
  const timer = deps.timer ?? WALL_TIMER;
  const { store, limitClock, log: lines, settings, budget } = deps;
  const spendingLimit =
    budget === undefined ? BOTTOMLESS : makeSpendingLimit({ store, clock: limitClock, log: lines, settings: budget });
  const ask = deps.model && makeAsking(deps, deps.model, timer, spendingLimit);
  const log = makeAdviceLog(deps.log);
  const underway = new Map<string, Promise<AdviceResult>>();

  async function answer(key: string, assessment: Assessment, options: AskOptions): Promise<AdviceResult> {
    const deadline = timer.now() + (options.budgetMs ?? settings.budgetMs);
    const noKey = () => rejection(assessment, 'no_api_key', 'no API key for the LLM is configured');
    return told(ask ? await ask(key, assessment, deadline, options) : noKey(), assessment);
  }

  function told(result: AdviceResult, { observation }: Assessment): AdviceResult {
    log.result(result, observation.workload);
    return result;
  }

  return {
    async advise(assessment, options = {}) {
      if (assessment.policy.llm === 'off') return null;
      log.started(deps.model !== null);
      const pointless = ask === null ? null : (options.whyNot?.() ?? null);
      if (pointless !== null) return told(notAsked(assessment, pointless), assessment);
      const key = adviceKey(assessment);
      const shared = underway.get(key);
      if (shared) return shared;
      const answering = answer(key, assessment, options).finally(() => underway.delete(key));
      underway.set(key, answering);
      return answering;
    },
    round: (work) => spendingLimit.round(work),
  };
}

/** For callers that may be given an advisor which sets nothing aside. */
export function inRound<T>(advisor: Advisor, work: () => Promise<T>): Promise<T> {
  return advisor.round === undefined ? work() : advisor.round(work);
}

type Ask = (key: string, assessment: Assessment, deadline: number, options: AskOptions) => Promise<AdviceResult>;

function makeAsking(
  { store, limitClock, callClock = limitClock, log, settings: { models, limits, asker = 'ticks' } }: AdvisorDeps,
  model: Model,
  timer: Timer,
  spendingLimit: SpendingLimit,
): Ask {
  const chain = makeModelChain({ model, store, limitClock, timer, log, models, limits, asker, spendingLimit });
  const cache = makeAdviceCache(store, log);

  return async (key, assessment, deadline, { last = null, keeps = false }) => {
    try {
      const remembered = cache.look(key, assessment, last);
      if (remembered.answer) return remembered.answer;
      const known = keeps ? remembered : await cache.lookInTable(key, assessment, remembered);
      if (known.answer) return known.answer;
      const barred = whyBarred(assessment, known);
      if (barred !== null) return known.kept ?? withLastFailure(barred, known.last);
      return await call(key, assessment, deadline, known, keeps);
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      return notAsked(assessment, { code: 'network', detail: 'advice store unavailable', until: null });
    }
  };

  /** What is known without asking anybody. */
  function whyBarred(assessment: Assessment, { nextCallAt, last }: Known): AdviceResult | null {
    const unpaid = spendingLimit.closed(models);
    if (unpaid !== null) return notAsked(assessment, unpaid);
    const now = callClock.now();
    // Further ahead than a call lasts is no date of ours; the claim of the call decides.
    if (nextCallAt !== null && nextCallAt > now && nextCallAt <= now + CALL_INTERVAL_MS)
      return askedRecently(assessment, nextCallAt, last);
    const out = chain.closed();
    return out && notAsked(assessment, out.why, out.model);
  }

  async function call(
    key: string,
    assessment: Assessment,
    deadline: number,
    known: Known,
    keeps: boolean,
  ): Promise<AdviceResult> {
    let calledAt = callClock.now();
    const claim = async () => {
      const claimed = await store.claimCall(assessment.observation.workload, callClock.now(), CALL_INTERVAL_MS);
      calledAt = claimed.ok ? callClock.now() : claimed.calledAt;
      return claimed.ok;
    };
    const reply = await chain.ask(questionOn(assessment), deadline, claim);
    const nextCallAt = calledAt + CALL_INTERVAL_MS;
    if (reply.kind === 'unclaimed') return theirs(key, assessment, known, nextCallAt);
    const result = toResult(reply, assessment);
    if (result.kind === 'rejection' && result.notAsked !== undefined)
      return known.kept ?? withLastFailure(result, known.last);
    const dated = result.kind === 'advice' ? { ...result, key: keyDigest(key), nextCallAt } : { ...result, nextCallAt };
    await cache.put(key, assessment, dated, keeps);
    return dated;
  }

  /** Another process has asked about this workload: what it was told is in the table, or will be. */
  async function theirs(
    key: string,
    assessment: Assessment,
    before: Known,
    nextCallAt: EpochMs,
  ): Promise<AdviceResult> {
    const { answer, kept, last } = await cache.lookInTable(key, assessment, before);
    const given = answer ?? kept;
    if (given !== null) return { ...given, nextCallAt };
    return withLastFailure(askedRecently(assessment, nextCallAt, last), last);
  }
}

function questionOn(assessment: Assessment) {
  return { system: systemPrompt(assessment), user: userPrompt(assessment), schema: adviceSchema(assessment) };
}

/** @param last what the table knows of the last call: advice that no longer fits, or a failure */
function askedRecently(assessment: Assessment, until: EpochMs, last: AdviceResult | null): AdviceResult {
  const detail = `this workload had its one call per ${CALL_INTERVAL_MS / 1000} s`;
  const answered = last?.kind === 'advice' ? { answeredAt: last.at } : {};
  return notAsked(assessment, { code: 'asked_recently', detail, until, ...answered });
}

function toResult(reply: Exclude<ChainReply, { kind: 'unclaimed' }>, assessment: Assessment): AdviceResult {
  const { observation, now } = assessment;
  if (reply.kind === 'failure') {
    const { code, detail, model, until, raw, called } = reply;
    return called
      ? rejection(assessment, code, detail, model, raw)
      : notAsked(assessment, { code, detail, until }, model);
  }
  const read = readAdvice(reply.text, limitsOf(assessment), { cut: reply.finishReason === 'length' });
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
