// What deciding costs on a real trace, alone on one core: a tick, a lesson, sixteen days. Baseline: an HPA on that trace.

import type { Job } from '../cli/backtest/job.ts';
import { demandAt } from '../cli/trace/trace.ts';
import { runBacktest } from '../lib/app/backtest/backtest.ts';
import { makePolicy } from '../lib/app/backtest/policies.ts';
import type { BacktestPolicy } from '../lib/app/backtest/policy.ts';
import { Samples } from '../lib/app/backtest/samples.ts';
import { fitWorkload } from '../lib/domain/learning/fit-workload.ts';
import { quantile } from '../lib/domain/workload/series.ts';

const DAY_SECONDS = 86_400;
const DAYS = 16;
const HISTORY_DAYS = 14;
const TICK_MS = 60_000;
const LESSONS = 7;
const TICK_AT_MOST_MS = 2;
const RUN_AT_MOST_SECONDS = 20;

/** @param jobs of `ours`: the longest trace is taken, and begun again where it is shorter than sixteen days */
export function measureSpeed(jobs: readonly Job[]): void {
  const job = jobs.toSorted((a, b) => daysOf(b) - daysOf(a))[0];
  if (job === undefined) return;
  const ours = timedRun(job, 'ours');
  const hpa = timedRun(job, 'hpa:0.7');
  const tickMs = quantile(ours.ticksMs, 0.5);
  const totalMs = ours.ticksMs.reduce((sum, ms) => sum + ms, 0);
  const restMs = totalMs / ours.ticksMs.length - tickMs;
  const lessonMs = quantile(
    Array.from({ length: LESSONS }, () => lesson(job)),
    0.5,
  );
  const verdict = (met: boolean) => (met ? 'met' : 'MISSED');
  console.log(
    `Speed: ${DAYS} days of one-minute ticks on ${job.label}, alone on one core; baseline: HPA at 70 % on the same`,
  );
  console.log(
    `  ${verdict(tickMs < TICK_AT_MOST_MS)}: a tick decides in ${tickMs.toFixed(3)} ms in the median, bookkeeping included; ${TICK_AT_MOST_MS} ms is the limit`,
  );
  console.log(
    `  ${verdict(restMs < TICK_AT_MOST_MS)}: learning, spread over all ticks, adds ${restMs.toFixed(3)} ms to each; one lesson on ${HISTORY_DAYS} days takes ${lessonMs.toFixed(0)} ms`,
  );
  console.log(
    `  ${verdict(ours.cpuSeconds < RUN_AT_MOST_SECONDS)}: the run takes ${ours.cpuSeconds.toFixed(1)} s of CPU (${ours.seconds.toFixed(1)} s on the wall) = ${(ours.cpuSeconds / hpa.cpuSeconds).toFixed(0)} × the HPA's ${hpa.cpuSeconds.toFixed(2)} s; ${RUN_AT_MOST_SECONDS} s is the limit`,
  );
}

function daysOf({ trace }: Job): number {
  return (trace.demand.length * trace.intervalSeconds) / DAY_SECONDS;
}

interface Timed {
  /** On the wall: on a busy machine more than the work takes. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly ticksMs: readonly number[];
}

/** The very run of a backtest, with a stop-watch around each decision. */
function timedRun(job: Job, name: string): Timed {
  const { trace, settings, startupSeconds } = job;
  const length = (DAYS * DAY_SECONDS) / trace.intervalSeconds;
  const demand = Float64Array.from({ length }, (_, i) => demandAt(trace, i * trace.intervalSeconds));
  const long = { ...trace, demand };
  const policy = makePolicy(name, settings, { ...long, startupSeconds });
  if (policy === null) throw new Error(`there is no policy ${name}`);
  const ticksMs: number[] = [];
  const timed: BacktestPolicy = {
    name,
    everySeconds: policy.everySeconds,
    source: name,
    decide(view) {
      const from = performance.now();
      const replicas = policy.decide(view);
      ticksMs.push(performance.now() - from);
      return replicas;
    },
  };
  const started = performance.now();
  const cpu = process.cpuUsage();
  runBacktest({ ...long, ...settings, startupSeconds }, timed);
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6, ticksMs };
}

/** Milliseconds to learn from the trace's first two weeks, as the store gives them. */
function lesson({ trace, settings, startupSeconds }: Job): number {
  const samples = new Samples();
  const ticks = (HISTORY_DAYS * DAY_SECONDS * 1000) / TICK_MS;
  for (let i = 0; i < ticks; i++) {
    const demand = demandAt(trace, (i * TICK_MS) / 1000);
    samples.append(trace.startsAt + i * TICK_MS, demand, Math.ceil(demand / (0.7 * settings.capacity)));
  }
  const now = trace.startsAt + (ticks - 1) * TICK_MS;
  const history = samples.history(trace.startsAt, now);
  const { capacity: coresPerReplica, sloPercent, tickSeconds } = settings;
  const from = performance.now();
  fitWorkload({ history, previous: undefined, now, coresPerReplica, startupSeconds, sloPercent, tickSeconds });
  return performance.now() - from;
}
