// Which model is asked, and when: the first of the list that answers wins, within its quota and the time that is left.
// Quota, then budget, then the workload's one call: what is used up is known before anything is written for it.

import type { NotAsked } from '../../domain/advice/advice.ts';
import type { BucketLimits } from '../../domain/advice/quota.ts';
import type { Asker } from '../../domain/advice/quota-share.ts';
import type { RejectionCode } from '../../domain/workload/reason-code.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { AdviceStore } from '../ports/advice-store.ts';
import type { Clock, Log, Model, ModelReply, ModelRequest } from '../ports/world.ts';
import { makeBackOff } from './back-off.ts';
import {
  BLOCKING,
  type Failure,
  failed,
  outOfQuota,
  outOfTime,
  REFUSALS,
  type Refusal,
  tableAway,
} from './chain-failures.ts';
import { orNull } from './or-null.ts';
import { makePlainer, type PlainerTry } from './plainer.ts';
import { type ModelQuota, makeModelQuota } from './quota.ts';
import type { Reservation, SpendingLimit } from './spending-limit.ts';
import type { Timer } from './timer.ts';

interface ChainDeps {
  readonly model: Model;
  readonly store: AdviceStore;
  /** Dates quotas and back-offs. */
  readonly limitClock: Clock;
  readonly timer: Timer;
  readonly log: Log;
  readonly models: readonly string[];
  readonly limits: BucketLimits;
  readonly asker: Asker;
  readonly spendingLimit: SpendingLimit;
}

type Question = Pick<ModelRequest, 'system' | 'user' | 'schema'>;

export type ChainReply =
  | { readonly kind: 'text'; readonly model: string; readonly text: string; readonly finishReason: string }
  | {
      readonly kind: 'failure';
      readonly model: string | null;
      readonly code: RejectionCode;
      readonly detail: string;
      /** Whether any request left this machine: only then is the workload's one call spent. */
      readonly called: boolean;
      /** Until when a quota or a back-off keeps the model from being asked; null where none does. */
      readonly until: EpochMs | null;
      /** What the server sent instead, cut and cleaned; null where it sent nothing. */
      readonly raw: string | null;
    }
  /** The workload had its call already. */
  | { readonly kind: 'unclaimed' };

interface ModelChain {
  /** Why no model may be asked now, as far as this process knows; asks nobody. Null where one may be. */
  closed(): { readonly model: string | null; readonly why: NotAsked } | null;
  /**
   * @param deadline By the timer, milliseconds; nothing waits past it. A store out of reach is a failure, no throw.
   * @param claim Takes the workload's one call; asked once, right before the first request leaves
   */
  ask(question: Question, deadline: number, claim: () => Promise<boolean>): Promise<ChainReply>;
}

/** Groq counts the completion cap in advance. */
const COMPLETION_TOKENS = 1_000;
/** A rule of thumb for English text. */
const CHARS_PER_TOKEN = 4;
const TEMPLATE_TOKENS = 200;
/** No answer comes in less. */
const SHORTEST_CALL_MS = 50;
/** Waiting for a quota pays only with this much time left for the answer. */
const ANSWER_MS = 500;
/** Timers fire a little early, and clocks differ a little. */
const WAIT_MARGIN_MS = 20;

