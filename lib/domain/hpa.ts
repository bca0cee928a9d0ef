// The Kubernetes HPA as a pure function: what we are compared with, and what the simulated cluster's HPAs do.
// Source: kubernetes/kubernetes pkg/controller/podautoscaler (replica_calculator.go, horizontal.go), defaults of autoscaling/v2.
import type { PerSignal, SignalName } from './model.ts';

export const HPA_SYNC_SECONDS = 15;
const HPA_DOWN_STABILISATION_SECONDS = 300;
const TOLERANCE = 0.1;
const UP_PERIOD_SECONDS = 15;
const UP_PODS = 4;
const UP_FACTOR = 2;
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
  readonly usage: PerSignal<number> | null;
}

export interface HpaMetric {
  readonly resource: SignalName;
  /** Utilisation of the request to aim at. */
  readonly targetPercent: number;
  /** What one pod requests; null where a container states none, which fails the metric. */
  readonly request: number | null;
}

export interface HpaInput {
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
  /** `behavior.scaleDown.stabilizationWindowSeconds`; 300 unless told. */
  readonly downStabilisationSeconds?: number;
  /**
   * Whether the HPA has a `spec.behavior`; true unless told. Where it has any, the API server fills in the documented rest.
   * Without one the controller takes an older path: up to 4 or double, and an earlier rise that was cut short is followed up.
   */
  readonly behavior?: boolean;
}

/** What an HPA remembers between syncs. */
export interface HpaMemory {
  /** Ascending in time and falling in replicas: an older one that is not higher can never be the highest. */
  readonly recommendations: readonly { readonly at: number; readonly replicas: number }[];
  readonly scaleUps: readonly { readonly at: number; readonly added: number }[];
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
  const remembered = { ...seen, recommendations: remember(input, seen, wanted) };
  const highest = remembered.recommendations[0]?.replicas ?? wanted;
  const stabilised = input.behavior === false ? highest : Math.max(wanted, Math.min(highest, replicas));
  if (stabilised >= replicas) return scaleUp(input, remembered, stabilised, wanted);
  const desired = Math.max(stabilised, min);
  const reason = desired > stabilised ? 'at_min' : stabilised > wanted ? 'stabilised' : 'scale_down';
  return settle(input, remembered, desired, reason);
}

/** Mean usage of the pods an HPA counts, in whole percent of the request as it reports it; null where none counts. */
export function hpaUtilisation(metric: HpaMetric, input: HpaInput): number | null {
  const { pods, usage } = countPods(metric.resource, input);
  return pods === 0 || metric.request === null ? null : wholePercent(usage, pods * metric.request);
}

function scaleUp(input: HpaInput, memory: HpaMemory, stabilised: number, wanted: number): HpaResult {
  const { replicas, max } = input;
  const limit = upLimit(input, memory);
  const desired = Math.min(stabilised, limit, max);
  if (desired < stabilised) return settle(input, memory, desired, max <= limit ? 'at_max' : 'up_limited');
  if (stabilised > wanted) return settle(input, memory, desired, 'stabilised');
  return settle(input, memory, desired, desired > replicas ? 'scale_up' : 'within_range');
}

function upLimit({ now, replicas, behavior }: HpaInput, { scaleUps }: HpaMemory): number {
  if (behavior === false) return Math.max(UP_PODS, replicas * UP_FACTOR);
  const added = scaleUps.reduce((sum, up) => (up.at > now - UP_PERIOD_SECONDS ? sum + up.added : sum), 0);
  const before = replicas - added;
  return Math.max(before + UP_PODS, before * UP_FACTOR, replicas);
}

function settle(input: HpaInput, memory: HpaMemory, desired: number, reason: HpaReason): HpaResult {
  if (desired <= input.replicas) return { desired, memory, reason };
  const recent = memory.scaleUps.filter((up) => up.at > input.now - UP_PERIOD_SECONDS);
  const scaleUps = [...recent, { at: input.now, added: desired - input.replicas }];
  return { desired, memory: { ...memory, scaleUps }, reason };
}

function remember(input: HpaInput, memory: HpaMemory, wanted: number): HpaMemory['recommendations'] {
  // A recommendation exactly as old as the window still counts (`Before(cutoff)` in the source).
  const oldest = input.now - (input.downStabilisationSeconds ?? HPA_DOWN_STABILISATION_SECONDS);
  const kept = memory.recommendations.filter((one) => one.at >= oldest && one.replicas > wanted);
  return [...kept, { at: input.now, replicas: wanted }];
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

function wantedFor({ resource, targetPercent, request }: HpaMetric, input: HpaInput): number | null {
  if (input.measuredAt === null || request === null) return null;
  const { pods, usage, notReady, missing } = countPods(resource, input);
  if (pods === 0) return null;
  // The controller works with the whole percent it reports: 77.9 % is 77 %, and within the tolerance of 70 %.
  const ratio = wholePercent(usage, pods * request) / targetPercent;
  const up = ratio > 1;
  if (missing === 0 && !(up && notReady > 0)) return withinTolerance(ratio) ? input.replicas : Math.ceil(ratio * pods);
  // Again, more carefully: what we do not know counts against moving. On the way down that is a whole request, not the target.
  const assumed = up ? 0 : (missing * request * Math.max(100, targetPercent)) / 100;
  const considered = pods + missing + (up ? notReady : 0);
  const careful = wholePercent(usage + assumed, considered * request) / targetPercent;
  if (withinTolerance(careful) || up !== careful > 1) return input.replicas;
  const wanted = Math.ceil(careful * considered);
  return up === wanted > input.replicas ? wanted : input.replicas;
}

function countPods(resource: SignalName, input: HpaInput): Count {
  const count: Count = { pods: 0, usage: 0, notReady: 0, missing: 0 };
  for (const pod of input.pods) {
    const usage = pod.usage?.[resource];
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

/** As written in Kubernetes since 1.33. Before, 77 % of 70 % was out of tolerance: |1 - 1.1| is 0.10000000000000009. */
function withinTolerance(ratio: number): boolean {
  return 1 - TOLERANCE <= ratio && ratio <= 1 + TOLERANCE;
}

function wholePercent(usage: number, requests: number): number {
  return Math.floor((100 * usage) / requests + ROUNDING);
}
