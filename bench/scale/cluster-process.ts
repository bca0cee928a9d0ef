// The API server, in a process of its own: a simulated cluster that moves with the benchmark's clock and counts what it is asked.
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import { benchWorkload, ENABLED } from '../fleet-workloads.ts';

const [size = 0, start = 0] = process.argv.slice(2).map(Number);
let now = start;
let calls: Record<string, number> = {};
subscribe('http.server.request.start', (message) => {
  const { method, url } = (message as { request: IncomingMessage }).request;
  const kind = kindOfCall(method ?? '', url ?? '');
  calls[kind] = (calls[kind] ?? 0) + 1;
});
const workloads = Array.from({ length: size }, (_, i) => benchWorkload(i, start, ENABLED));
const cluster = await startSimulatedCluster({ name: 'bench', workloads, clock: { now: () => now } });

/** A number moves the clock. Whatever is asked, the answer is where it is, what it was asked since, and what that took. */
let cpu = process.cpuUsage();
process.on('message', (message) => {
  const { user, system } = process.cpuUsage(cpu);
  cpu = process.cpuUsage();
  process.send?.({ kubeconfig: cluster.kubeconfig, calls, cpuSeconds: (user + system) / 1e6 });
  calls = {};
  if (typeof message === 'number') now = message;
});
process.on('disconnect', () => process.exit(0));

/** Such as `GET pods` or `PATCH deployments/scale`. */
function kindOfCall(method: string, url: string): string {
  const [path = ''] = url.split('?');
  const parts = path.split('/').filter((part) => part !== '');
  const rest = parts.slice(parts[0] === 'apis' ? 3 : 2);
  const [plural, , subresource] = rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
  const of = parts[1] === 'metrics.k8s.io' ? 'metrics ' : '';
  if (plural === undefined) return `${method} discovery`;
  return `${method} ${of}${plural}${subresource === undefined ? '' : `/${subresource}`}`;
}
