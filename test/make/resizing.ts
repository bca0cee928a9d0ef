// Whole ticks over an API server that stands in for one with pods/resize: a Deployment of three pods whose requests follow a score.

import { type Kubernetes, makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import type { SignalSource } from '../../lib/app/ports/cluster.ts';
import { runTick } from '../../lib/app/tick/tick.ts';
import type { TickPorts } from '../../lib/app/tick/tick-ports.ts';
import { DEFAULT_SCALING_POLICY } from '../../lib/domain/complexity/scaling-policy.ts';
import type { VerticalView } from '../../lib/domain/vertical/vertical-view.ts';
import { makeMemoryProgressStore } from '../stand-ins/memory-progress-store.ts';
import { makeMemoryDecisionStore, makeMemorySeriesStore, makeMemoryTickStore } from '../stand-ins/memory-tick-parts.ts';
import { type ResizeServer, startResizeServer } from '../stand-ins/resize-server.ts';
import { put } from './other-kinds.ts';
import { policiesWith } from './policies.ts';

const SETTINGS = {
  tickSeconds: 60,
  killSwitch: null as string | null,
  annotate: false,
  shardsInPlace: 8,
  safety: {
    blast: { sharePercent: 100, freeReplicas: 1000, workloads: 1000 },
    hold: { fallPercent: 20, calmTicks: 10 },
  },
};
export const ANNOTATIONS = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/mode': 'scale',
  'ai4k8s.io/min-replicas': '3',
  'ai4k8s.io/max-replicas': '3',
  'ai4k8s.io/signal.complexity': 'direction=both',
  'ai4k8s.io/vertical': 'cpu=100m..4,memory=256Mi..16Gi,apply=resize',
};
const { complexityThresholds, scaleUpFactors } = DEFAULT_SCALING_POLICY;

export interface Resizing {
  readonly server: ResizeServer;
  readonly kubernetes: Kubernetes;
  /** What the next tick runs with; changed by the test. */
  ports: TickPorts;
  /** Of every workload; changed by the test. */
  score: number;
  now: number;
  /** Notes of the Events that were posted. */
  readonly notices: string[];
  web(annotations?: Record<string, string>, name?: string): void;
  /** The proposal of `web` as so many ticks leave it. */
  tick(times?: number): Promise<VerticalView>;
  viewOf(name: string): VerticalView | undefined;
  /** What the pods request. */
  cpus(): readonly string[];
}

export async function startResizing(): Promise<Resizing> {
  const server = await startResizeServer();
  const resolve = async () => ({ server: server.url, caData: '', token: async () => 'secret' });
  const kubernetes = makeKubernetes({
    clusters: new Map([['test', { kind: 'endpoint', resolve }]]),
    namespaces: { include: [], exclude: [] },
    version: 'test',
  });
  const series = makeMemorySeriesStore();
  const notices: string[] = [];
  const clock = { now: () => all.now };
  const complexity: SignalSource = {
    name: 'litebrain',
    definitions: {
      complexity: { kind: 'level', unit: 'points', scaling: { complexityThresholds, scaleUpFactors, scaleUpAt: 70 } },
    },
    read: async ({ workloads }) => ({
      readings: new Map(),
      levels: new Map([...workloads.keys()].map((key) => [key, { complexity: { value: all.score, at: all.now } }])),
      problems: [],
    }),
  };
  const { metrics, ...ofCluster } = kubernetes;
  const ports = {
    ...ofCluster,
    signals: [metrics, complexity],
    noticeBoard: {
      post: async (posted: readonly { note: string }[]) => void notices.push(...posted.map(({ note }) => note)),
    },
    series,
    decisions: makeMemoryDecisionStore(),
    ticks: makeMemoryTickStore(),
    progress: makeMemoryProgressStore(),
    policies: { inCharge: async () => ({ policies: policiesWith(), killSwitch: null }) },
    schedules: { list: async () => new Map() },
    floors: { list: async () => [], get: async () => null, heldOffUntil: async () => 0 },
    events: { publish: async () => undefined },
    advisor: { advise: async () => null },
    clock,
    wall: clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  } as unknown as TickPorts;
  const viewOf = (name: string) => series.latest().get(`shop/${name}`)?.vertical;
  const all: Resizing = {
    server,
    kubernetes,
    ports,
    score: 90,
    now: Date.now(),
    notices,
    web(annotations = ANNOTATIONS, name = 'web') {
      put(server, 'Deployment', name, all.now, { replicas: 3, cores: 0.2, annotations });
      for (const pod of server.objects.pods ?? []) pod.metadata.resourceVersion ??= '1';
    },
    async tick(times = 1) {
      for (let i = 0; i < times; i++) {
        all.now += 60_000;
        for (const one of server.metrics) one.timestamp = new Date(all.now - 15_000).toISOString();
        await runTick(all.ports, SETTINGS, 'test', all.now);
      }
      const view = viewOf('web');
      if (view === undefined) throw new Error('web has no vertical proposal');
      return view;
    },
    viewOf,
    cpus: () => (server.objects.pods ?? []).map(({ spec }) => spec.containers[0].resources.requests.cpu),
  };
  return all;
}
