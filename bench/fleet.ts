// A big cluster with a week behind it, served by this process so that the measured one is fresh.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../lib/config.ts';
import { fitWorkload } from '../lib/domain/learning/fit-workload.ts';
import type { Fitted } from '../lib/domain/learning/fitted.ts';
import { type WorkloadRef, workloadKey } from '../lib/domain/workload/identity.ts';
import type { Series } from '../lib/domain/workload/series.ts';
import { wireTick } from '../lib/wire/tick.ts';
import { startEmbeddedTable } from '../local/embedded-table.ts';
import { generatedLoad } from '../local/loads.ts';
import { startSimulatedCluster } from '../local/simulated-cluster/server.ts';
import type { SimulatedWorkload } from '../local/simulated-cluster/workload.ts';
import { BENCH_TARGET, loadNames, type Named, namingAnnotations } from './stand-in-source.ts';

const CLUSTER = 'bench';
const WEEK_MS = 7 * 86_400_000;
const STEP_MS = 300_000;
const SHAPES = 16;

export interface Fleet {
  /** The environment of a process that runs a tick on this fleet. */
  readonly env: Readonly<Record<string, string>>;
  readonly cluster: string;
  /** The scheduled time of its first tick; the cluster's clock stands there. */
  readonly start: number;
  /** Moves the cluster's clock. */
  moveTo(now: number): void;
  close(): Promise<void>;
}

export interface FleetSettings {
  /** Every so-manieth workload is enabled: 1 for all, 2 for half. */
  readonly enabledOf?: number;
  /** Signals that every workload names, and that its past holds. None unless given. */
  readonly named?: Named;
  /** `recommend` decides the same and changes nothing. */
  readonly mode?: 'scale' | 'recommend';
  /** When its first tick is; this minute unless given. */
  readonly start?: number;
  /** How long before that its past ends; it goes as far unless given. */
  readonly gapMs?: number;
}

/** Starts table and cluster, and fills the table with seven days and what they taught. */
export async function startFleet(
  size: number,
  {
    enabledOf = 1,
    named = { loads: 0, levels: 0 },
    mode = 'scale',
    start = thisMinute(),
    gapMs = 0,
  }: FleetSettings = {},
): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-bench-'));
  let now = start;
  const workloads = Array.from({ length: size }, (_, i) =>
    workload(i, start, {
      ...(i % enabledOf === 0 && { ...ENABLED, 'ai4k8s.io/mode': mode }),
      ...namingAnnotations(named),
    }),
  );
  const table = await startEmbeddedTable();
  const cluster = await startSimulatedCluster({ name: CLUSTER, workloads, clock: { now: () => now } });
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig);
  const env = {
    TABLE_NAME: table.tableName,
    CLUSTERS: JSON.stringify([{ id: CLUSTER, kubeconfig }]),
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_REGION: table.region,
    AWS_ACCESS_KEY_ID: table.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: table.credentials.secretAccessKey,
  };
  const { ports } = await wireTick(readConfig(env), { table });
  const refs = workloads.map(({ namespace, name }): WorkloadRef => ({ cluster: CLUSTER, namespace, name }));
  const pasts = new Map(workloads.map((entry) => [workloadKey(entry), past(entry, start - gapMs, loadNames(named))]));
  const lessons = [...pasts.values()].slice(0, SHAPES).map((series) => lesson(series, start, named));
  for (const shard of await ports.series.assign(CLUSTER, refs)) {
    const mine = new Map(shard.workloads.map((ref) => [workloadKey(ref), pasts.get(workloadKey(ref)) as Series]));
    await ports.series.backfill(CLUSTER, shard, mine);
    // Learning all of them takes minutes; what was learned of one shape serves the others in size and cost.
    const learned = new Map(
      [...mine].map(([key, series], i) => [key, lessons[i % SHAPES] ?? lesson(series, start, named)]),
    );
    await ports.series.writeFitted(CLUSTER, shard, learned);
  }
  return {
    env,
    cluster: CLUSTER,
    start,
    moveTo: (at) => {
      now = at;
    },
    async close() {
      await cluster.close();
      await table.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function thisMinute(): number {
  return Math.floor(Date.now() / 60_000) * 60_000;
}

function lesson(history: Series, now: number, named: Named): Fitted {
  return fitWorkload({
    history,
    previous: undefined,
    now,
    coresPerReplica: 0.5,
    startupSeconds: null,
    takenPerReplica: Object.fromEntries(loadNames(named).map((name) => [name, BENCH_TARGET])),
    sloPercent: 99.5,
    tickSeconds: 60,
  });
}

const ENABLED = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true' };

function workload(i: number, now: number, annotations: Readonly<Record<string, string>>): SimulatedWorkload {
  const load = generatedLoad({ seed: i + 1, mean: 1 });
  return {
    namespace: `team-${i % 20}`,
    name: `service-${i}`,
    replicas: Math.max(1, Math.ceil(load(now) / 0.35)),
    cpuRequestCores: 0.5,
    memoryRequestBytes: 2 ** 29,
    memoryBaseBytes: 2 ** 27,
    memoryPerCoreBytes: 2 ** 27,
    startupSeconds: 30,
    load,
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

function past(
  { load, memoryBaseBytes, memoryPerCoreBytes }: SimulatedWorkload,
  now: number,
  loads: readonly string[],
): Series {
  const at = Float64Array.from({ length: WEEK_MS / STEP_MS }, (_, i) => now - WEEK_MS + i * STEP_MS);
  const cpu = at.map(load);
  const replicas = cpu.map((cores) => Math.max(1, Math.ceil(cores / 0.35)));
  const memory = cpu.map((cores, i) => memoryBaseBytes * (replicas[i] ?? 1) + memoryPerCoreBytes * cores);
  const named = loads.map((name) => [name, cpu.map((cores) => (0.7 * BENCH_TARGET * cores) / 0.35)] as const);
  return { at, demand: { ...Object.fromEntries(named), cpu, memory }, replicas };
}
