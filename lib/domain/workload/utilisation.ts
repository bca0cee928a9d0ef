// From demand to replicas, and from readings to utilisation.
import type { Observation, PerSignal, Policy, ReasonCode, SignalName } from '../model.ts';
import { SIGNAL_NAMES } from '../model.ts';

/** Floating-point dust must not cost a replica. */
const EPSILON = 1e-9;
/** The SLO's own line: a replica above this share of its request counts as short of capacity (backtest contract). */
export const FULL_PERCENT = 90;

/** The per-replica side of sizing one signal. */
export interface Capacity {
  /** What one replica requests: cores or bytes. */
  readonly perReplica: number;
  /** What one replica uses before any load (memory); 0 for cpu. */
  readonly base: number;
  /** Replicas over which the demand was measured. */
  readonly measuredReplicas: number;
}

/**
 * The fewest replicas that carry a total demand at or under `targetPercent` of their requests.
 * @returns null where no number of replicas can: every pod alone is over the target before any load
 */
export function replicasFor(demand: number, capacity: Capacity, targetPercent: number): number | null {
  const load = Math.max(0, demand - capacity.base * capacity.measuredReplicas);
  const room = (capacity.perReplica * targetPercent) / 100 - capacity.base;
  if (room <= 0) return null;
  return Math.max(1, Math.ceil(load / room - EPSILON));
}

/** Pods that carry the measured load: those that are ready, and those that served and lost readiness. */
export function servingPods({ replicas }: Observation): number {
  return replicas.serving ?? replicas.ready;
}

/** Per signal, how demand turns into replicas; absent where a container states no request. */
export function capacities(observation: Observation, memoryBaseBytes: number): PerSignal<Capacity> {
  const measuredReplicas = Math.max(1, servingPods(observation));
  const { cpu, memory } = observation.capacity;
  return {
    ...(cpu === undefined ? {} : { cpu: { perReplica: cpu, base: 0, measuredReplicas } }),
    ...(memory === undefined ? {} : { memory: { perReplica: memory, base: memoryBaseBytes, measuredReplicas } }),
  };
}

/** Demand in percent of what the pods that carry it request, per signal. */
export function utilisationOf(observation: Observation): PerSignal<number> {
  const result: Partial<Record<SignalName, number>> = {};
  const serving = servingPods(observation);
  for (const signal of SIGNAL_NAMES) {
    const reading = observation.signals[signal];
    const perReplica = observation.capacity[signal];
    if (reading === undefined || perReplica === undefined || serving < 1) continue;
    result[signal] = (100 * reading.demand) / (perReplica * serving);
  }
  return result;
}

/** Signals on which nobody may scale down, each with the reason. */
export function blindSignals(observation: Observation, policy: Policy): PerSignal<string> {
  const entries = Object.entries(blindness(observation, policy)).map(([signal, { why }]) => [signal, why] as const);
  return Object.fromEntries(entries) as PerSignal<string>;
}

/** Why a signal does not allow a scale-down. */
interface Blindness {
  readonly code: Extract<
    ReasonCode,
    'request_missing' | 'signal_missing' | 'signal_stale' | 'pods_starting' | 'signal_partial'
  >;
  readonly why: string;
}

/**
 * Signals that are missing, stale, partly measured, or without a request.
 * A workload without a memory request, or with its memory target off, is simply not sized by memory.
 */
export function blindness(observation: Observation, policy: Policy): PerSignal<Blindness> {
  const staleMs = policy.staleAfterTicks * policy.tickSeconds * 1000;
  const result: Partial<Record<SignalName, Blindness>> = {};
  for (const signal of SIGNAL_NAMES) {
    if (signal === 'memory' && policy.memoryOff) continue;
    const found = blindnessOf(signal, observation, staleMs);
    if (found !== null) result[signal] = found;
  }
  return result;
}

function blindnessOf(signal: SignalName, observation: Observation, staleMs: number): Blindness | null {
  const reading = observation.signals[signal];
  if (observation.capacity[signal] === undefined)
    return signal === 'cpu'
      ? { code: 'request_missing', why: `cannot be sized: ${whyNoRequest(observation)}, set resources.requests.cpu` }
      : null;
  if (reading === undefined)
    return { code: 'signal_missing', why: `not measured: ${whyNoReading(signal, observation)}` };
  if (reading.at < observation.at - staleMs)
    return { code: 'signal_stale', why: `stale: measured ${secondsAgo(observation.at, reading.at)} s ago` };
  // A clock that is wrong: such a figure would never grow old.
  if (reading.at > observation.at + staleMs)
    return {
      code: 'signal_stale',
      why: `dated ${secondsAgo(reading.at, observation.at)} s ahead of the tick: check the nodes' clocks`,
    };
  if (reading.coverage >= 1) return null;
  if (reading.startingPods !== undefined)
    return {
      code: 'pods_starting',
      why: `not known of ${reading.startingPods} ready pods: their figure is of their start-up`,
    };
  const why = `only ${Math.round(reading.coverage * 100)} % of the serving pods were measured`;
  return { code: 'signal_partial', why: reading.leftOut === undefined ? why : `${why} (left out: ${reading.leftOut})` };
}

/** What older versions stored does not name the container. */
function whyNoRequest({ unrequested }: Observation): string {
  return unrequested?.cpu === undefined ? 'a container states no CPU request' : `no CPU request, ${unrequested.cpu}`;
}

/** Only pods that serve are measured: where there are none, the metrics API is not what to look at. */
function whyNoReading(signal: SignalName, observation: Observation): string {
  const { replicas, troubles, unread, podsNotFound } = observation;
  const left = unread?.[signal];
  if (left !== undefined) return `left out: ${left}`;
  if (podsNotFound !== undefined) return readyWords(observation);
  if (servingPods(observation) > 0 || replicas.spec === 0) return 'no reading from the metrics API';
  const crashing = troubles?.crashLoop ?? 0;
  const words = readyWords(observation);
  return crashing > 0 ? `${words}, ${crashing} crash again and again: see their logs` : words;
}

/** How many of its pods serve; of pods that were not found nothing is said but that, and why. */
export function readyWords({ replicas, podsNotFound }: Pick<Observation, 'replicas' | 'podsNotFound'>): string {
  return podsNotFound === undefined
    ? `${replicas.ready} of ${replicas.spec} pods are ready`
    : `no pods of it were found: ${podsNotFound}`;
}

function secondsAgo(now: number, then: number): number {
  return Math.round((now - then) / 1000);
}
