// The cluster of `npm start`: simulated with a past, or the user's own, read-only.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { complain } from '../cli/terminal.ts';
import { type DemoSetup, demoKey, demoWorkloads } from './demo-workloads.ts';
import { writeKeptWorld } from './kept-world.ts';
import { asTheTableHas, type Past, sinceIn } from './past.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { SavedWorld } from './simulated-cluster/saved-world.ts';
import { startSimulatedCluster } from './simulated-cluster/server.ts';

export interface EmbeddedCluster {
  readonly id: string;
  /** Of the simulated cluster, to be written somewhere; null for the user's own. */
  readonly kubeconfigText: string | null;
  readonly kubeconfigPath: string;
  /** What is not in the table yet: to be preloaded, and then told by `preloaded`. Null where there is nothing. */
  readonly toPreload: DemoSetup | null;
  preloaded(): void;
  /** Keeps clock and cluster in the data folder, where there is one. */
  keep(): void;
  close(): Promise<void>;
}

export const SIMULATED_ID = 'demo';

interface SimulatedSetup {
  /** Files; none for the made-up four. */
  readonly trace: readonly string[];
  readonly signals?: boolean;
  /** Null where nothing is kept. */
  readonly folder: string | null;
  readonly past: Past;
}

/** @throws Error of one line where a trace cannot be read */
export async function openSimulated(
  { trace, signals = false, folder, past }: SimulatedSetup,
  clock: SimulatedClock,
): Promise<EmbeddedCluster> {
  const now = clock.now();
  const setup = { trace, signals, now, since: sinceIn(past, now) };
  const all = await demoWorkloads(setup);
  for (const { note } of all) if (note !== null) complain(note);
  let since: DemoSetup['since'] = setup.since;
  const save = (world: SavedWorld): void => {
    if (folder !== null) writeKeptWorld(folder, clock.now(), { since, world });
  };
  const demo = past.kept === null ? asTheTableHas(past, all) : all;
  const workloads = demo.map(({ workload }) => workload);
  const saved = past.kept?.world ?? null;
  const simulated = await startSimulatedCluster({ name: SIMULATED_ID, workloads, clock, saved, save });
  const keep = (): void => save(simulated.saved());
  keep();
  const fresh = all.filter((entry) => since[demoKey(entry)] === undefined);
  return {
    id: SIMULATED_ID,
    kubeconfigText: simulated.kubeconfig,
    kubeconfigPath: '',
    toPreload: fresh.length === 0 ? null : setup,
    preloaded() {
      since = { ...since, ...Object.fromEntries(fresh.map((entry) => [demoKey(entry), now])) };
      keep();
    },
    keep,
    async close() {
      keep();
      await simulated.close();
    },
  };
}

/**
 * @param kubeconfig a file; true for the default one
 * @throws Error of one line where it cannot be read
 */
export function openOwn(kubeconfig: string | true): EmbeddedCluster {
  const path = kubeconfig === true ? (process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config')) : kubeconfig;
  if (!existsSync(path)) throw new Error(`--kubeconfig: there is no file ${path}`);
  const context = currentContextIn(path);
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
    toPreload: null,
    preloaded: () => undefined,
    keep: () => undefined,
    close: () => Promise.resolve(),
  };
}

function currentContextIn(path: string): string {
  const config = new KubeConfig();
  try {
    config.loadFromFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`--kubeconfig: ${path} cannot be read as a kubeconfig: ${why}`, { cause: error });
  }
  return config.getCurrentContext();
}
