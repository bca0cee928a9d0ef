// A big cluster with a week behind it, served by this process so that the measured one is fresh.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../lib/config.ts';
import { type WorkloadRef, workloadKey } from '../lib/domain/workload/identity.ts';
import type { Series } from '../lib/domain/workload/series.ts';
import { wireTick } from '../lib/wire/tick.ts';
import { startEmbeddedTable } from '../local/embedded-table.ts';
import { startSimulatedCluster } from '../local/simulated-cluster/server.ts';
import { benchLesson, benchPast, benchWorkload, ENABLED, SHAPES } from './fleet-workloads.ts';
import { BENCH_TARGET, loadNames, type Named, namingAnnotations } from './stand-in-source.ts';

const CLUSTER = 'bench';
const WEEK_MS = 7 * 86_400_000;
const STEP_MS = 300_000;

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
    benchWorkload(i, start, {
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
  const span = { from: start - gapMs - WEEK_MS, to: start - gapMs, stepMs: STEP_MS };
  const pasts = new Map(workloads.map((entry) => [workloadKey(entry), benchPast(entry, span, loadNames(named))]));
  const taken = Object.fromEntries(loadNames(named).map((name) => [name, BENCH_TARGET]));
  const lessons = [...pasts.values()].slice(0, SHAPES).map((series) => benchLesson(series, start, taken));
  for (const shard of await ports.series.assign(CLUSTER, refs)) {
    const mine = new Map(shard.workloads.map((ref) => [workloadKey(ref), pasts.get(workloadKey(ref)) as Series]));
    await ports.series.backfill(CLUSTER, shard, mine);
    const learned = new Map(
      [...mine].map(([key, series], i) => [key, lessons[i % SHAPES] ?? benchLesson(series, start, taken)]),
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
