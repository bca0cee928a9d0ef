// Generated answers of an LLM, read and decided on: none throws, takes long, is misread, or moves a decision out of its bounds.
import fc from 'fast-check';
import type { Advice } from '../../lib/domain/advice/advice.ts';
import { type ReadAdvice, readAdvice } from '../../lib/domain/advice/validation.ts';
import type { Assessment } from '../../lib/domain/assessment/assessment.ts';
import { decide } from '../../lib/domain/decision/decide.ts';
import type { Decision } from '../../lib/domain/decision/decision.ts';
import { type Situation, situations } from '../make/situations.ts';
import { answerText, type GeneratedAnswer } from './answer-texts.ts';
import { randomOf } from './random.ts';
import type { FuzzFailure, FuzzRun } from './run.ts';

const MAX_CPU_MS = 50;
const SITUATIONS = 500;
const PROGRESS_EVERY = 1_000;

/** Each is read for one of 500 situations, and decided on in it where it is accepted. */
export const fuzzAnswers: FuzzRun = ({ count, seed, only, progress }) => {
  const pool = fc.sample(situations('maybe'), { seed, numRuns: SITUATIONS });
  const outcomes = new Map<string, number>();
  const failures: FuzzFailure[] = [];
  let slowest = { ms: 0, index: 0 };
  const [from, to] = only === undefined ? [0, count] : [only, only + 1];
  for (let index = from; index < to; index++) {
    const trial = tryOne(seed, index, pool);
    outcomes.set(trial.outcome, (outcomes.get(trial.outcome) ?? 0) + 1);
    if (trial.ms > slowest.ms) slowest = { ms: trial.ms, index };
    failures.push(...trial.broken.map((what) => ({ index, what, input: trial.answer.text })));
    if (only !== undefined) process.stdout.write(`${JSON.stringify(trial, null, 2)}\n`);
    if (index % PROGRESS_EVERY === 0) progress(index);
  }
  const told = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, times]) => `${outcome} ${times}`);
  const lines = [told.join(', '), `slowest: ${slowest.ms.toFixed(1)} ms of CPU (#${slowest.index})`];
  return { tried: to - from, lines, failures };
};

interface Trial {
  readonly answer: GeneratedAnswer;
  /** `accepted`, or the code of the rejection. */
  readonly outcome: string;
  readonly ms: number;
  readonly broken: readonly string[];
}

function tryOne(seed: number, index: number, pool: readonly Situation[]): Trial {
  const random = randomOf(seed, index);
  const situation = random.pick(pool);
  const { policy, observation } = situation.about;
  const limits = { current: observation.replicas.spec, min: policy.min, max: policy.max };
  const answer = answerText(random, limits);
  // A text out of many pieces is put together when it is first searched: that is our doing, and not to be timed.
  answer.text.indexOf('\u0001');
  try {
    const { read, ms } = timed(() => readAdvice(answer.text, limits, { cut: answer.cut }));
    const slow = ms > MAX_CPU_MS ? [`it took ${ms.toFixed(0)} ms of CPU`] : [];
    const broken = [...slow, ...misreadings(read, answer), ...(read.ok ? misdecisions(situation, read.advice) : [])];
    return { answer, outcome: read.ok ? 'accepted' : read.code, ms, broken };
  } catch (error) {
    return { answer, outcome: 'exception', ms: 0, broken: [`it threw ${String(error)}`] };
  }
}

/** What a first reading takes may be the compiler's time or a collection of garbage: the best of three counts. */
function timed(read: () => ReadAdvice) {
  const first = timedOnce(read);
  if (first.ms <= MAX_CPU_MS) return first;
  return [first, timedOnce(read), timedOnce(read)].reduce((best, one) => (one.ms < best.ms ? one : best));
}

function timedOnce(read: () => ReadAdvice) {
  const before = process.threadCpuUsage();
  const result = read();
  const { user, system } = process.threadCpuUsage(before);
  return { read: result, ms: (user + system) / 1_000 };
}

function misreadings(read: ReadAdvice, { intended, isPlain, recipe }: GeneratedAnswer): readonly string[] {
  if (!read.ok)
    return isPlain && intended !== null ? [`plain advice was refused (${recipe}): ${read.code} ${read.detail}`] : [];
  const { targetReplicas } = read.advice;
  if (intended === undefined || targetReplicas === intended) return [];
  return [`${targetReplicas} was read where ${intended ?? 'nothing'} was meant (${recipe})`];
}

function misdecisions({ about, history }: Situation, advice: Advice): readonly string[] {
  const result = { kind: 'advice', advice, model: 'fuzz', at: about.now, cached: false } as const;
  const decision = decide(about, result, history);
  return [...outOfOrders(about, decision), ...outOfPace(about, decision), ...outOfEvidence(about, decision)];
}

/** From outside of a person's bounds only towards them, from inside never out. */
function outOfOrders({ policy: { min, max } }: Assessment, { current, target }: Decision): readonly string[] {
  const isWithin = target >= Math.min(current, min) && target <= Math.max(current, max);
  return Number.isInteger(target) && isWithin ? [] : [`decided ${current} → ${target} with bounds ${min}…${max}`];
}

/** Up at most double, or by four, or to a scheduled floor; down at most by half. */
function outOfPace({ schedule }: Assessment, { current, target }: Decision): readonly string[] {
  const highest = Math.max(2 * current, current + 4, schedule?.floor ?? 0);
  return target >= Math.ceil(current / 2) && target <= highest ? [] : [`decided ${current} → ${target} in one step`];
}

/** Where advice leads: no fewer than are needed unless a person ordered it, no more than are justified. */
function outOfEvidence(
  { envelope, policy, schedule }: Assessment,
  { source, current, target }: Decision,
): readonly string[] {
  if (source !== 'llm') return [];
  const lowest = Math.min(current, envelope.needed, policy.max, schedule?.ceiling ?? policy.max);
  const highest = Math.max(current, envelope.needed, envelope.justified, policy.min, schedule?.floor ?? 0);
  return target >= lowest && target <= highest
    ? []
    : [`advice led ${current} → ${target}, outside ${lowest}…${highest}`];
}
