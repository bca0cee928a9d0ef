// The workloads of a big cluster for benchmarks: what each is, its past, and what its past taught.
import { fitWorkload } from '../lib/domain/learning/fit-workload.ts';
import type { Fitted } from '../lib/domain/learning/fitted.ts';
import type { Series } from '../lib/domain/workload/series.ts';
import type { PerSignal } from '../lib/domain/workload/signal.ts';
import { generatedLoad } from '../local/loads.ts';
import type { SimulatedWorkload } from '../local/simulated-cluster/workload.ts';
import { BENCH_TARGET } from './stand-in-source.ts';

export const ENABLED = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true' };
/** Learning all of a big cluster takes minutes; what was learned of one shape serves the others in size and cost. */
export const SHAPES = 16;
const CORES = 0.5;
/** Of which this is used. */
const USED_CORES = 0.35;

/** @param now when it has the replicas that its load needs */
export function benchWorkload(
  i: number,
  now: number,
  annotations: Readonly<Record<string, string>>,
): SimulatedWorkload {
  const load = generatedLoad({ seed: i + 1, mean: 1 });
  return {
    namespace: `team-${i % 20}`,
    name: `service-${i}`,
    replicas: replicasFor(load(now)),
    cpuRequestCores: CORES,
    memoryRequestBytes: 2 ** 29,
    memoryBaseBytes: 2 ** 27,
    memoryPerCoreBytes: 2 ** 27,
    startupSeconds: 30,
    load,
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

interface Span {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly stepMs: number;
}

/** @param loads it names, beside CPU and memory */
export function benchPast(
  { load, memoryBaseBytes, memoryPerCoreBytes }: SimulatedWorkload,
  { from, to, stepMs }: Span,
  loads: readonly string[] = [],
): Series {
  const at = Float64Array.from({ length: Math.floor((to - from) / stepMs) }, (_, i) => from + i * stepMs);
  const cpu = at.map(load);
  const replicas = cpu.map(replicasFor);
  const memory = cpu.map((cores, i) => memoryBaseBytes * (replicas[i] ?? 1) + memoryPerCoreBytes * cores);
  const named = loads.map((name) => [name, cpu.map((cores) => (0.7 * BENCH_TARGET * cores) / USED_CORES)] as const);
  return { at, demand: { ...Object.fromEntries(named), cpu, memory }, replicas };
}

export function benchLesson(history: Series, now: number, takenPerReplica: PerSignal<number> = {}): Fitted {
  return fitWorkload({
    history,
    previous: undefined,
    now,
    coresPerReplica: CORES,
    startupSeconds: null,
    takenPerReplica,
    sloPercent: 99.5,
    tickSeconds: 60,
  });
}

function replicasFor(cores: number): number {
  return Math.max(1, Math.ceil(cores / USED_CORES));
}
