// The Kubernetes HPA as a pure function: what we are compared with, and what the simulated cluster's HPAs do.
// Source: kubernetes/kubernetes pkg/controller/podautoscaler (replica_calculator.go, horizontal.go), defaults of autoscaling/v2.

import type { PerResource, Resource } from '../workload/signal.ts';
import {
  downLimit,
  downWindowSeconds,
  type HpaBehaviour,
  type HpaEvents,
  isTolerated,
  noted,
  type Recommendation,
  upLimit,
  upWindowSeconds,
} from './behaviour.ts';

export const HPA_SYNC_SECONDS = 15;
/** Without a `spec.behavior`: up to so many, or so many times as many. */
const OLD_UP_PODS = 4;
const OLD_UP_FACTOR = 2;
/** For this long after its start a pod's CPU may be that of starting up. */
const CPU_INITIALISATION_SECONDS = 300;
/** A Ready condition that settled within this time of the start has never been true. */
const INITIAL_READINESS_SECONDS = 30;
/** Usage adds up to 76.99999999999999 % in floating point where the controller counts whole milli-cores: that is 77 %. */
const ROUNDING = 1e-9;

/** Pods that are alike. Times in seconds, on the clock of `HpaInput.now`. */
export interface HpaPods {
  readonly count: number;
  /** Phase Pending. */
  readonly pending: boolean;
  readonly ready: boolean;
  readonly startedAt: number;
  readonly readyChangedAt: number;
  /** Of one pod, in the unit of the request; null where metrics say nothing of it. */
  readonly usage: PerResource<number> | null;
  /** The same of single containers, by name, for metrics of one. */
  readonly containers?: Readonly<Record<string, PerResource<number>>>;
}

export interface HpaMetric {
  readonly resource: Resource;
  /** Of this container alone (`ContainerResource`), request included; absent where it is the whole pod's. */
  readonly container?: string;
  /** Utilisation of the request to aim at. */
  readonly targetPercent: number;
  /** What one pod requests; null where a container states none, which fails the metric. */
  readonly request: number | null;
}

/** What `spec.behavior` states of each direction comes with it. */
export interface HpaInput extends HpaBehaviour {
  readonly now: number;
  /** `spec.replicas` of the target. */
  readonly replicas: number;
  readonly min: number;
  readonly max: number;
  readonly metrics: readonly HpaMetric[];
  readonly pods: readonly HpaPods[];
  /** When usage was measured; null where the metrics API did not answer, which fails every metric. */
  readonly measuredAt: number | null;
  /** Usage is a mean over this long before it was measured; 0 where readings are of an instant, as in the backtest. */
  readonly windowSeconds: number;
  /**
   * Whether the HPA has a `spec.behavior`; true unless told. Where it has any, the API server fills in the documented rest.
   * Without one the controller takes an older path: up to 4 or double, and an earlier rise that was cut short is followed up.
   */
  readonly behavior?: boolean;
}

/** What an HPA remembers between syncs. */
export interface HpaMemory extends HpaEvents {
  /** Ascending in time and falling in replicas: an older one that is not higher can never be the highest. */
  readonly recommendations: readonly Recommendation[];
  /** Ascending in both, for the lowest; only where scaling up is stabilised. */
  readonly lows?: readonly Recommendation[];
}

export const HPA_START: HpaMemory = { recommendations: [], scaleUps: [] };

export type HpaReason =
  | 'switched_off'
  | 'above_max'
  | 'below_min'
  | 'metrics_failed'
  | 'within_range'
  | 'scale_up'
  | 'scale_down'
  | 'stabilised'
  | 'up_limited'
  | 'down_limited'
  | 'at_max'
  | 'at_min';

export interface HpaResult {
  readonly desired: number;
  readonly memory: HpaMemory;
  readonly reason: HpaReason;
}

interface Count {
  pods: number;
  usage: number;
  notReady: number;
  missing: number;
}

/**
 * One sync of the controller; call it every 15 s.
 * @returns the replicas it sets, and what to hand to the next call
 */
export function hpaStep(input: HpaInput, memory: HpaMemory): HpaResult {
  const { replicas, min, max } = input;
  const seen =
    memory.recommendations.length > 0 ? memory : { ...memory, recommendations: [{ at: input.now, replicas }] };
  if (replicas === 0 && min !== 0) return { desired: 0, memory: seen, reason: 'switched_off' };
  if (replicas > max) return settle(input, seen, max, 'above_max');
  if (replicas < min) return settle(input, seen, min, 'below_min');
  const wanted = highestWanted(input);
  if (wanted === null) return { desired: replicas, memory: seen, reason: 'metrics_failed' };
  const remembered = remember(input, seen, wanted);
  const highest = remembered.recommendations[0]?.replicas ?? wanted;
  const lowest = remembered.lows?.[0]?.replicas ?? wanted;
  const stabilised = input.behavior === false ? highest : Math.max(lowest, Math.min(highest, replicas));
  return stabilised >= replicas
    ? scaleUp(input, remembered, stabilised, wanted)
    : scaleDown(input, remembered, stabilised, wanted);
}

