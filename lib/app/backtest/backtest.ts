// One trace against one policy: the simulated cluster of the backtest contract, stepped and scored.

import type { QueueConfig } from '../../domain/simulation/queue-model.ts';
import {
  podGroups,
  readyReplicas,
  type SimulationConfig,
  type SimulationState,
  setReplicas,
  startSimulation,
  step,
  visibleUsage,
} from '../../domain/simulation/workload-model.ts';
import type { LevelReading, PerSignal } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { queuedAt, type RecordedLevel, recordedAt } from './levels.ts';
import { type BacktestPolicy, type BacktestView, occasionAt, STEP_SECONDS } from './policy.ts';
import { neededReplicas, type Scores, scoredFromSeconds, startScoring } from './score.ts';
import { wholeSteps } from './step-demand.ts';

export interface BacktestInput {
  /** Total demand; each value holds through its interval, and counts by its mean over each step of 15 s. */
  readonly demand: Float64Array;
  readonly intervalSeconds: number;
  readonly startsAt: EpochMs;
  /** Demand that one replica takes at 100 % of its CPU request, in the unit of the demand. */
  readonly capacity: number;
  /** From a pod's birth until it serves. */
  readonly startupSeconds: number;
  /** Levels as they were measured. */
  readonly recordedLevels?: readonly RecordedLevel[];
  /** What finds no free place waits, and the latency that comes of it is a level. */
  readonly queue?: QueueConfig;
  /** A multiple of 15. */
  readonly tickSeconds: number;
  readonly min: number;
  readonly max: number;
  /** Unless told: from day 8 on, or from half of a trace shorter than 14 days. */
  readonly scoredFrom?: EpochMs;
  /** Called at every tick and at each look that changed something, after whatever was decided at that moment. */
  readonly onTick?: (tick: BacktestTick) => void;
  /** The same at every step of 15 s. */
  readonly onStep?: (tick: BacktestTick) => void;
}

export interface BacktestTick {
  readonly at: EpochMs;
  /** The true demand of this moment, which no policy has seen yet. */
  readonly demand: number;
  readonly replicas: number;
  readonly ready: number;
  readonly source: string;
  /** Why, where the policy says so. */
  readonly reason?: string;
  /** As the policy may see them. Absent where there are none. */
  readonly levels?: PerSignal<LevelReading>;
}

export interface BacktestResult extends Scores {
  readonly policy: string;
  readonly scoredFrom: EpochMs;
  /** What it promised to be short over what is scored, percent in the mean; null where it promises nothing. */
  readonly promisedPct: number | null;
  /** Share of the steps of the first two days that were short, percent: before and while it begins to learn. */
  readonly firstDaysPct: number;
}

const FIRST_SECONDS = 2 * 86_400;

/**
 * Replays a trace under a policy. Pure but for what `policy` remembers and `onTick` does: give each run a policy of its own.
 * Starts with the replicas that the first value needs, all of them ready.
 */
export function runBacktest(input: BacktestInput, policy: BacktestPolicy): BacktestResult {
  const run = play(input, policy);
  let next = run.next();
  while (!next.done) next = run.next(policy.decide(next.value));
  return next.value;
}

/** Time passing: yields what a policy may see whenever one is due, and takes its answer. Who asks it may take its time. */
export function* play(
  given: BacktestInput,
  policy: Omit<BacktestPolicy, 'decide'>,
): Generator<BacktestView, BacktestResult, number> {
  const input = { ...given, ...wholeSteps(given) };
  const { startsAt, capacity, startupSeconds, tickSeconds } = input;
  const config: SimulationConfig = {
    capacity,
    startupSeconds,
    ...(input.queue !== undefined && { queue: input.queue }),
  };
  const steps = stepsOf(input);
  const scoredFrom = input.scoredFrom ?? startsAt + 1000 * scoredFromSeconds(steps * STEP_SECONDS);
  const scores = startScores(policy, capacity, scoredFrom - startsAt);
  const clip = (replicas: number) => Math.min(input.max, Math.max(input.min, replicas));
  let state = startSimulation(clip(neededReplicas(demandAt(input, 0), capacity)), 0, config);
  for (let i = 0; i < steps; i++) {
    const { seconds, replicas: before } = state;
    const at = startsAt + seconds * 1000;
    const occasion = occasionAt(policy, seconds);
    if (occasion !== null) state = setReplicas(state, clip(yield { ...viewOf(state, at, config, input), occasion }));
    const { replicas } = state;
    const demand = demandAt(input, seconds);
    const ready = readyReplicas(state, config);
    if (input.onTick !== undefined || input.onStep !== undefined) {
      const tick = { at, demand, replicas, ready, ...saidBy(policy), ...levelsAt(state, at, input) };
      const isDue = occasionAt({ everySeconds: tickSeconds, phaseSeconds: policy.phaseSeconds ?? 0 }, seconds) !== null;
      if (isDue || (occasion === 'look' && replicas !== before)) input.onTick?.(tick);
      input.onStep?.(tick);
    }
    scores.add(seconds, demand, ready, replicas, replicas !== before);
    state = step(state, demand, STEP_SECONDS, config);
  }
  return { policy: policy.name, scoredFrom, ...scores.result() };
}

/** What is scored, the first two days apart, and what was promised meanwhile. */
function startScores(policy: Omit<BacktestPolicy, 'decide'>, capacity: number, fromMs: number) {
  const score = startScoring(capacity);
  const first = startScoring(capacity);
  let promised = 0;
  let promises = 0;
  return {
    add(seconds: number, demand: number, ready: number, replicas: number, changed: boolean): void {
      if (seconds < FIRST_SECONDS) first.add(demand, ready, replicas, changed);
      if (1000 * seconds < fromMs) return;
      score.add(demand, ready, replicas, changed);
      const { promisedPct = null } = policy;
      if (promisedPct === null) return;
      promised += promisedPct;
      promises++;
    },
    result: () => ({
      promisedPct: promises === 0 ? null : promised / promises,
      firstDaysPct: first.result().violationPct,
      ...score.result(),
    }),
  };
}

function saidBy({ source, reason }: Omit<BacktestPolicy, 'decide'>): Pick<BacktestTick, 'source' | 'reason'> {
  return reason === undefined ? { source } : { source, reason };
}

/** Levels beside the demand cost nothing where there are none. */
function levelsAt(
  state: SimulationState,
  now: EpochMs,
  { recordedLevels, queue, startsAt }: BacktestInput,
): Pick<BacktestView, 'levels'> {
  if (recordedLevels === undefined && queue === undefined) return {};
  const queued = queue === undefined ? {} : queuedAt(visibleUsage(state), startsAt);
  return { levels: { ...recordedAt(recordedLevels ?? [], now), ...queued } };
}

function viewOf(
  state: SimulationState,
  now: EpochMs,
  config: SimulationConfig,
  input: BacktestInput,
): Omit<BacktestView, 'occasion'> {
  return {
    now,
    seconds: state.seconds,
    replicas: state.replicas,
    ready: readyReplicas(state, config),
    reading: visibleUsage(state),
    pods: () => podGroups(state, config),
    ...levelsAt(state, now, input),
  };
}

/** A step begins while the trace lasts: cutting the trace short drops steps and changes none. */
function stepsOf({ demand, intervalSeconds }: BacktestInput): number {
  return Math.ceil((demand.length * intervalSeconds) / STEP_SECONDS);
}

function demandAt({ demand, intervalSeconds }: BacktestInput, seconds: number): number {
  return demand[Math.floor(seconds / intervalSeconds)] ?? 0;
}
