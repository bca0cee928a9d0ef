// Which model is asked, and when: the first of the list that answers wins, within its quota and the time that is left.

import type { RejectionCode } from '../../domain/workload/reason-code.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { AdviceStore, BucketLimits, OutOfQuota } from '../ports/advice-store.ts';
import type { Clock, Log, Model, ModelReply, ModelRequest } from '../ports/world.ts';
import { makeBackOff } from './back-off.ts';
import { orNull } from './or-null.ts';
import { makePlainer, type PlainerTry } from './plainer.ts';
import type { SpendingLimit } from './spending-limit.ts';
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
    };

interface ModelChain {
  /** @param deadline By the timer, milliseconds; nothing waits past it. A store out of reach is a failure, no throw. */
  ask(question: Question, deadline: number): Promise<ChainReply>;
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
  const { store, limitClock, timer, spendingLimit } = deps;
  const backOff = makeBackOff();
  const plainer = makePlainer();
  const warned = new Set<string>();

  async function ask(question: Question, deadline: number): Promise<ChainReply> {
    const turn: Turn = { question, deadline, called: false, mayWait: true, plain: new Map() };
    let failure: Failure = failed(null, 'no_model', 'no model is configured: set GROQ_MODELS', true);
    for (const model of deps.models) {
      const outcome = await askModel(model, turn);
      if (outcome.kind === 'text')
        return { kind: 'text', model, text: outcome.text, finishReason: outcome.finishReason };
      // That a model is gone is the least of the reasons.
      if (outcome.code !== 'no_model' || failure.code === 'no_model') failure = outcome;
      if (!outcome.next) break;
    }
    const { code, detail, model, until, raw } = failure;
    return { kind: 'failure', code, detail, model, called: turn.called, until, raw };
  }

  async function askModel(model: string, turn: Turn): Promise<Outcome> {
    const left = turn.deadline - timer.now();
    if (left < SHORTEST_CALL_MS) return failed(model, 'timeout', 'the time budget is used up', false);
    const tokens = estimatedTokens(turn.question);
    const taken = await orNull(() => store.takeTokens(model, limitClock.now(), tokens, deps.limits));
    if (taken === null) return failed(model, 'network', 'advice store unavailable', false);
    if (!taken.ok) return outOfQuota(model, taken);
    const paid = await orNull(() => spendingLimit.reserve(model, mostTokens(turn.question)));
    if (paid === null) return failed(model, 'network', 'advice store unavailable', false);
    if ('code' in paid) return failed(model, paid.code, paid.detail, true, { until: paid.until });
    turn.called = true;
    const plain = turn.plain.get(model);
    const without = plain?.without ?? plainer.without(model);
    const reply = await deps.model.complete({ ...turn.question, model, timeoutMs: Math.floor(left), without });
    await spendingLimit.settle(paid, reply);
    if (reply.kind === 'failure') return afterRefusal(model, reply, turn);
    backOff.answered(model);
    if (plain) plainer.answered(model, plain);
    if (reply.text.trim() !== '') return reply;
    return failed(model, 'truncated', 'reasoning used up the length of the answer', true, { raw: '' });
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
    const until = limitClock.now() + backOff.refused(model, reply.retryAfterMs);
    // A block that cannot be written is worth less than the next model's answer.
    await orNull(() => store.block(model, until));
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

  return { ask };
}

interface Turn {
  readonly question: Question;
  readonly deadline: number;
  called: boolean;
  /** A retry-after is waited for once. */
  mayWait: boolean;
  /** The one more try of each model that refused a parameter. */
  readonly plain: Map<string, PlainerTry>;
}

type Refusal = Extract<ModelReply, { kind: 'failure' }>;
type Failure = Pick<Extract<ChainReply, { kind: 'failure' }>, 'model' | 'code' | 'detail' | 'until' | 'raw'> & {
  readonly kind: 'failed';
  readonly next: boolean;
};
type Outcome = Extract<ModelReply, { kind: 'text' }> | Failure;

/** What each refusal is called, and whether another model may do better. */
const REFUSALS: Readonly<Record<Refusal['code'], { code: RejectionCode; next: boolean }>> = {
  model_not_found: { code: 'no_model', next: true },
  rate_limited: { code: 'rate_limited', next: true },
  // Groq answers 413 where prompt and completion cap together exceed the tokens per minute.
  too_many_tokens: { code: 'quota_exhausted', next: true },
  capacity: { code: 'server_error', next: true },
  server_error: { code: 'server_error', next: true },
  network: { code: 'network', next: true },
  timeout: { code: 'timeout', next: false },
  request_refused: { code: 'request_refused', next: false },
  too_large: { code: 'too_large', next: false },
  empty: { code: 'empty', next: true },
};

/** A model that hangs is left alone too: a tick has many workloads, and each would wait for it. */
const BLOCKING: ReadonlySet<Refusal['code']> = new Set(['rate_limited', 'too_many_tokens', 'capacity', 'timeout']);

function outOfQuota(model: string, taken: OutOfQuota): Outcome {
  const code = taken.limit === 'blocked' ? 'backing_off' : 'quota_exhausted';
  const until = new Date(taken.until).toISOString();
  const detail = `${model}: ${taken.limit.replaceAll('_', ' ')}, until ${until}`;
  return failed(model, code, detail, true, { until: taken.until });
}

function failed(
  model: string | null,
  code: RejectionCode,
  detail: string,
  next: boolean,
  { until = null, raw = null }: Partial<Pick<Failure, 'until' | 'raw'>> = {},
): Failure {
  return { kind: 'failed', model, code, detail, next, until, raw };
}

/** No token is less than a byte; what the server adds to the prompt, the schema apart, is less than the rest. */
function mostTokens({ system, user, schema }: Question) {
  const promptTokens = Buffer.byteLength(system + user + JSON.stringify(schema)) + TEMPLATE_TOKENS;
  return { promptTokens, completionTokens: COMPLETION_TOKENS };
}

function estimatedTokens({ system, user }: Question): number {
  return Math.ceil((system.length + user.length) / CHARS_PER_TOKEN) + COMPLETION_TOKENS;
}
