// From usage per pod to demand per workload, with what could not be measured said out loud.
import type { PodInfo, SignalBatch, WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { type PerSignal, type Reading, SIGNAL_NAMES, type SignalName, workloadKey } from '../../domain/model.ts';
import type { PodUsage } from './pod-usage.ts';

/**
 * Demand is the sum over ready pods: those that are not serve nothing, and start-up CPU is not load.
 * A workload without a ready pod, or without a measured one, has no reading.
 */
export function toReadings(workloads: readonly WorkloadSnapshot[], usages: readonly PodUsage[]): SignalBatch {
  const byPod = new Map(usages.map((usage) => [usage.pod, usage]));
  const readings = new Map<string, PerSignal<Reading>>();
  const absurd: string[] = [];
  const silent: string[] = [];
  for (const { workload, pods } of workloads) {
    const ready = pods.filter((pod) => pod.ready);
    if (ready.length === 0) continue;
    const measured = ready.flatMap((pod) => {
      const usage = byPod.get(workloadKey({ namespace: workload.namespace, name: pod.name }));
      return usage ? [{ pod, usage }] : [];
    });
    for (const { usage } of measured) absurd.push(...describeAbsurd(usage));
    const perSignal = readAllSignals(measured, ready.length);
    if (perSignal) readings.set(workloadKey(workload), perSignal);
    else if (!measured.some(startsStill)) silent.push(workloadKey(workload));
  }
  return {
    readings,
    problems: [
      ...summary(absurd, 'impossible figures were left out'),
      ...summary(silent, 'workloads with ready pods have no usable figure'),
    ],
  };
}

interface Measured {
  readonly pod: PodInfo;
  readonly usage: PodUsage;
}

function readAllSignals(measured: readonly Measured[], readyPods: number): PerSignal<Reading> | null {
  const perSignal: Partial<Record<SignalName, Reading>> = {};
  for (const signal of SIGNAL_NAMES) {
    const reading = readSignal(signal, measured, readyPods);
    if (reading) perSignal[signal] = reading;
  }
  return Object.keys(perSignal).length > 0 ? perSignal : null;
}

/** At this share of its limit a container is throttled or about to be killed: it would use more if it could. */
const AT_LIMIT = 0.98;

/** A sum is as old as its oldest part: one pod's figure that stopped moving must not hide behind the others. */
function readSignal(signal: SignalName, measured: readonly Measured[], readyPods: number): Reading | null {
  const starting = signal === 'cpu' ? measured.filter(startsStill) : [];
  const values = measured.flatMap((one) => {
    const value = one.usage.usage[signal];
    if (value === undefined || starting.includes(one)) return [];
    return [{ value, limit: one.pod.limits[signal], at: one.usage.at }];
  });
  if (values.length === 0) return null;
  return {
    demand: values.reduce((sum, { value }) => sum + value, 0),
    at: values.reduce((oldest, { at }) => Math.min(oldest, at), Number.POSITIVE_INFINITY),
    coverage: values.length / readyPods,
    atLimit: values.some(({ value, limit }) => limit !== undefined && value >= AT_LIMIT * limit),
    ...(starting.length > 0 && { startingPods: starting.length }),
  };
}

/** HPA's `--horizontal-pod-autoscaler-cpu-initialization-period`. */
const YOUNG_MS = 300_000;

/**
 * Whether a pod's CPU figure still holds its start-up: it is young, and the figure's window began before it was ready.
 * HPA's own rule (pkg/controller/podautoscaler/replica_calculator.go, groupPods). Left out, such a pod counts as ready
 * with no load on the way up; on the way down the reading is a partial one, which allows none.
 */
function startsStill({ pod, usage }: Measured): boolean {
  if (pod.startedAt === undefined || pod.readySince === undefined) return false;
  // A figure from long before the pod is no figure of its start-up: it is stale, and judged as that.
  if (Math.abs(usage.at - pod.startedAt) >= YOUNG_MS) return false;
  return usage.at < pod.readySince + usage.windowMs;
}

function describeAbsurd({ pod, absurd }: PodUsage): string[] {
  return Object.entries(absurd).map(([signal, figure]) => `${signal} "${figure}" of pod ${pod}`);
}

/** One sentence however many there are: a broken metrics-server must not flood the log. */
function summary(cases: readonly string[], what: string): string[] {
  const [first] = cases;
  return first === undefined ? [] : [`metrics.k8s.io: ${cases.length} ${what} (first: ${first}).`];
}
