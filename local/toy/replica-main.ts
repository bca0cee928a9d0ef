// One replica of the toy service, a process of its own: HTTP in front of a queue. It ends with whoever started it.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeReplicaMetrics } from './replica-metrics.ts';
import type { ReplicaLabels, ReplicaNews } from './replica-process.ts';
import { makeServiceQueue } from './service-queue.ts';
import type { ToyReplica } from './toy-workload.ts';
import { tellUsage } from './usage.ts';

const spec: ToyReplica & { readonly labels: ReplicaLabels } = JSON.parse(process.argv[2] ?? '{}');
const queue = makeServiceQueue(spec.serviceMs, spec.slots, spec.longestLine);
const metrics = makeReplicaMetrics(spec.labels);
const tell = (news: ReplicaNews): void => void process.send?.(news);

const server = createServer((request, response) => {
  if (request.url === '/metrics') send(response, 200, metrics.text());
  else void serve(response);
});

async function serve(response: ServerResponse): Promise<void> {
  const came = performance.now();
  metrics.arrived();
  const served = await queue.serve();
  if (served) metrics.answered((performance.now() - came) / 1000);
  if (served) send(response, 200, `served by ${spec.labels.pod}\n`);
  else send(response, 503, 'the line is too long\n');
}

function send(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain; version=0.0.4', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

// A Ctrl-C is for whoever runs the story; it ends us by closing the channel, whatever else becomes of it.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  tell({ tell: 'ready', port: (server.address() as AddressInfo).port });
  tellUsage(tell);
});
