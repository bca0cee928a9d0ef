// From usage per pod to demand per workload, with what could not be measured said out loud.
import type { PodInfo, PodsOf, SignalBatch } from '../../app/ports/cluster.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import { type PerResource, RESOURCES, type Reading, type Resource } from '../../domain/workload/signal.ts';
import { type Held, heldUsage, isMeasuredWhole, isReportedByName, type Yardsticks } from './held-usage.ts';
import type { PodUsage } from './pod-usage.ts';

/** What a node has, by its name; empty where nodes cannot be read. */
export type NodeSizes = ReadonlyMap<string, PerResource<number>>;

/**
 * Demand is the sum over the pods that carry load: those that are ready, and those that served and lost readiness, which is
 * what overload does to them. Pods that never served are starting, and start-up CPU is not load.
 * A workload without such a pod, or without a measured one, has no reading.
 */
export function toReadings(
  workloads: readonly PodsOf[],
  usages: readonly PodUsage[],
  nodes: NodeSizes = new Map(),
): SignalBatch {
  const byPod = new Map(usages.map((usage) => [usage.pod, usage]));
  const paired = workloads.map(({ workload, pods }) => ({
    key: workloadKey(workload),
    pods: pods
      .map((pod) => ({ pod, usage: byPod.get(workloadKey({ namespace: workload.namespace, name: pod.name })) }))
      .filter(carries),
  }));
  const namesMatch = paired.some(({ pods }) => pods.some(({ pod, usage }) => usage && isReportedByName(pod, usage)));
  const readings = new Map<string, PerResource<Reading>>();
  const serving = new Map<string, number>();
  const unread = new Map<string, PerResource<string>>();
  const told = { absurd: [] as string[], unreported: [] as string[], whole: [] as string[], silent: [] as string[] };
  for (const { key, pods } of paired) {
    if (pods.length === 0) continue;
    const measured = pods.filter(isMeasured);
    const found = readAllSignals(measured, pods.length, nodes, namesMatch);
    told.absurd.push(...found.absurd);
    told.unreported.push(...found.unreported);
    const whole = measured.find(({ pod, usage }) => isMeasuredWhole(pod, usage, namesMatch));
    if (whole) told.whole.push(whole.usage.pod);
    if (pods.some(({ pod }) => !pod.ready)) serving.set(key, pods.length);
    if (Object.keys(found.unread).length > 0) unread.set(key, found.unread);
    if (Object.keys(found.readings).length > 0) readings.set(key, found.readings);
    else if (!measured.some(startsStill)) told.silent.push(key);
  }
  const problems = [
    ...summary(told.absurd, 'impossible figures were left out'),
    ...summary(told.unreported, 'pods are not measured in full and count as not measured'),
    ...summary(told.whole, 'workloads are measured by the pod, not by the container: debuggers in it count as load'),
    ...summary(told.silent, 'workloads with ready pods have no usable figure'),
  ];
  return { readings, serving, unread, problems };
}

interface Paired {
  readonly pod: PodInfo;
  readonly usage: PodUsage | undefined;
}
interface Measured {
  readonly pod: PodInfo;
  readonly usage: PodUsage;
}

function isMeasured(one: Paired): one is Measured {
  return one.usage !== undefined;
}

/** HPA's rule: what a pod used before it was five minutes old is not load while it does not serve, whether or not it has. */
function carries({ pod, usage }: Paired): boolean {
  if (pod.ready) return true;
  return pod.lostReadiness === true && !(usage !== undefined && isYoung(pod, usage));
}

function readAllSignals(measured: readonly Measured[], carrying: number, nodes: NodeSizes, namesMatch: boolean) {
  const readings: Partial<Record<Resource, Reading>> = {};
  const unread: Partial<Record<Resource, string>> = {};
  const absurd: string[] = [];
  const unreported = new Set<string>();
  for (const signal of RESOURCES) {
    const held = measured.map((one) => {
      const yardsticks: Yardsticks = {
        node: one.pod.node === undefined ? undefined : nodes.get(one.pod.node),
        namesMatch,
      };
      return { ...one, held: heldUsage(signal, one.pod, one.usage, yardsticks) };
    });
    const reasons = held.flatMap((one) => (one.held.kind === 'used' ? [] : [one.held]));
    for (const { kind, why } of reasons) kind === 'absurd' ? absurd.push(why) : unreported.add(why);
    const reading = readSignal(signal, held, carrying);
    const [first] = reasons;
    if (reading) readings[signal] = reading;
    else if (first !== undefined) unread[signal] = first.why;
  }
  return { readings, unread, absurd, unreported: [...unreported] };
}

/** At this share of its limit a container is throttled or about to be killed: it would use more if it could. */
const AT_LIMIT = 0.98;

/** A sum is as old as its oldest part: one pod's figure that stopped moving must not hide behind the others. */
function readSignal(
  signal: Resource,
  measured: readonly (Measured & { readonly held: Held })[],
  carrying: number,
): Reading | null {
  const starting = signal === 'cpu' ? measured.filter(startsStill) : [];
  const values = measured.flatMap((one) => {
    if (one.held.kind !== 'used' || starting.includes(one)) return [];
    return [{ value: one.held.value, limit: one.pod.limits[signal], at: one.usage.at }];
  });
  if (values.length === 0) return null;
  const leftOut = measured.flatMap(({ held }) => (held.kind === 'used' ? [] : [held.why]))[0];
  return {
    demand: values.reduce((sum, { value }) => sum + value, 0),
    at: values.reduce((oldest, { at }) => Math.min(oldest, at), Number.POSITIVE_INFINITY),
    coverage: values.length / carrying,
    atLimit: values.some(({ value, limit }) => limit !== undefined && value >= AT_LIMIT * limit),
    ...(starting.length > 0 && { startingPods: starting.length }),
    ...(leftOut !== undefined && { leftOut }),
  };
}

/** HPA's `--horizontal-pod-autoscaler-cpu-initialization-period`. */
const YOUNG_MS = 300_000;

/** A figure from long before the pod is no figure of its start-up: it is stale, and judged as that. */
function isYoung({ startedAt }: PodInfo, usage: PodUsage): boolean {
  return startedAt !== undefined && Math.abs(usage.at - startedAt) < YOUNG_MS;
}

/**
 * Whether a pod's CPU figure still holds its start-up: it is young, and the figure's window began before it was ready.
 * HPA's own rule (pkg/controller/podautoscaler/replica_calculator.go, groupPods). Left out, such a pod counts as ready
 * with no load on the way up; on the way down the reading is a partial one, which allows none.
 */
function startsStill({ pod, usage }: Measured): boolean {
  if (pod.readySince === undefined || !isYoung(pod, usage)) return false;
  return usage.at < pod.readySince + usage.windowMs;
}

/** One sentence however many there are: a broken metrics-server must not flood the log. */
function summary(cases: readonly string[], what: string): string[] {
  const [first] = cases;
  return first === undefined ? [] : [`metrics.k8s.io: ${cases.length} ${what} (first: ${first}).`];
}
