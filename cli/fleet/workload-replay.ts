// One workload of a fleet, replayed: as its own HPA has it, as the clairvoyant would, under the best HPA found, and under ours.
import { runBacktest } from '../../lib/app/backtest/backtest.ts';
import { keepsSlo, type RunScore } from '../../lib/app/backtest/frontier.ts';
import { hpaPolicy } from '../../lib/app/backtest/hpa-policy.ts';
import { limitPolicy } from '../../lib/app/backtest/limit-policy.ts';
import { oursOverHpaPolicy } from '../../lib/app/backtest/ours-over-hpa-policy.ts';
import { oursPolicy } from '../../lib/app/backtest/ours-policy.ts';
import { type BacktestPolicy, type PolicySettings, STEP_SECONDS } from '../../lib/app/backtest/policy.ts';
import { neededReplicas, scoredFromSeconds } from '../../lib/app/backtest/score.ts';
import { tuneHpa } from '../../lib/app/backtest/tune-hpa.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import type { Trace } from '../trace/trace.ts';
import { boundsFor } from './bounds.ts';
import { type ReplayRecorder, recordReplay } from './replay-chart.ts';
import type { Bounds, Needed, Scored, WorkloadJob, WorkloadReplay } from './workload.ts';

/** What is saved must be worth a change: less is in the noise of two weeks. */
const WORTHWHILE = 0.05;
/** An HPA that ours sets the floor of is left this target: it is the net for what nobody foresaw. */
const NET_TARGET_PERCENT = 90;
/** An HPA remembers minutes: it has forgotten how it was started long before it is scored. */
const HPA_SETTLES_SECONDS = 86_400;
/** Of the SLO's budget, percent, so that a tuned target is not the last that just keeps it. */
const TUNED_BUDGET_SHARE = 0.8;

/** Nothing is replayed that could not change the verdict: what is within 5 % of the clairvoyant cannot be 5 % cheaper. */
export function replayWorkload(job: WorkloadJob): WorkloadReplay {
  const { trace, capacity, sloPercent, now } = job;
  const scoredFrom = trace.startsAt + 1000 * scoredFromSeconds(trace.demand.length * trace.intervalSeconds);
  const scoredDemand = trace.demand.subarray(Math.round((scoredFrom - trace.startsAt) / 1000 / trace.intervalSeconds));
  const needed = neededOf(scoredDemand, capacity);
  const bounds = boundsFor(job, needed, 100 - sloPercent);
  const recent = settled(trace, scoredFrom);
  const run = (on: Trace, make: Make, more: Partial<PolicySettings> = {}) =>
    replay(job, on, make, { ...bounds, ...more }, scoredFrom);
  const scored = (score: RunScore): Scored => ({
    shortPct: score.violationPct,
    replicas: (score.cost ?? 0) * needed.mean,
    changesPerHour: score.changesPerHour,
  });
  const drawn = (on: Trace, make: Make, more: Partial<PolicySettings> = {}): Scored => {
    const seconds = scoredDemand.length * trace.intervalSeconds;
    const recorder = recordReplay(capacity, scoredFrom, seconds, STEP_SECONDS);
    const score = replay(job, on, make, { ...bounds, ...more }, scoredFrom, recorder.onStep);
    return { ...scored(score), chart: recorder.result() };
  };
  const present = drawn(recent, hpa(now.targetPercent), { min: now.min, max: now.max });
  const limit = scored(run(recent, (settings) => limitPolicy('limit', settings, { ...recent, ...job })));
  const { mean, most } = needed;
  const scoredHours = (scoredDemand.length * trace.intervalSeconds) / 3600;
  const found = { scoredFrom, scoredHours, needed: { mean, most }, bounds, now: present, limit };
  if (mean === 0 || (keeps(present, sloPercent) && !isWorth(limit, present)))
    return { ...found, tuned: null, ours: null };

  const tunedSlo = 100 - TUNED_BUDGET_SHARE * (100 - sloPercent);
  const search = tuneHpa(
    ({ targetPercent, behaviour }) => run(recent, hpa(targetPercent), { hpaBehaviour: behaviour }),
    tunedSlo,
  );
  const { targetPercent, behaviour } = search.best;
  const tuned = { ...drawn(recent, hpa(targetPercent), { hpaBehaviour: behaviour }), targetPercent, behaviour };
  if (job.isKeda || (keeps(tuned, sloPercent) && !isWorth(limit, tuned))) return { ...found, tuned, ours: null };
  const net = netTarget(job);
  const ours: Make = (settings) =>
    net === null ? oursPolicy('ours', settings) : oursOverHpaPolicy('ours', net, settings);
  return { ...found, tuned, ours: drawn(trace, ours) };
}

/** The target of the HPA under ours; null where there is none. */
export function netTarget({ hasHpa, now }: Pick<WorkloadJob, 'hasHpa' | 'now'>): number | null {
  return hasHpa ? Math.max(now.targetPercent, NET_TARGET_PERCENT) : null;
}

/** Whether it was short no more often than the SLO lets it. */
export function keeps({ shortPct }: Pick<Scored, 'shortPct'>, sloPercent: number): boolean {
  return keepsSlo({ violationPct: shortPct }, sloPercent);
}

/** Whether one needs so many fewer replicas than another that a change is worth it. */
export function isWorth(one: Pick<Scored, 'replicas'>, than: Pick<Scored, 'replicas'>): boolean {
  return one.replicas < (1 - WORTHWHILE) * than.replicas;
}

type Make = (settings: PolicySettings) => BacktestPolicy;

const hpa =
  (targetPercent: number): Make =>
  (settings) =>
    hpaPolicy('hpa', targetPercent, settings);

function replay(
  { capacity, startupSeconds, sloPercent, timeZone }: WorkloadJob,
  trace: Trace,
  make: Make,
  more: Bounds & Partial<PolicySettings>,
  scoredFrom: EpochMs,
  onStep?: ReplayRecorder['onStep'],
): RunScore {
  const settings: PolicySettings = {
    ...{ capacity, sloPercent, tickSeconds: 60 },
    ...(timeZone !== null && { timeZone }),
    ...more,
  };
  return runBacktest(
    { ...trace, ...settings, startupSeconds, scoredFrom, ...(onStep !== undefined && { onStep }) },
    make(settings),
  );
}

function settled(trace: Trace, scoredFrom: EpochMs): Trace {
  const skipped = Math.floor(((scoredFrom - trace.startsAt) / 1000 - HPA_SETTLES_SECONDS) / trace.intervalSeconds);
  if (skipped <= 0) return trace;
  return {
    ...trace,
    startsAt: trace.startsAt + 1000 * skipped * trace.intervalSeconds,
    demand: trace.demand.subarray(skipped),
  };
}

function neededOf(demand: Float64Array, capacity: number): Needed {
  const counts = Array.from(demand, (value) => neededReplicas(value, capacity));
  const sum = counts.reduce((all, one) => all + one, 0);
  return {
    mean: sum / Math.max(1, counts.length),
    most: counts.reduce((most, one) => Math.max(most, one), 0),
    above: (replicas) => (100 * counts.filter((one) => one > replicas).length) / Math.max(1, counts.length),
  };
}
