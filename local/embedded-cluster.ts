// The cluster of `npm start`: simulated with a past, or the user's own, read-only.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { openTable } from '../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../lib/adapters/dynamo/tick-store.ts';
import type { PolicyStore, SeriesStore } from '../lib/app/ports/table.ts';
import { workloadKey } from '../lib/domain/model.ts';
import { type DemoWorkload, historyOf, madeUpWorkloads, tracedWorkloads } from './demo-workloads.ts';
import type { EmbeddedTable } from './embedded-table.ts';
import type { Options } from './options.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import { startSimulatedCluster } from './simulated-cluster/server.ts';

export interface EmbeddedCluster {
  readonly id: string;
  /** Of the simulated cluster, to be written somewhere; null for the user's own. */
  readonly kubeconfigText: string | null;
  readonly kubeconfigPath: string;
  /** Puts the past into the table, where it is not there yet. */
  preload(ports: { series: SeriesStore; policies: PolicyStore }): Promise<void>;
  close(): Promise<void>;
}

const SIMULATED_ID = 'demo';

/** The scheduled time of the last tick on the simulated cluster that this table knows of. */
export async function lastTickOf(embedded: EmbeddedTable): Promise<number | null> {
  // By no clock: a simulated one runs ahead of ours, and time goes on from there.
  const table = openTable({ ...embedded, now: () => Number.MAX_SAFE_INTEGER });
  const last = await makeTickStore(table).last(SIMULATED_ID);
  table.close();
  return last?.scheduledAt ?? null;
}

/** @throws Error of one line where a trace or the kubeconfig cannot be read */
export async function openCluster(options: Options, clock: SimulatedClock): Promise<EmbeddedCluster> {
  return options.kubeconfig === null ? openSimulated(options, clock) : openOwn(options.kubeconfig);
}

async function openSimulated(options: Options, clock: SimulatedClock): Promise<EmbeddedCluster> {
  const now = clock.now();
  const traced = tracedWorkloads(options.trace, now);
  const demo = traced.length > 0 ? traced : madeUpWorkloads(now);
  const workloads = demo.map(({ workload }) => workload);
  const simulated = await startSimulatedCluster({ name: SIMULATED_ID, workloads, clock });
  return {
    id: SIMULATED_ID,
    kubeconfigText: simulated.kubeconfig,
    kubeconfigPath: '',
    preload: (ports) => preload(ports, demo, now),
    close: () => simulated.close(),
  };
}

async function preload(
  { series, policies }: { series: SeriesStore; policies: PolicyStore },
  demo: readonly DemoWorkload[],
  now: number,
): Promise<void> {
  const ref = ({ workload: { namespace, name } }: DemoWorkload) => ({ cluster: SIMULATED_ID, namespace, name });
  const known = new Set((await series.shards(SIMULATED_ID)).flatMap(({ workloads }) => workloads.map(workloadKey)));
  const fresh = demo.filter((entry) => !known.has(workloadKey(ref(entry))));
  const pasts = new Map(fresh.map((entry) => [workloadKey(ref(entry)), historyOf(entry, now)]));
  for (const shard of await series.assign(SIMULATED_ID, fresh.map(ref)))
    await series.backfill(SIMULATED_ID, shard, pasts);
  for (const entry of fresh) {
    if (entry.record === null) continue;
    await policies.put({ workload: ref(entry), values: entry.record, updatedAt: now, updatedBy: 'npm start' });
  }
}

async function openOwn(kubeconfig: string | true): Promise<EmbeddedCluster> {
  const path = kubeconfig === true ? (process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config')) : kubeconfig;
  if (!existsSync(path)) throw new Error(`--kubeconfig: there is no file ${path}`);
  const config = new KubeConfig();
  config.loadFromFile(path);
  const context = config.getCurrentContext();
  if (!context)
    throw new Error(`--kubeconfig: ${path} has no current-context; set one with kubectl config use-context`);
  return {
    id:
      context
        .replace(/[^a-zA-Z0-9._-]+/g, '-')
        .replace(/^[^a-zA-Z0-9]+/, '')
        .slice(0, 100) || 'cluster',
    kubeconfigText: null,
    kubeconfigPath: path,
    preload: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
