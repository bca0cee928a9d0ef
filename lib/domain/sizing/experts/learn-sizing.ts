// Learns how to size one load: what may come within the lead, how each way of sizing did since the last time, and which is next.

import { localTime } from '../../workload/local-time.ts';
import { DAY_MINUTES, type EpochMs, MINUTE_MS } from '../../workload/time.ts';
import { FULL_PERCENT, HPA_PERCENT } from '../capacity.ts';
import { type Distribution, learnDistribution } from '../demand-ahead/distribution.ts';
import { log, READING_MINUTES, type Readings, readingsOf } from '../demand-ahead/readings.ts';
import { patternOf } from '../demand-pattern.ts';
import { distil } from '../distilled/distilled.ts';
import { packDistilled } from '../distilled/packed.ts';
import { replayHpa } from '../replay.ts';
import { demandPerReplica, type FittedSizing } from '../sizing-policy.ts';
import { usualAhead, usualDays } from '../usual-day.ts';
import { type Choice, choose } from './choice.ts';
import { wantedInForce } from './in-force.ts';
import { highestAhead, walkAll } from './out-of-sample.ts';
import { type ExpertRecord, extended, NO_RECORD, packRecord, unpackRecord } from './record.ts';
import { type Course, walk } from './walk.ts';

/** How far the usual of the day is kept ahead: the next lesson comes within twelve hours. */
const USUAL_HOURS = 14;
/** Of a history that nothing was learned of yet, so many days are walked as if they came one by one. */
const FIRST_DAYS = 5;
/** Before a stretch that counts, what leads there. */
const LEADING_MINUTES = 60;
/** Readings are so old. */
export const READING_LAG_SECONDS = 15;

export interface LearnSizing {
  /** Demand by the minute, no gaps, the present last. */
  readonly minutes: Float64Array;
  readonly startsAt: EpochMs;
  /** What one replica requests, or what its target says it takes. */
  readonly perReplica: number;
  /** Percent of that at which it counts as short (`fullPercentOf`); that of a request unless given. */
  readonly fullPercent?: number;
  /** Percent of that at which the HPA to compare with aims; 70 unless given. */
  readonly hpaPercent?: number;
  readonly startupSeconds: number;
  readonly tickSeconds: number;
  /** How often somebody looks between ticks; 0 where nobody does. */
  readonly lookSeconds: number;
  readonly cooldownDownSeconds: number;
  readonly sloPercent: number;
  /** What a change of the count is worth, in seconds of a replica. */
  readonly restartSeconds: number;
  /** By whose clocks days are compared, an IANA name; UTC unless given. */
  readonly timeZone?: string | undefined;
  /** What was learned before, and when. */
  readonly previous: { readonly at: EpochMs; readonly sizing: FittedSizing } | null;
}

/** @returns null under one day of history */
export function learnSizing(input: LearnSizing): FittedSizing | null {
  const { minutes, startsAt, perReplica, previous, timeZone } = input;
  if (minutes.length < DAY_MINUTES) return null;
  const unit = demandPerReplica(perReplica, input.fullPercent ?? FULL_PERCENT);
  const replicas = minutes.map((demand) => demand / unit);
  const course = courseOf(input, replicas);
  const leadMinutes = Math.max(1, Math.ceil(course.delaySeconds / 60));
  const usualAt = usualDays(replicas, startsAt, localTime(timeZone));
  const history: History = {
    replicas,
    readings: readingsOf(replicas, startsAt, usualAt, leadMinutes, 0, localTime(timeZone)),
    target: highestAhead(replicas, leadMinutes, log),
    leadMinutes,
    course,
  };
  const before = previous === null ? null : unpackRecord(previous.sizing.record);
  const walked = walkSince(history, input, before);
  const record = walked.record;
  const choice = choose(record, 100 - input.sloPercent, input.restartSeconds / 60);
  const distribution = walked.learned(true);
  const { expert } = choice;
  const model =
    expert.kind === 'price'
      ? packDistilled(
          distil(distribution, history.readings, replicas, rowsUntil(history, replicas.length), expert.price),
        )
      : null;
  const now = startsAt + (minutes.length - 1) * MINUTE_MS;
  return {
    policy: {
      expert,
      ...promised(choice),
      hpa70: replayHpa(course, minutes, perReplica, input.hpaPercent ?? HPA_PERCENT),
      days: Math.max(1, Math.round(Math.min(minutes.length, record.minutes) / DAY_MINUTES)),
    },
    unit,
    leadMinutes,
    ...(timeZone !== undefined && { timeZone }),
    usual: usualAhead(usualAt, now - 30 * MINUTE_MS, USUAL_HOURS),
    model,
    record: packRecord(record),
    pattern: patternOf({ replicas, startsAt, usualAt, leadMinutes, sloPercent: input.sloPercent }),
  };
}

