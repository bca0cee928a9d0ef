// Advice on one workload: cached, limited, asked for, read. Whatever goes wrong is a named rejection, and rules decide.
import { ADVICE_SCHEMA, FACTOR_MAX_CHARS, REASONING_MAX_CHARS, readAdvice } from '../../domain/advice.ts';
import { adviceKey } from '../../domain/advice-key.ts';
import { cleanText } from '../../domain/clean-text.ts';
import type { Advice, AdviceResult, Assessment, RejectionCode, WorkloadRef } from '../../domain/model.ts';
import { restoreNames, systemPrompt, userPrompt } from '../../domain/prompt.ts';
import type { AdviceStore, BucketLimits } from '../ports/table.ts';
import { AdapterError, type Clock, type Log, type Model } from '../ports/world.ts';
import { makeAdviceCache } from './advice-cache.ts';
import { makeAdviceLog } from './advice-log.ts';
import { type ChainReply, makeModelChain } from './model-chain.ts';
import { orNull } from './or-null.ts';
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
  /** Real time unless a test says otherwise. */
  readonly timer?: Timer;
}

export interface Advisor {
  /**
   * @param budgetMs Real milliseconds this may take at most; by default the settings' budget.
   * @returns Null where the policy says off. Two calls about the same state at the same time share one answer.
   */
  advise(assessment: Assessment, budgetMs?: number): Promise<AdviceResult | null>;
}

/** Seed 2 §5.2: one call per workload in this time. */
const CALL_INTERVAL_MS = 300_000;

export function makeAdvisor(deps: AdvisorDeps): Advisor {
  const timer = deps.timer ?? WALL_TIMER;
  const ask = deps.model && makeAsking(deps, deps.model, timer);
  const log = makeAdviceLog(deps.log);
  const underway = new Map<string, Promise<AdviceResult>>();

  async function answer(key: string, assessment: Assessment, budgetMs: number): Promise<AdviceResult> {
    const deadline = timer.now() + budgetMs;
    const noKey = () => rejection(assessment, 'no_api_key', 'no API key for the LLM is configured');
    const result = ask ? await ask(key, assessment, deadline) : noKey();
    log.result(result, assessment.observation.workload);
    return result;
  }

  return {
    async advise(assessment, budgetMs = deps.settings.budgetMs) {
      if (assessment.policy.llm === 'off') return null;
      log.started(deps.model !== null);
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
  { store, limitClock, callClock = limitClock, log, settings }: AdvisorDeps,
  model: Model,
  timer: Timer,
): Ask {
  const { models, limits } = settings;
  const chain = makeModelChain({ model, store, limitClock, timer, log, models, limits });
  const cache = makeAdviceCache(store);

  return async (key, assessment, deadline) => {
    try {
      const known = await cache.get(key, assessment);
      if (known) return known;
      const mayCall = await store.claimCall(assessment.observation.workload, callClock.now(), CALL_INTERVAL_MS);
      if (!mayCall) {
        const kept = await cache.kept(assessment);
        return kept ?? rejection(assessment, 'rate_limited', 'this workload had its one call per 300 s');
      }
      const result = await callModels(assessment, deadline);
      if (result.kind === 'advice') await cache.put(key, assessment, result);
      return result;
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      return rejection(assessment, 'network', 'advice store unavailable');
    }
  };

  async function callModels(assessment: Assessment, deadline: number): Promise<AdviceResult> {
    const question = { system: systemPrompt(), user: userPrompt(assessment), schema: ADVICE_SCHEMA };
    const reply = await chain.ask(question, deadline);
    // A claim that cannot be given back is over in 300 s by itself.
    if (reply.kind === 'failure' && !reply.called)
      await orNull(() => store.releaseCall(assessment.observation.workload));
    return toResult(reply, assessment);
  }
}

function toResult(reply: ChainReply, assessment: Assessment): AdviceResult {
  const { observation, policy, now } = assessment;
  if (reply.kind === 'failure') return rejection(assessment, reply.code, reply.detail, reply.model);
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

const DETAIL_MAX_CHARS = 300;

function rejection(
  { now }: Assessment,
  code: RejectionCode,
  detail: string,
  model: string | null = null,
  raw: string | null = null,
): AdviceResult {
  return { kind: 'rejection', code, detail: cleanText(detail, DETAIL_MAX_CHARS), model, at: now, raw };
}