export function makeModelChain(deps: ChainDeps): ModelChain {
  const { store, limitClock, timer, log, limits, asker, spendingLimit } = deps;
  const quotas = new Map<string, ModelQuota>();
  const backOff = makeBackOff();
  const plainer = makePlainer();
  const warned = new Set<string>();

  function quotaOf(model: string): ModelQuota {
    const known = quotas.get(model) ?? makeModelQuota(model, { store, clock: limitClock, log, limits, asker });
    quotas.set(model, known);
    return known;
  }

  function closed(): ReturnType<ModelChain['closed']> {
    const all = deps.models.map((model) => ({ model, out: quotaOf(model).closed() }));
    if (all.some(({ out }) => out === null)) return null;
    const failures = all.flatMap(({ model, out }) => (out === null ? [] : [outOfQuota(model, out, asker)]));
    const [first] = failures.toSorted((a, b) => (a.until ?? 0) - (b.until ?? 0));
    if (first === undefined) return null;
    const { model, code, detail, until } = first;
    return { model, why: { code, detail, until } };
  }

  async function ask(question: Question, deadline: number, claim: Turn['claim']): Promise<ChainReply> {
    const turn: Turn = { question, deadline, claim, called: false, mayWait: true, plain: new Map() };
    let failure: Failure = failed(null, 'no_model', 'no model is configured: set GROQ_MODELS', true);
    for (const model of deps.models) {
      const outcome = await askModel(model, turn);
      if (outcome.kind === 'text')
        return { kind: 'text', model, text: outcome.text, finishReason: outcome.finishReason };
      if (outcome.kind === 'unclaimed') return outcome;
      // That a model is gone is the least of the reasons.
      if (outcome.code !== 'no_model' || failure.code === 'no_model') failure = outcome;
      if (!outcome.next) break;
    }
    const { code, detail, model, until, raw } = failure;
    return { kind: 'failure', code, detail, model, called: turn.called, until, raw };
  }

  async function askModel(model: string, turn: Turn): Promise<Outcome> {
    if (timeLeft(turn) < SHORTEST_CALL_MS) return outOfTime(model);
    const ticket = await orNull(() => quotaOf(model).take(estimatedTokens(turn.question)));
    if (ticket === null) return tableAway(model);
    if ('limit' in ticket) return outOfQuota(model, ticket, asker);
    const paid = await orNull(() => spendingLimit.reserve(model, mostTokens(turn.question)));
    if (paid === null || 'code' in paid) {
      quotaOf(model).giveBack(ticket);
      return paid === null ? tableAway(model) : failed(model, paid.code, paid.detail, true, { until: paid.until });
    }
    const refusal = await whyUnclaimed(model, turn);
    if (refusal === null) return call(model, turn, paid);
    quotaOf(model).giveBack(ticket);
    await spendingLimit.settle(paid, null);
    return refusal;
  }

  /** Null where this turn has the workload's call. */
  async function whyUnclaimed(model: string, turn: Turn): Promise<Outcome | null> {
    if (timeLeft(turn) < SHORTEST_CALL_MS) return outOfTime(model);
    if (turn.called) return null;
    const isOurs = await orNull(turn.claim);
    if (isOurs === null) return tableAway(model);
    return isOurs ? null : { kind: 'unclaimed' };
  }

  async function call(model: string, turn: Turn, paid: Reservation): Promise<Outcome> {
    turn.called = true;
    const plain = turn.plain.get(model);
    const without = plain?.without ?? plainer.without(model);
    const timeoutMs = Math.max(SHORTEST_CALL_MS, Math.floor(timeLeft(turn)));
    const reply = await deps.model.complete({ ...turn.question, model, timeoutMs, without });
    await spendingLimit.settle(paid, reply);
    if (reply.kind === 'failure') return afterRefusal(model, reply, turn);
    backOff.answered(model);
    if (plain) plainer.answered(model, plain);
    if (reply.text.trim() !== '') return reply;
    return failed(model, 'truncated', 'reasoning used up the length of the answer', true, { raw: '' });
  }

  function timeLeft({ deadline }: Turn): number {
    return deadline - timer.now();
  }

  async function afterRefusal(model: string, reply: Refusal, turn: Turn): Promise<Outcome> {
    const { code, next } = REFUSALS[reply.code];
    const plain = plainer.after(model, reply);
    if (plain && !turn.plain.has(model)) {
      turn.plain.set(model, plain);
      return askModel(model, turn);
    }
    if (reply.code === 'model_not_found') warnOnce(model, reply.detail);
    // Another model may take a request that this one does not.
    const refused = failed(model, code, reply.detail, next || reply.refused !== undefined, { raw: reply.raw ?? null });
    if (!BLOCKING.has(reply.code)) return refused;
    // Under way beside one that was refused before it: the same refusal, and no second one in a row.
    if (reply.retryAfterMs === null && quotaOf(model).closed()?.limit === 'blocked') return refused;
    const until = limitClock.now() + backOff.refused(model, reply.retryAfterMs);
    // A block that cannot be written is worth less than the next model's answer.
    await orNull(() => quotaOf(model).block(until));
    const wait = reply.retryAfterMs === null ? Number.POSITIVE_INFINITY : reply.retryAfterMs + WAIT_MARGIN_MS;
    const fits = timer.now() + wait + ANSWER_MS <= turn.deadline;
    if (!turn.mayWait || !fits || !next) return refused;
    turn.mayWait = false;
    await timer.sleep(wait);
    return askModel(model, turn);
  }

  function warnOnce(model: string, detail: string): void {
    if (warned.has(model)) return;
    warned.add(model);
    deps.log.warn('LLM model not available, trying the next one; remove it from GROQ_MODELS', { model, detail });
  }

  return { ask, closed };
}

interface Turn {
  readonly question: Question;
  readonly deadline: number;
  readonly claim: () => Promise<boolean>;
  called: boolean;
  /** A retry-after is waited for once. */
  mayWait: boolean;
  /** The one more try of each model that refused a parameter. */
  readonly plain: Map<string, PlainerTry>;
}

type Outcome = Extract<ModelReply, { kind: 'text' }> | Failure | { readonly kind: 'unclaimed' };

/** No token is less than a byte; what the server adds to the prompt, the schema apart, is less than the rest. */
function mostTokens({ system, user, schema }: Question) {
  const promptTokens = Buffer.byteLength(system + user + JSON.stringify(schema)) + TEMPLATE_TOKENS;
  return { promptTokens, completionTokens: COMPLETION_TOKENS };
}

function estimatedTokens({ system, user }: Question): number {
  return Math.ceil((system.length + user.length) / CHARS_PER_TOKEN) + COMPLETION_TOKENS;
}