interface History {
  readonly replicas: Float64Array;
  readonly readings: Readings;
  readonly target: Float64Array;
  readonly leadMinutes: number;
  readonly course: Course;
}

function courseOf(input: LearnSizing, replicas: Float64Array): Course {
  const { startupSeconds, tickSeconds, lookSeconds, cooldownDownSeconds } = input;
  const isLookedAt = lookSeconds > 0 && lookSeconds < tickSeconds;
  return {
    needed: Int32Array.from(replicas, (value) => Math.ceil(value - 1e-9)),
    // Looked at every quarter of a minute, a change is seen with its first reading; by ticks alone, half a tick later.
    delaySeconds: startupSeconds + READING_LAG_SECONDS + (isLookedAt ? 0 : Math.min(tickSeconds, 60) / 2),
    everyMinutes: isLookedAt ? 1 : Math.max(1, Math.round(tickSeconds / 60)),
    cooldownDownMinutes: cooldownDownSeconds / 60,
  };
}

/** Day by day, or as long as it was since the last time: each stretch under what was learned before it. */
function walkSince(history: History, input: LearnSizing, before: ExpertRecord | null) {
  const { previous, startsAt } = input;
  const end = input.minutes.length;
  const readings = () => readingsInForce(history, input);
  const sinceBefore =
    previous === null || before === null
      ? end - FIRST_DAYS * DAY_MINUTES
      : Math.round((previous.at - startsAt) / MINUTE_MS) + 1;
  let from = Math.max(DAY_MINUTES / 2, Math.min(sinceBefore, end - 1));
  let record = before ?? NO_RECORD;
  let learned: (withLater: boolean) => Distribution;
  do {
    const to = Math.min(end, from + DAY_MINUTES);
    learned = learnDistribution(
      history.readings,
      history.target,
      rowsUntil(history, from),
      laterRows(history, from, end),
    );
    const stretch = { from: Math.max(READING_MINUTES, from - LEADING_MINUTES), countedFrom: from, to };
    const walked = walkAll(history.course, history.replicas, history.readings, learned(false), stretch);
    const inForce =
      previous === null || before === null
        ? null
        : walk(history.course, wantedInForce({ ...history, readings }, previous.sizing, stretch), stretch);
    record = extended(record, walked, {
      minutes: to - from,
      ideal: idealOf(history.course, from, to),
      shortMinutes: inForce?.shortMinutes ?? null,
    });
    from = to;
  } while (from < end);
  return { record, learned };
}

/** By the clocks that what is in force has read, which need not be those of now. */
function readingsInForce({ replicas, readings, leadMinutes }: History, { previous, startsAt, timeZone }: LearnSizing) {
  if (previous === null || previous.sizing.timeZone === timeZone) return readings;
  const local = localTime(previous.sizing.timeZone);
  return readingsOf(replicas, startsAt, usualDays(replicas, startsAt, local), leadMinutes, 0, local);
}

/** Whose lead was over before `end`; the first hour has no readings yet. */
function rowsUntil({ leadMinutes }: History, end: number): Int32Array {
  return range(READING_MINUTES, end - leadMinutes);
}

function laterRows({ leadMinutes }: History, from: number, end: number): Int32Array {
  return range(Math.max(READING_MINUTES, from - leadMinutes), end - leadMinutes);
}

function range(from: number, to: number): Int32Array {
  return Int32Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

function idealOf({ needed }: Course, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += needed[i] ?? 0;
  return sum;
}

function promised({ violationPercent, cost, changesPerHour }: Choice) {
  return {
    expected: { violationPercent: Number(violationPercent.toFixed(3)), cost: Number(cost.toFixed(3)) },
    changesPerHour: Number(changesPerHour.toFixed(2)),
  };
}
