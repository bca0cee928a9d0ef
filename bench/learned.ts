// What is learned of a workload: how large it is, by part, as stored, how long a lesson takes, and what that costs a month.
import { packGroup } from '../lib/adapters/dynamo/fitted-groups.ts';
import { shortNumber } from '../lib/adapters/dynamo/items.ts';
import { fitWorkload } from '../lib/domain/learning/fit-workload.ts';
import type { Fitted } from '../lib/domain/learning/fitted.ts';
import type { FittedSizing } from '../lib/domain/sizing/sizing-policy.ts';
import { generatedLoad } from '../local/loads.ts';
import { type LearnedMeasured, learnedCents, learnedLines } from './cost-learned.ts';
import { benchPast, benchWorkload } from './fleet-workloads.ts';

const WORKLOADS = 64;
const DAYS = 14;
const DAY_MS = 86_400_000;
const SINCE_BEFORE_MS = DAY_MS / 2;
const LESSONS = 15;
const TARGET_SECONDS = 0.25;
const TARGET_CENTS = 0.2;

export function learned(): void {
  console.log(`What is learned: ${WORKLOADS} workloads, ${DAYS} days by the minute`);
  const now = thisMinute();
  const fitted = lessons(now);
  printSizes(fitted);
  const measured = measuredOf(fitted, now);
  const first = leastSeconds(() => lessonOf(TIMED, now));
  const verdict = (isMet: boolean) => (isMet ? 'met' : 'MISSED');
  console.log(`  a first lesson: ${first.toFixed(3)} s of CPU, the least of ${LESSONS}`);
  const { lessonSeconds } = measured;
  const met = verdict(lessonSeconds <= TARGET_SECONDS);
  console.log(`  a lesson twelve hours later: ${lessonSeconds.toFixed(3)} s; at most ${TARGET_SECONDS} s: ${met}`);
  for (const { service, item, dollars } of learnedLines(measured))
    console.log(`  ${service}, ${item}: ${(100 * dollars).toFixed(4)} cents a workload and month`);
  const cents = learnedCents(measured);
  console.log(`  in all ${cents.toFixed(3)} cents; at most ${TARGET_CENTS}: ${verdict(cents <= TARGET_CENTS)}`);
  console.log(
    `  with a load more each, named or memory that follows load: ${learnedCents(measured, 1).toFixed(3)} cents`,
  );
}

/** For the bill. */
export function measureLearned(): LearnedMeasured {
  const now = thisMinute();
  return measuredOf(lessons(now), now);
}

type Lesson = readonly [key: string, fitted: Fitted];

function lessons(now: number): readonly Lesson[] {
  return Array.from({ length: WORKLOADS }, (_, i) => [`team/service-${i}`, lessonOf(i, now)] as const);
}

function measuredOf(fitted: readonly Lesson[], now: number): LearnedMeasured {
  const [, before] = fitted[TIMED] ?? [];
  const packed = packedGroups(fitted).reduce((a, b) => a + b, 0);
  return {
    storedBytes: Math.round(packed / fitted.length),
    lessonSeconds: leastSeconds(() => lessonOf(TIMED, now + SINCE_BEFORE_MS, before)),
  };
}

function packedGroups(fitted: readonly Lesson[]): readonly number[] {
  const groups = Array.from({ length: Math.ceil(fitted.length / 8) }, (_, i) => fitted.slice(8 * i, 8 * i + 8));
  return groups.map((group) => packGroup('a group', group).length);
}

function thisMinute(): number {
  return Math.floor(Date.now() / 60_000) * 60_000;
}

/** Cores in the mean: small ones take plain headroom, and larger ones keep a model. */
const CORES = [1, 4, 16, 64];
/** Of those that are timed: with a model. */
const TIMED = 3;

function lessonOf(i: number, now: number, previous?: Fitted): Fitted {
  const load = generatedLoad({ seed: i + 1, mean: CORES[i % CORES.length] ?? 1 });
  const span = { from: now - DAYS * DAY_MS, to: now + 1, stepMs: 60_000 };
  const history = benchPast({ ...benchWorkload(i, now, {}), load }, span);
  const request = { coresPerReplica: 0.5, startupSeconds: 30 };
  return fitWorkload({ history, previous, now, ...request, sloPercent: 99.5, tickSeconds: 60 });
}

function printSizes(fitted: readonly Lesson[]): void {
  const text = (value: unknown) => (JSON.stringify(value, shortNumber) ?? '').length;
  const sizings = fitted.flatMap(([, { sizing }]) => sizing ?? []);
  const mean = <T>(all: readonly T[], of: (one: T) => number) =>
    Math.round(all.reduce((sum, one) => sum + of(one), 0) / Math.max(1, all.length));
  const part = (name: string, of: (one: FittedSizing) => unknown) => `${name} ${mean(sizings, (one) => text(of(one)))}`;
  const parts = [
    part('model', ({ model }) => model),
    part('record', ({ record }) => record),
    part('usual day', ({ usual }) => usual),
    part('policy', ({ policy }) => policy),
    `forecasts ${mean(fitted, ([, { signals }]) => text(signals))}`,
  ];
  console.log(`  ${sizings.filter(({ model }) => model !== null).length} of them with a model`);
  console.log(`  bytes a workload as text: ${parts.join(', ')}; ${mean(fitted, ([, one]) => text(one))} in all`);
  const packed = packedGroups(fitted);
  const stored = Math.round(packed.reduce((a, b) => a + b, 0) / fitted.length);
  console.log(`  as stored, eight an item: ${stored} bytes a workload, the largest item ${Math.max(...packed)}`);
}

/** Of CPU, since the machine may be shared; least, since what else runs makes it more and nothing makes it less. */
function leastSeconds(run: () => unknown): number {
  const times = Array.from({ length: LESSONS }, () => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  });
  return Math.min(...times);
}
