// How memory is sized: what pods hold at rest is no load, and before that is known nothing is staked on it.
import type { Learned } from './learned.ts';
import { baseFromSteps, memoryLevel } from './memory-steps.ts';
import type { EpochMs, MemoryKind, MemoryNature, MemoryTrial, Observation, Policy, Series } from './model.ts';
import { replicasFor, servingPods } from './sizing.ts';

/** HPA's own tolerance: a ratio this close to 1 is not worth a change. */
const TOLERANCE = 0.1;
/** Less room than this share of the request between base and target, and more replicas bring no pod under the target. */
const LEAST_ROOM = 0.1;
/** Of what a pod holds, the share that must follow load for more replicas to be worth asking for. */
const LEAST_LOAD = 0.15;
/** A step by this share can be told from noise, and costs little where it was in vain. */
const TRIAL_SHARE = 0.2;
/** Memory that has grown by so much since, after so long, asks for another trial. */
const GROWN = 1.1;
const ANEW_AFTER_MS = 900_000;
/** A step that noise has left without an answer for so long is taken back. */
const UNANSWERED_MS = 1_800_000;
/** No pod is brought nearer to its limit than this by taking others away. */
const BELOW_LIMIT = 0.95;
const BELOW_LIMIT_ON_TRIAL = 0.97;

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

export interface MemoryInput {
  readonly now: EpochMs;
  readonly observation: Observation;
  readonly policy: Policy;
  readonly recent: Series;
  readonly learned: Learned | undefined;
  /** Of the assessment before; undefined for the first. */
  readonly before: MemoryNature | undefined;
}

const FRESH: MemoryNature = { baseBytes: null, at: 0, since: 0, trial: null };

/** What is known of a workload's memory now: from the steps of the last hour, from before, or from learning; the newest counts. */
export function viewMemory(input: MemoryInput): MemoryView {
  const { now, observation, policy, recent, learned, before = FRESH } = input;
  // New pods begin with little: what a rollout did to memory says nothing of replicas.
  const since = observation.rollout === 'settled' ? before.since : now;
  const known = newest(baseFromSteps(recent, since), now, before, learned);
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
  const follows = sizes && of.perPod - baseBytes >= LEAST_LOAD * of.perPod;
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
    // The base was told from the last minutes: growing waits for as many, or caches that fill look like load.
    if (replicas <= current || of.percent >= 100) return { replicas, reason };
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
    spare: level !== null ? removable(of, current, nature.trial) : 0,
    trialTo,
    reason,
  });
}

interface Trial {
  readonly current: number;
  readonly others: number | null;
  /** Pods that may go. */
  readonly spare: number;
  readonly trialTo: number;
  readonly reason: string;
}

/** @param shared what memory would need if more replicas shared it; the present count or more */
function onTrial(shared: number, { current, others, spare, trialTo, reason }: Trial) {
  const fewer = others === null || others >= current ? current : Math.max(others, Math.min(trialTo, current - spare));
  if (fewer < current)
    return { replicas: fewer, reason: `${reason}; ${current - fewer} fewer on trial: it may be held at rest` };
  const replicas = Math.min(shared, Math.max(current, trialTo));
  return replicas === current
    ? { replicas, reason: `${reason}, and it is not known yet whether more replicas lower it` }
    : { replicas, reason: `${reason}; one step on trial, to see whether more replicas lower it` };
}

/** Memory as it is now. */
interface Held {
  readonly demand: number;
  /** Pods that were measured: a share of those that carry it. */
  readonly pods: number;
  readonly perPod: number;
  readonly request: number;
  readonly goal: number;
  readonly percent: number;
  readonly limit: number | undefined;
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

function hasRoom({ request, goal }: Held, baseBytes: number): boolean {
  return (request * goal) / 100 - baseBytes >= LEAST_ROOM * request;
}

function newest(
  seen: number | null,
  now: EpochMs,
  before: MemoryNature,
  learned: Learned | undefined,
): Pick<MemoryNature, 'baseBytes' | 'at'> {
  if (seen !== null) return { baseBytes: Math.round(seen), at: now };
  const base = learned?.memoryBaseBytes ?? null;
  const isNewer = before.baseBytes === null || (learned?.at ?? 0) > before.at;
  if (base !== null && isNewer) return { baseBytes: base, at: learned?.at ?? 0 };
  return { baseBytes: before.baseBytes, at: before.at };
}

/** Begins when memory nears its target. */
function trialFrom(before: MemoryTrial | null, of: Held, current: number, now: EpochMs): MemoryTrial | null {
  if (of.percent < of.goal * (1 - TOLERANCE)) return null;
  const anew = before === null || (of.perPod > GROWN * before.perPodBytes && now - before.at >= ANEW_AFTER_MS);
  if (anew) return { at: now, from: current, perPodBytes: of.perPod, steppedAt: null };
  return before.steppedAt === null && current !== before.from ? { ...before, steppedAt: now } : before;
}

/** One step, once the present has been watched; then no more, and in the end back to where it came from. */
function trialTarget({ from, steppedAt }: MemoryTrial, current: number, now: EpochMs, isWatched: boolean): number {
  if (steppedAt !== null) return now - steppedAt >= UNANSWERED_MS ? Math.min(current, from) : current;
  return isWatched ? Math.max(current, from + Math.max(1, Math.ceil(from * TRIAL_SHARE))) : current;
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

/** Pods that may go on trial: if the rest had to share their memory after all, none would come to its limit. */
function removable({ perPod, request, limit }: Held, current: number, trial: MemoryTrial | null): number {
  const begun = trial?.perPodBytes ?? perPod;
  const most = limit === undefined ? Math.max(request, GROWN * begun) : BELOW_LIMIT_ON_TRIAL * limit;
  return Math.min(
    Math.max(1, Math.floor(current * TRIAL_SHARE)),
    Math.max(0, Math.floor(current * (1 - perPod / most))),
  );
}
