// How memory is sized: what pods hold at rest is no load, and before that is known nothing is staked on it.

import type { Observation } from '../workload/observation.ts';
import { TOLERANCE } from '../workload/pace.ts';
import type { Policy } from '../workload/policy.ts';
import type { Series } from '../workload/series.ts';
import type { EpochMs } from '../workload/time.ts';
import { servingPods } from '../workload/utilisation.ts';
import { replicasFor } from './capacity.ts';
import type { MemoryKind, MemoryNature } from './memory-nature.ts';
import { baseFromSteps, memoryLevel } from './memory-steps.ts';
import { GROWN, type Held, onTrial, removable, TRIAL_SHARE, trialFrom, trialTarget } from './memory-trial.ts';

/** Less room than this share of the request between base and target, and more replicas bring no pod under the target. */
export const LEAST_ROOM = 0.1;
/** Of what a pod holds, the share that must follow load for more replicas to be worth asking for. */
export const LEAST_LOAD = 0.15;
/** No pod is brought nearer to its limit than this by taking others away. */
export const BELOW_LIMIT = 0.95;

export interface MemoryView {
  readonly kind: MemoryKind;
  /** Bytes every pod holds before any load; 0 while that is not known. */
  readonly baseBytes: number;
  /** Whether more replicas bring it to its target: only then is it sized, forecast and held against scaling in. */
  readonly sizes: boolean;
  /** Total over the last minutes, bytes; null where the present count has not stood for long enough to tell. */
  readonly level: number | null;
  /** How far an unanswered trial may go at present: its step, none, or back. */
  readonly trialTo: number;
  /** To hand to the next assessment. */
  readonly nature: MemoryNature;
}

/** What two weeks of history say. */
interface FittedBase {
  readonly at: EpochMs;
  readonly memoryBaseBytes: number | null;
}

export interface MemoryInput {
  readonly now: EpochMs;
  readonly observation: Observation;
  readonly policy: Policy;
  readonly recent: Series;
  readonly fitted: FittedBase | undefined;
  /** Of the assessment before; undefined for the first. */
  readonly before: MemoryNature | undefined;
}

const FRESH: MemoryNature = { baseBytes: null, at: 0, since: 0, trial: null };

/** What is known of a workload's memory now: from the steps in the recent series, from before, or from fitting; the newest counts. */
export function viewMemory(input: MemoryInput): MemoryView {
  const { now, observation, policy, recent, fitted, before = FRESH } = input;
  // New pods begin with little: what a rollout did to memory says nothing of replicas.
  const since = observation.rollout === 'settled' ? before.since : now;
  const known = newest(baseFromSteps(recent, since, before.baseBytes !== null), now, before, fitted);
  const of = held(observation, policy);
  const current = observation.replicas.spec;
  const level = memoryLevel(recent, since);
  const unanswered = { kind: 'unknown', sizes: false, level } as const;
  if (of === null)
    return {
      ...unanswered,
      baseBytes: known.baseBytes ?? 0,
      trialTo: current,
      nature: { ...known, since, trial: null },
    };
  if (known.baseBytes === null) {
    const trial = trialFrom(before.trial, of, current, now);
    const trialTo = trial === null ? current : trialTarget(trial, current, now, level !== null);
    return { ...unanswered, baseBytes: 0, trialTo, nature: { ...known, since, trial } };
  }
  const baseBytes = Math.min(known.baseBytes, of.perPod);
  const sizes = hasRoom(of, baseBytes);
  const follows = sizes && followsLoad(of, baseBytes);
  const nature = { ...known, since, trial: null };
  return { kind: follows ? 'follows_load' : 'at_rest', baseBytes, sizes, level, trialTo: current, nature };
}

/**
 * Replicas that memory asks for, and why; null where it is not sized by.
 * @param others what the other signals need, null where that is not known
 */
