// What the proxy sees of a request, in numbers: its score, what it amounts to, how it ended, and what was learned from it.
import type { IncomingHttpHeaders } from 'node:http';
import { estimate } from '../domain/complexity/estimate.ts';
import { featuresOf, type PromptFeatures } from '../domain/complexity/features.ts';
import { learned } from '../domain/complexity/learned.ts';
import type { LearnedComplexity } from '../domain/complexity/learned-model.ts';
import { meanOfLast } from '../domain/complexity/mean-score.ts';
import { type ComplexityLevel, levelOf, type ScalingPolicy, workOf } from '../domain/complexity/scaling-policy.ts';
import { type AnswerTap, makeAnswerTap, type Told } from './answer-tap.ts';
import { type Asked, readAsked } from './asked.ts';
import { makeBodyBudget } from './body-head.ts';
import type { Endpoint } from './endpoint.ts';
import { makeLedger, type Scored, type Status, type Totals } from './ledger.ts';
import type { ModelLabels } from './model-labels.ts';

/** Why a score stands on the length of a body alone. */
type UnreadReason = 'memory' | 'compressed';

/** A request that is over. */
export interface Outcome {
  readonly model: string;
  readonly complexity: ComplexityLevel;
  readonly status: Status;
  readonly seconds: number;
  readonly told: Told;
  readonly unread: UnreadReason | null;
}

/** One scored request; what is told of it after it has landed changes nothing. */
export interface Passage {
  body(chunk: Buffer): void;
  bodyEnded(): void;
  answerBegan(headers: IncomingHttpHeaders): void;
  answer(chunk: Buffer): void;
  landed(status: Status): void;
}

export interface Metering {
  begin(endpoint: Endpoint, headers: IncomingHttpHeaders): Passage;
  totals(): Totals;
  /** Of the last minute; 0 where nothing was asked. */
  meanScore(): number;
  readonly learned: LearnedComplexity;
  /** Bytes of bodies that wait for their score. */
  readonly keptBytes: number;
}

export interface MeteringOptions {
  readonly policy: ScalingPolicy;
  readonly labels: ModelLabels;
  readonly headBytes: number;
  readonly allHeadsBytes: number;
  readonly learned: LearnedComplexity;
  /** Seconds of a steady clock. */
  readonly clock: () => number;
  readonly onOutcome: (outcome: Outcome) => void;
}

const MINUTE_MS = 60_000;
const BYTES_PER_TOKEN = 4;
const BYTES_PER_WORD = 6;
const NOTHING_TOLD: Told = { promptTokens: null, outputTokens: null, loadSeconds: null };

/** What a score was given for, with what learning needs. */
interface Judged extends Scored {
  readonly features: PromptFeatures;
}

export function makeMetering(options: MeteringOptions): Metering {
  const { labels, clock, onOutcome } = options;
  const budget = makeBodyBudget(options.headBytes, options.allHeadsBytes);
  const ledger = makeLedger();
  const scores = meanOfLast(MINUTE_MS);
  let state = options.learned;

  const judge = (asked: Asked, { kind }: Endpoint): Judged => {
    const model = labels.of(asked.model);
    const features = featuresWith(asked);
    const { score, expectedTokens } = estimate({ features, model }, state);
    return {
      model,
      score,
      level: levelOf(score, options.policy.complexityThresholds),
      work: workOf(score, asked.model, options.policy),
      promptTokens: promptTokensOf(asked),
      maxTokens: kind === 'embedding' ? 0 : asked.maxTokens,
      expectedTokens: kind === 'embedding' ? 0 : expectedTokens,
      features,
    };
  };

  const begin = (endpoint: Endpoint, headers: IncomingHttpHeaders): Passage => {
    const head = budget.head();
    const flight = ledger.open(clock());
    const isCompressed = isEncoded(headers);
    let judged: Judged | null = null;
    let tap: AnswerTap | null = null;
    let unread: UnreadReason | null = isCompressed ? 'compressed' : null;
    /** Of what came so far: the whole body, unless it broke off. */
    const score = (): Judged => {
      if (judged !== null) return judged;
      const seen = head.take();
      if (head.isCrowded) unread ??= 'memory';
      judged = judge(readAsked(seen, head.totalBytes), endpoint);
      ledger.scored(flight, judged);
      return judged;
    };
    return {
      // A body that cannot be read is counted only.
      body: (chunk) => (isCompressed ? head.skip(chunk.length) : head.add(chunk)),
      bodyEnded() {
        if (judged === null) scores.add(score().score, 1000 * clock());
      },
      answerBegan(answered) {
        tap = makeAnswerTap(answered['content-type'] ?? '', !isEncoded(answered));
      },
      answer: (chunk) => ledger.answered(flight, tap?.add(chunk) ?? 0, clock()),
      landed(status) {
        const { model, level, score: given, features } = score();
        const told = status === 'ok' || status === 'cancelled' ? (tap?.told() ?? NOTHING_TOLD) : NOTHING_TOLD;
        const now = clock();
        if (!ledger.land(flight, told, status === 'ok', now)) return;
        const seconds = now - flight.startedAt;
        if (status === 'ok' && endpoint.kind === 'text')
          state = learned(state, { model, features, score: given, outputTokens: told.outputTokens, seconds });
        onOutcome({ model, complexity: level, status, seconds, told, unread });
      },
    };
  };
  return {
    begin,
    totals: () => ledger.totals(clock()),
    meanScore: () => scores.mean(1000 * clock()) ?? 0,
    get learned() {
      return state;
    },
    get keptBytes() {
      return budget.keptBytes;
    },
  };
}

/** What was not seen counts by its length, as context in ordinary words. */
function featuresWith({ task, context, images, maxTokens, unseenBytes }: Asked): PromptFeatures {
  const features = featuresOf({ task, context, images, ...(maxTokens === null ? {} : { maxTokens }) });
  return {
    ...features,
    contextBytes: features.contextBytes + unseenBytes,
    contextWords: features.contextWords + Math.round(unseenBytes / BYTES_PER_WORD),
  };
}

function promptTokensOf({ task, context, unseenBytes }: Asked): number {
  const chars = context.reduce((total, text) => total + text.length, task.length + unseenBytes);
  return Math.ceil(chars / BYTES_PER_TOKEN);
}

function isEncoded(headers: IncomingHttpHeaders): boolean {
  const encoding = headers['content-encoding'];
  return encoding !== undefined && encoding !== '' && encoding !== 'identity';
}