/** Mean usage of the pods an HPA counts, in whole percent of the request as it reports it; null where none counts. */
export function hpaUtilisation(metric: HpaMetric, input: HpaInput): number | null {
  const { pods, usage } = countPods(metric, input);
  return pods === 0 || metric.request === null ? null : wholePercent(usage, pods * metric.request);
}

function scaleUp(input: HpaInput, memory: HpaMemory, stabilised: number, wanted: number): HpaResult {
  const { now, replicas, max, behavior } = input;
  const old = Math.max(OLD_UP_PODS, replicas * OLD_UP_FACTOR);
  const limit = behavior === false ? old : upLimit(replicas, now, input, memory);
  const desired = Math.min(stabilised, limit, max);
  if (desired < stabilised) return settle(input, memory, desired, max <= limit ? 'at_max' : 'up_limited');
  if (stabilised !== wanted) return settle(input, memory, desired, 'stabilised');
  return settle(input, memory, desired, desired > replicas ? 'scale_up' : 'within_range');
}

function scaleDown(input: HpaInput, memory: HpaMemory, stabilised: number, wanted: number): HpaResult {
  const { now, replicas, min, behavior } = input;
  const limit = behavior === false ? 0 : downLimit(replicas, now, input, memory);
  const desired = Math.max(stabilised, limit, min);
  if (desired > stabilised) return settle(input, memory, desired, min >= limit ? 'at_min' : 'down_limited');
  return settle(input, memory, desired, stabilised > wanted ? 'stabilised' : 'scale_down');
}

function settle(input: HpaInput, memory: HpaMemory, desired: number, reason: HpaReason): HpaResult {
  const events = noted(input.replicas, desired, input.now, input, memory);
  return { desired, memory: { ...memory, ...events }, reason };
}

function remember(input: HpaInput, memory: HpaMemory, wanted: number): HpaMemory {
  const one = { at: input.now, replicas: wanted };
  // A recommendation exactly as old as the window still counts (`Before(cutoff)` in the source).
  const oldest = input.now - downWindowSeconds(input);
  const kept = memory.recommendations.filter(({ at, replicas }) => at >= oldest && replicas > wanted);
  const remembered = { ...memory, recommendations: [...kept, one] };
  const upWindow = upWindowSeconds(input);
  if (upWindow === 0) return remembered;
  const before = memory.lows ?? memory.recommendations;
  const lower = before.filter(({ at, replicas }) => at >= input.now - upWindow && replicas < wanted);
  return { ...remembered, lows: [...lower, one] };
}

/** The largest proposal of all metrics; null where none can be computed, or where one fails and the rest would scale down. */
function highestWanted(input: HpaInput): number | null {
  let highest: number | null = null;
  let failed = false;
  for (const metric of input.metrics) {
    const wanted = wantedFor(metric, input);
    if (wanted === null) failed = true;
    else highest = Math.max(highest ?? 0, wanted);
  }
  return highest !== null && failed && highest < input.replicas ? null : highest;
}

function wantedFor(metric: HpaMetric, input: HpaInput): number | null {
  const { targetPercent, request } = metric;
  if (input.measuredAt === null || request === null) return null;
  const { pods, usage, notReady, missing } = countPods(metric, input);
  if (pods === 0) return null;
  // The controller works with the whole percent it reports: 77.9 % is 77 %, and within the tolerance of 70 %.
  const ratio = wholePercent(usage, pods * request) / targetPercent;
  const up = ratio > 1;
  if (missing === 0 && !(up && notReady > 0))
    return isTolerated(ratio, input) ? input.replicas : Math.ceil(ratio * pods);
  // Again, more carefully: what we do not know counts against moving. On the way down that is a whole request, not the target.
  const assumed = up ? 0 : (missing * request * Math.max(100, targetPercent)) / 100;
  const considered = pods + missing + (up ? notReady : 0);
  const careful = wholePercent(usage + assumed, considered * request) / targetPercent;
  if (isTolerated(careful, input) || up !== careful > 1) return input.replicas;
  const wanted = Math.ceil(careful * considered);
  return up === wanted > input.replicas ? wanted : input.replicas;
}

function countPods({ resource, container }: HpaMetric, input: HpaInput): Count {
  const count: Count = { pods: 0, usage: 0, notReady: 0, missing: 0 };
  for (const pod of input.pods) {
    const measured = container === undefined ? pod.usage : pod.containers?.[container];
    const usage = measured?.[resource];
    if (pod.pending) count.notReady += pod.count;
    else if (usage === undefined) count.missing += pod.count;
    else if (resource === 'cpu' && notYetReady(pod, input)) count.notReady += pod.count;
    else {
      count.pods += pod.count;
      count.usage += pod.count * usage;
    }
  }
  return count;
}

/** CPU of a starting pod says nothing about load, nor does a window that began before the pod was ready. */
function notYetReady(pod: HpaPods, input: HpaInput): boolean {
  if (pod.startedAt + CPU_INITIALISATION_SECONDS > input.now)
    return !pod.ready || (input.measuredAt ?? 0) < pod.readyChangedAt + input.windowSeconds;
  return !pod.ready && pod.startedAt + INITIAL_READINESS_SECONDS > pod.readyChangedAt;
}

function wholePercent(usage: number, requests: number): number {
  return Math.floor((100 * usage) / requests + ROUNDING);
}