export function memoryNeed(
  { kind, baseBytes, sizes, level, trialTo, nature }: MemoryView,
  observation: Observation,
  policy: Policy,
  others: number | null,
): { readonly replicas: number; readonly reason: string } | null {
  const of = held(observation, policy);
  if (of === null) return null;
  const current = observation.replicas.spec;
  const close = Math.abs(of.percent / of.goal - 1) <= TOLERANCE && servingPods(observation) === current;
  const reason = `memory is at ${of.percent.toFixed(1).replace(/\.0$/, '')} % of requests, target ${of.goal} %`;
  const capacity = { perReplica: of.request, base: baseBytes, measuredReplicas: of.pods };
  const sized = (demand: number) => (close ? current : (replicasFor(demand, capacity, of.goal) ?? 1));
  if (sizes) {
    const replicas = sized(of.demand);
    if (replicas <= current) return { replicas, reason };
    // The base was told from the last minutes: growing waits for as many, or caches that fill look like load.
    if (of.limit !== undefined && of.perPod >= BELOW_LIMIT * of.limit) return { replicas, reason };
    return { replicas: Math.min(replicas, level === null ? current : Math.max(current, sized(level))), reason };
  }
  if (kind === 'at_rest') {
    const replicas = Math.min(current, Math.max(fewestAtRest(of, baseBytes, current), notAllAtOnce(of, current)));
    return { replicas, reason: `${reason}, which every pod holds at rest: more replicas would not lower it` };
  }
  const shared = sized(of.demand);
  if (shared < current) return { replicas: shared, reason };
  return onTrial(shared, {
    current,
    others,
    // By the last minutes where they were higher: one low reading is no room.
    spare: level === null ? 0 : removable(of, Math.max(of.perPod, level / of.pods), current, nature.trial),
    trialTo,
    reason,
  });
}

function held(observation: Observation, policy: Policy): Held | null {
  const reading = observation.signals.memory;
  const request = observation.capacity.memory;
  const pods = servingPods(observation) * (reading?.coverage ?? 0);
  if (policy.memoryOff || reading === undefined || request === undefined || pods <= 0) return null;
  const { demand } = reading;
  const percent = (100 * demand) / (request * servingPods(observation));
  const goal = policy.targetPercent.memory;
  return { demand, pods, perPod: demand / pods, request, goal, percent, limit: observation.limits?.memory };
}

/** Whether memory, as far as is known, is what every pod holds before any load: then it says nothing of what a pod has to do. */
export function isMemoryAtRest(observation: Observation, policy: Policy, known: MemoryNature | undefined): boolean {
  const of = held(observation, policy);
  const baseBytes = known?.baseBytes ?? null;
  if (of === null || baseBytes === null) return policy.memoryOff === true;
  return !hasRoom(of, baseBytes) || !followsLoad(of, baseBytes);
}

function followsLoad({ perPod }: Held, baseBytes: number): boolean {
  return perPod - Math.min(baseBytes, perPod) >= LEAST_LOAD * perPod;
}

function hasRoom({ request, goal }: Held, baseBytes: number): boolean {
  return (request * goal) / 100 - baseBytes >= LEAST_ROOM * request;
}

function newest(
  seen: number | null,
  now: EpochMs,
  before: MemoryNature,
  learned: FittedBase | undefined,
): Pick<MemoryNature, 'baseBytes' | 'at'> {
  if (seen !== null) return { baseBytes: Math.round(seen), at: now };
  const base = learned?.memoryBaseBytes ?? null;
  const isNewer = before.baseBytes === null || (learned?.at ?? 0) > before.at;
  if (base !== null && isNewer) return { baseBytes: base, at: learned?.at ?? 0 };
  return { baseBytes: before.baseBytes, at: before.at };
}

/** Load that pods would share among fewer: not so few that it would bring them to their limit. */
function fewestAtRest({ demand, pods, request, limit }: Held, baseBytes: number, current: number): number {
  const load = demand - baseBytes * pods;
  if (load < NOISE * demand) return 1;
  const most = limit === undefined ? Math.max(request, GROWN * baseBytes) : BELOW_LIMIT * limit;
  return most <= baseBytes ? current : Math.ceil(load / (most - baseBytes));
}

/** Scaled in step by step, each of which shows anew what memory does: all at once only where memory, shared after all, fits. */
function notAllAtOnce({ demand, request, limit }: Held, current: number): number {
  const shared = Math.ceil(demand / (limit === undefined ? request : BELOW_LIMIT * limit));
  return Math.min(shared, current - Math.max(1, Math.floor(current * TRIAL_SHARE)));
}

/** A load this small, as a share of all, is not one. */
const NOISE = 0.03;
