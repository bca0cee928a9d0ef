// What the embedded cluster runs: four made-up services of different character, or one per trace.
import { basename } from 'node:path';
import { setImmediate as turnOfOthers } from 'node:timers/promises';
import { noteLine, readTrace } from '../cli/trace/read-trace.ts';
import { demandAt } from '../cli/trace/trace.ts';
import { FINE_HISTORY_MS } from '../lib/app/ports/series-store.ts';
import { quantile, type Series } from '../lib/domain/workload/series.ts';
import type { EpochMs } from '../lib/domain/workload/time.ts';
import { QUEUED, requestsOf } from './demo-signals.ts';
import { generatedLoad } from './loads.ts';
import type { SimulatedWorkload } from './simulated-cluster/workload.ts';

/** A simulated workload and what the table's policy record says of it (keys without prefix). */
export interface DemoWorkload {
  readonly workload: SimulatedWorkload;
  readonly record: Readonly<Record<string, string>> | null;
  /** How much of its past there is to preload, and up to when. */
  readonly pastMs: number;
  readonly pastUntil: EpochMs;
  /** What was done to read its demand; null where nothing was. */
  readonly note: string | null;
}

/** What says which workloads there are, in a form that can be handed to a thread. */
export interface DemoSetup {
  /** Files; none for the made-up four. */
  readonly trace: readonly string[];
  readonly now: EpochMs;
  /** One more, scaled by its requests and their latency. */
  readonly signals?: boolean;
  /** When each workload first ran, by `namespace/name`, for those that an earlier start has seen. */
  readonly since: Readonly<Record<string, EpochMs>>;
}

const MIB = 2 ** 20;
const WEEK_MS = 7 * 86_400_000;
/** All that learning looks at: a second more at the start than a week takes. */
const MADE_UP_PAST_MS = FINE_HISTORY_MS;
const ENABLED = { 'predictive-autoscaling-enabled': 'true' };
const SCALED = { ...ENABLED, mode: 'scale', 'min-replicas': '2', 'max-replicas': '40' };

/** Lets others work between two files. @throws Error of one line where a trace cannot be read */
export async function demoWorkloads({ trace, now, since, signals }: DemoSetup): Promise<readonly DemoWorkload[]> {
  if (trace.length === 0) return madeUpWorkloads(now, since, signals);
  const all: DemoWorkload[] = [];
  for (const [i, file] of trace.entries()) {
    all.push(tracedWorkload(file, i, now, since));
    await turnOfOthers();
  }
  return all;
}

export function demoKey({ workload: { namespace, name } }: DemoWorkload): string {
  return `${namespace}/${name}`;
}

/** A service as it is made up; when it has run is added. */
type DemoService = Pick<DemoWorkload, 'workload' | 'record'>;

/** Four services: scaled, recommended by annotation, enabled but owned by an HPA, and not enabled. */
export function madeUpWorkloads(now: EpochMs, since: DemoSetup['since'], signals = false): readonly DemoWorkload[] {
  const daily = generatedLoad({ seed: 7, mean: 4, dailySwing: 0.6, peakHour: 14, burstsPerDay: 1 });
  const bursty = generatedLoad({ seed: 11, mean: 2, dailySwing: 0.3, burstsPerDay: 8, burstHeight: 1.2 });
  const steady = generatedLoad({ seed: 23, mean: 1.5, dailySwing: 0.2, noise: 0.03, burstsPerDay: 0.2 });
  const nightly = generatedLoad({ seed: 31, mean: 3, dailySwing: 0.8, peakHour: 2, weekend: 0.2 });
  const annotations = {
    'ai4k8s.io/predictive-autoscaling-enabled': 'true',
    'ai4k8s.io/mode': 'recommend',
    'ai4k8s.io/max-replicas': '20',
  };
  const hpa = { minReplicas: 2, maxReplicas: 12, targetCpuPercent: 70 };
  const rushed = generatedLoad({ seed: 41, mean: 3, dailySwing: 0.5, peakHour: 12, burstsPerDay: 6, burstHeight: 0.8 });
  const services: readonly DemoService[] = [
    { workload: { ...service('default', 'checkout', daily, now), startupSeconds: 45 }, record: SCALED },
    { workload: { ...service('default', 'search', bursty, now), annotations }, record: null },
    { workload: { ...service('default', 'catalog', steady, now), hpa }, record: ENABLED },
    { workload: { ...service('batch', 'reports', nightly, now), startupSeconds: 90 }, record: null },
    ...(signals ? [{ workload: { ...service('default', 'orders', rushed, now), ...QUEUED }, record: null }] : []),
  ];
  return services.map((entry) => {
    const { namespace, name } = entry.workload;
    return { ...entry, pastMs: MADE_UP_PAST_MS, pastUntil: since[`${namespace}/${name}`] ?? now, note: null };
  });
}

/** An enabled workload, which stood at its trace's eighth day when it first ran, so that its first seven are history. */
function tracedWorkload(file: string, i: number, now: EpochMs, since: DemoSetup['since']): DemoWorkload {
  const { trace, notes } = readTrace(file);
  const name = `${nameFrom(file)}${i === 0 ? '' : `-${i + 1}`}`;
  const pastUntil = since[`default/${name}`] ?? now;
  // The trace's unit is anybody's guess: its busiest moments are made to need 40 replicas at 70 %.
  const coresPerUnit = 14 / Math.max(quantile(trace.demand, 0.999), Number.MIN_VALUE);
  const load = (at: EpochMs) => coresPerUnit * demandAt(trace, (at - pastUntil + WEEK_MS) / 1000);
  const workload = service('default', name, load, now);
  const note = notes.length === 0 ? null : noteLine(file, notes);
  return { workload, record: SCALED, pastMs: WEEK_MS, pastUntil, note };
}

/** What Kubernetes takes for a name: 63 letters at most, of which some are for a number. */
function nameFrom(file: string): string {
  const name = basename(file)
    .replace(/\.csv$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 56)
    .replace(/^-+|-+$/g, '');
  return name || 'trace';
}

/** The workload's own past, by the minute, on as many replicas as its load called for. */
export function historyOf({ workload: { load, ...workload }, pastMs, pastUntil }: DemoWorkload): Series {
  const length = pastMs / 60_000;
  const at = Float64Array.from({ length }, (_, i) => pastUntil - (length - i) * 60_000);
  const cpu = at.map(load);
  const replicas = cpu.map((cores) => replicasAt70Percent(cores, workload.cpuRequestCores));
  const memory = cpu.map(
    (cores, i) => workload.memoryBaseBytes * (replicas[i] ?? 1) + workload.memoryPerCoreBytes * cores,
  );
  const loads = workload.queue === undefined ? {} : { requests: cpu.map(requestsOf) };
  return { at, demand: { cpu, memory, ...loads }, replicas };
}

function service(namespace: string, name: string, load: (at: EpochMs) => number, now: EpochMs): SimulatedWorkload {
  return {
    namespace,
    name,
    load,
    replicas: replicasAt70Percent(load(now), 0.5),
    cpuRequestCores: 0.5,
    memoryRequestBytes: 512 * MIB,
    memoryBaseBytes: 160 * MIB,
    memoryPerCoreBytes: 200 * MIB,
    startupSeconds: 30,
  };
}

function replicasAt70Percent(cores: number, requestCores: number): number {
  return Math.max(2, Math.ceil(cores / (requestCores * 0.7)));
}
