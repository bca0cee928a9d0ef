// What the workload's own HPA would have done over the history that is held, as its user has set it: CPU, and memory where it can be told.
import { HPA_START, type HpaInput, type HpaMemory, type HpaMetric, hpaStep } from '../hpa/controller.ts';
import { READING_LAG_SECONDS } from '../sizing/experts/learn-sizing.ts';
import { neededBy, scored } from '../sizing/replay.ts';
import { demandPerReplica, type HpaReplay } from '../sizing/sizing-policy.ts';
import type { HpaMetricSpec, HpaStatus } from '../workload/hpa-status.ts';
import type { PerResource, Resource } from '../workload/signal.ts';

export interface OwnHpaInput {
  /** From a new replica to one that serves. */
  readonly startupSeconds: number;
  readonly hpa: HpaStatus;
  /** Cores by the minute. */
  readonly cpuMinutes: Float64Array;
  /** Bytes by the minute above what pods hold at rest; null where that could not be told, or memory was not measured. */
  readonly memoryMinutes: Float64Array | null;
  /** What each pod holds at rest. */
  readonly memoryBaseBytes: number;
  /** What one replica requests: cores, bytes. */
  readonly perReplica: PerResource<number>;
}

/** Replays by the minute, with the syncs that fall into it while the HPA still moves. */
export function replayOwnHpa(input: OwnHpaInput): HpaReplay {
  const specs = metricsOf(input.hpa);
  const metrics = specs.flatMap((spec) => toReplayed(spec, input) ?? []);
  const leftOut = specs.filter((spec) => toReplayed(spec, input) === null).map(({ kind, name }) => `${name} (${kind})`);
  const targets = Object.fromEntries(metrics.map(({ resource, targetPercent }) => [resource, targetPercent]));
  const cores = input.perReplica.cpu;
  if (metrics.length === 0 || cores === undefined) return { targets: {}, score: null, leftOut };
  const unit = demandPerReplica(cores);
  const course = {
    needed: neededBy(input.cpuMinutes, unit),
    delaySeconds: input.startupSeconds + READING_LAG_SECONDS,
    everyMinutes: 1,
    cooldownDownMinutes: 0,
  };
  return { targets, score: scored(course, replicasOf(input, metrics)), leftOut };
}

const SYNCS_A_MINUTE = 4;
const SYNC_SECONDS = 15;
/** Every pod has served for long: start-up is the score's business. */
const LONG_AGO_SECONDS = -1e6;

function replicasOf(input: OwnHpaInput, metrics: readonly HpaMetric[]): Int32Array {
  const { hpa, cpuMinutes, perReplica } = input;
  // A minimum of 0 is for metrics that are not in the history; with CPU and memory an HPA goes to one.
  const min = Math.max(1, hpa.ownMinReplicas ?? hpa.minReplicas);
  const max = Math.max(min, hpa.maxReplicas);
  const fixed = {
    min,
    max,
    metrics,
    windowSeconds: 0,
    behavior: hpa.up !== undefined || hpa.down !== undefined,
    ...(hpa.up !== undefined && { up: hpa.up }),
    ...(hpa.down !== undefined && { down: hpa.down }),
  };
  let memory: HpaMemory = HPA_START;
  let replicas = Math.min(max, Math.max(min, Math.ceil((cpuMinutes[0] ?? 0) / (perReplica.cpu ?? 1))));
  return Int32Array.from(cpuMinutes, (_, minute) => {
    for (let sync = 0; sync < SYNCS_A_MINUTE; sync++) {
      const now = minute * 60 + sync * SYNC_SECONDS;
      const seen: HpaInput = { ...fixed, now, replicas, measuredAt: now, pods: [podsAt(input, minute, replicas)] };
      const { desired, memory: next } = hpaStep(seen, memory);
      memory = next;
      if (desired === replicas) break;
      replicas = desired;
    }
    return replicas;
  });
}

function podsAt({ cpuMinutes, memoryMinutes, memoryBaseBytes }: OwnHpaInput, minute: number, count: number) {
  const memory = memoryMinutes === null ? {} : { memory: (memoryMinutes[minute] ?? 0) / count + memoryBaseBytes };
  const usage = { cpu: (cpuMinutes[minute] ?? 0) / count, ...memory };
  const since = { startedAt: LONG_AGO_SECONDS, readyChangedAt: LONG_AGO_SECONDS + 60 };
  return { count, pending: false, ready: true, usage, ...since };
}

/** Null for a metric that the history does not hold. */
function toReplayed(spec: HpaMetricSpec, input: OwnHpaInput): HpaMetric | null {
  const resource = signalOf(spec);
  const request = resource === null ? undefined : input.perReplica[resource];
  if (resource === null || request === undefined || (resource === 'memory' && input.memoryMinutes === null))
    return null;
  const { targetPercent, targetAverage = Number.NaN } = spec;
  const percent = targetPercent ?? (100 * targetAverage) / request;
  return percent > 0 ? { resource, targetPercent: percent, request } : null;
}

function signalOf({ kind, name }: HpaMetricSpec): Resource | null {
  return kind === 'Resource' && (name === 'cpu' || name === 'memory') ? name : null;
}

/** An HPA that an older version stored has its two targets only. */
function metricsOf({ metrics, targetCpuPercent, targetMemoryPercent }: HpaStatus): readonly HpaMetricSpec[] {
  if (metrics !== undefined) return metrics;
  const targets = [
    ['cpu', targetCpuPercent],
    ['memory', targetMemoryPercent],
  ] as const;
  return targets.flatMap(([name, targetPercent]) =>
    targetPercent === null ? [] : [{ kind: 'Resource', name, targetPercent } as const],
  );
}
