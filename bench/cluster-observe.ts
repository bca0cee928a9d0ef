// The measured process: it does one observe of a cluster through the adapter, and nothing else.
import { subscribe } from 'node:diagnostics_channel';
import { makeKubernetes } from '../lib/adapters/kubernetes/adapter.ts';
import { observeCluster } from '../lib/app/observe/observe.ts';
import { peakMemoryMiB } from './peak-memory.ts';

const path = process.argv[2];
if (path === undefined) throw new Error('usage: cluster-observe.ts KUBECONFIG');

let bytes = 0;
subscribe('undici:request:bodyChunkReceived', (message) => {
  bytes += Buffer.byteLength(Object(message).chunk);
});
const { reader, metrics, calls } = makeKubernetes({
  clusters: new Map([['bench', { kind: 'kubeconfig', path }]]),
  namespaces: { include: [], exclude: [] },
  version: 'bench',
});
const start = performance.now();
const { observations, problems } = await observeCluster({ reader, signals: [metrics] }, 'bench', Date.now());
const seconds = (performance.now() - start) / 1000;
const all = [...observations.values()];
const usage = process.resourceUsage();
process.stdout.write(
  JSON.stringify({
    seconds,
    cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
    calls: calls(),
    bytes,
    peakMiB: peakMemoryMiB(),
    workloads: all.length,
    pods: all.reduce((sum, { replicas }) => sum + replicas.ready, 0),
    measured: all.filter(({ signals }) => signals.cpu?.coverage === 1).length,
    problems,
  }),
);
