// A cluster to try everything on: an HTTP server that speaks enough of the Kubernetes API for our client and for kubectl.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../lib/app/ports/world.ts';
import type { Faults } from './faults.ts';
import { makeServer } from './http.ts';
import type { SavedWorld } from './saved-world.ts';
import type { SimulatedWorkload } from './workload.ts';
import { World } from './world.ts';

export interface SimulatedClusterOptions {
  readonly name: string;
  readonly workloads: readonly SimulatedWorkload[];
  /** May run faster than ours. */
  readonly clock: Clock;
  /** Any free one unless told. */
  readonly port?: number;
  /** Simulated seconds in which the world moves; 15 unless told. */
  readonly stepSeconds?: number;
  /** Kept and read at every request: a test may change it while the cluster runs. */
  readonly faults?: Faults;
  /** What an earlier cluster of this name was: it goes on from there. */
  readonly saved?: SavedWorld | null;
  /** Stands before the cluster, where not everybody may come in or requests are handed over without the network. */
  readonly guard?: (server: Server) => void;
  /** Told what there is after every write and before its answer: what was answered is never forgotten. */
  readonly save?: (world: SavedWorld) => void;
}

export interface SimulatedCluster {
  readonly url: string;
  /** YAML. */
  readonly kubeconfig: string;
  /**
   * `spec.replicas` of the Deployment `namespace/name`.
   * @throws Error where there is none
   */
  replicas(key: string): number;
  /** As it would be saved now. */
  saved(): SavedWorld;
  close(): Promise<void>;
}

/** How often, in real time, the world catches up with the clock while nobody asks. */
const CATCH_UP_MS = 250;

/** Starts serving on 127.0.0.1; the world moves with the clock, on every request and by itself. */
export async function startSimulatedCluster(options: SimulatedClusterOptions): Promise<SimulatedCluster> {
  const { name, workloads, clock, port = 0, stepSeconds = 15, faults = {} } = options;
  const { saved = null, save = () => undefined } = options;
  const world = new World(name, workloads, clock, stepSeconds, faults, saved);
  const server = makeServer(world, () => save(world.saved()));
  options.guard?.(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const timer = setInterval(() => world.advance(), CATCH_UP_MS).unref();
  const url = `http://127.0.0.1:${portOf(server.address())}`;
  return {
    url,
    kubeconfig: kubeconfigFor(name, url),
    replicas: (key) => {
      world.advance();
      const [namespace = '', workload = ''] = key.split('/');
      const found = world.workload(namespace, workload);
      if (found === undefined) throw new Error(`simulated cluster ${name} has no Deployment ${key}`);
      return found.state.replicas;
    },
    saved: () => world.saved(),
    close: async () => {
      clearInterval(timer);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Names are quoted as JSON, which is YAML. Our client refuses plain HTTP, even to loopback, unless TLS is not to be verified. */
function kubeconfigFor(name: string, url: string): string {
  const quoted = JSON.stringify(name);
  return [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${quoted}`,
    'clusters:',
    `  - name: ${quoted}`,
    `    cluster: { server: ${JSON.stringify(url)}, insecure-skip-tls-verify: true }`,
    'users:',
    '  - name: simulated',
    '    user: { token: simulated }',
    'contexts:',
    `  - name: ${quoted}`,
    `    context: { cluster: ${quoted}, user: simulated, namespace: default }`,
    '',
  ].join('\n');
}
