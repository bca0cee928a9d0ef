// Records what the real HPA controller does, sync by sync, for `lib/domain/hpa/controller.ts` to be held against (test/domain/hpa/controller-real.test.ts).
//
//   export KUBECONFIG=$DIR/kubeconfig          a control plane without load, its certificates in $DIR/pki, and a stand-in
//                                              kubelet that starts pods and leaves those annotated `notready` not ready
//   node_modules/.bin/node test/cluster/record-hpa.ts test/domain/fixtures/hpa-real.ndjson [METRICS_PORT]
//
// Takes 27 minutes: the controller syncs every 15 s of real time. Stands in for metrics-server meanwhile (METRICS_PORT, 11444
// unless told), which is how it knows the moment of each sync and exactly what was shown, and puts the old one back at the end.
// First line: how it was recorded. Then one line per sync: times in seconds since the beginning; CPU in milli-cores per pod,
// rounded up as the controller does; what the HPA's status and the Deployment said 1.5 s later.
import { appendFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { connectHpaCluster, type HpaCluster, isReady, readyCondition } from './hpa-cluster.ts';
import {
  CPU_REQUEST_CORES,
  demandCores,
  HPA_SCENARIOS,
  type HpaScenario,
  MAX_REPLICAS,
  MEMORY_REQUEST_MIB,
  RECORDING_SECONDS,
  STARTING_CORES,
} from './hpa-scenarios.ts';
import { type PodUsage, SCRAPE_SECONDS, startMetricsApi, type Target } from './recording-metrics-api.ts';

const SETTLED_MS = 1500;
/** An HPA of two metrics asks twice in one sync. */
const SAME_SYNC_MS = 3000;
const MEMORY_BASE_MIB = 60;
const MEMORY_MIB_PER_CORE = 350;
/** A pod serves at most twice its request. */
const SATURATION = 2;

const [, , file, port = '11444'] = process.argv;
const kubeconfig = process.env.KUBECONFIG;
if (file === undefined || kubeconfig === undefined)
  throw new Error('usage: KUBECONFIG=DIR/kubeconfig node test/cluster/record-hpa.ts OUT.ndjson [METRICS_PORT]');
await record(file, kubeconfig, Number(port));

async function record(out: string, config: string, metricsPort: number): Promise<void> {
  const cluster = connectHpaCluster(config, `hpa-recording-${process.pid}`);
  await cluster.createNamespace();
  for (const scenario of HPA_SCENARIOS) await cluster.createDeployment(scenario);
  const keeper = setInterval(() => void startPods(cluster).catch(report), 500);
  const portBefore = await cluster.metricsPort();
  try {
    while (!(await allReady(cluster))) await sleep(500);
    // On a whole second, because Kubernetes writes its own times so.
    const start = 1000 * Math.ceil(Date.now() / 1000);
    const run = recorder(cluster, start, out);
    writeFileSync(out, `${JSON.stringify(describeRun(start))}\n`);
    const server = await startMetricsApi(join(dirname(config), 'pki'), metricsPort, run.source);
    await cluster.pointMetricsTo(metricsPort);
    await run.scrape();
    for (const scenario of HPA_SCENARIOS) await cluster.createHpa(scenario);
    for (let scrapes = 1; scrapes * SCRAPE_SECONDS <= RECORDING_SECONDS; scrapes++) {
      await sleep(start + scrapes * SCRAPE_SECONDS * 1000 - Date.now());
      await run.scrape().catch(report);
    }
    server.close();
  } finally {
    clearInterval(keeper);
    await cluster.pointMetricsTo(portBefore);
    await cluster.deleteNamespace();
  }
}

function describeRun(start: number): object {
  return {
    recorded: `real kube-controller-manager 1.20.2, HPA sync 15 s, on ${new Date(start).toISOString()} by test/cluster/record-hpa.ts`,
    cpuRequestMilli: 1000 * CPU_REQUEST_CORES,
    memoryRequestKi: 1024 * MEMORY_REQUEST_MIB,
    min: 1,
    max: MAX_REPLICAS,
    windowSeconds: SCRAPE_SECONDS,
    scenarios: HPA_SCENARIOS,
  };
}

function recorder(cluster: HpaCluster, start: number, out: string) {
  let scraped = { at: new Date(start), byPod: new Map<string, PodUsage>() };
  const asked = new Map<string, number>();
  const secondsNow = () => (Date.now() - start) / 1000;
  const usage = (app: string) => (within(scenarioOf(app).outages, secondsNow()) ? null : scraped);
  return {
    async scrape(): Promise<void> {
      const pods = await cluster.pods();
      const at = new Date();
      scraped = { at, byPod: new Map(HPA_SCENARIOS.flatMap((one) => usageOf(one, pods, secondsNow()))) };
    },
    source: {
      target: cluster.target,
      usage,
      asked(app: string, target: Target): void {
        const now = Date.now();
        if (now - (asked.get(app) ?? 0) < SAME_SYNC_MS) return;
        asked.set(app, now);
        const shown = usage(app);
        const line = {
          app,
          now: (now - start) / 1000,
          replicas: target.replicas,
          measuredAt: shown === null ? null : Math.floor(shown.at.getTime() / 1000) - start / 1000,
          pods: groupPods(scenarioOf(app), target.pods, shown?.byPod ?? new Map(), start),
        };
        void sleep(SETTLED_MS)
          .then(() => statusOf(cluster, app))
          .then((status) => appendFileSync(out, `${JSON.stringify({ ...line, ...status })}\n`))
          .catch(report);
      },
    },
  };
}

async function statusOf(cluster: HpaCluster, app: string): Promise<object> {
  const [{ status }, { replicas }] = await Promise.all([cluster.readHpa(app), cluster.target(app)]);
  const shown = (status?.currentMetrics ?? []).map(({ resource }) => [
    resource?.name,
    resource?.current.averageUtilization,
  ]);
  const limited = status?.conditions?.find(({ type }) => type === 'ScalingLimited')?.reason ?? null;
  return { desired: status?.desiredReplicas, set: replicas, percent: Object.fromEntries(shown), limited };
}

/** Pods that are alike: [count, state, started at, ready changed at, CPU in milli-cores, memory in Ki]. */
function groupPods(
  scenario: HpaScenario,
  pods: readonly V1Pod[],
  byPod: ReadonlyMap<string, PodUsage>,
  start: number,
): readonly unknown[] {
  const seconds = (time: Date | undefined) => (time === undefined ? null : (time.getTime() - start) / 1000);
  const groups = new Map<string, { count: number; row: unknown[] }>();
  for (const pod of pods) {
    const usage = byPod.get(pod.metadata?.name ?? '');
    const state = pod.status?.phase === 'Pending' ? 'pending' : isReady(pod) ? 'ready' : 'running';
    const times = [seconds(pod.status?.startTime), seconds(readyCondition(pod)?.lastTransitionTime)];
    const cpuMilli = usage === undefined ? null : Math.ceil(usage.cpuNano / 1e6);
    const memoryKi = scenario.memoryPercent === null ? null : (usage?.memoryKi ?? null);
    const row = [state, ...times, cpuMilli, memoryKi];
    const key = JSON.stringify(row);
    groups.set(key, { count: (groups.get(key)?.count ?? 0) + 1, row });
  }
  return [...groups.values()].map(({ count, row }) => [count, ...row]);
}

/** What a scrape sees of a Deployment's running pods: demand spread over the ready ones, start-up CPU on the others. */
function usageOf(scenario: HpaScenario, all: readonly V1Pod[], seconds: number): [string, PodUsage][] {
  const of = all.filter(
    ({ metadata, status }) =>
      metadata?.labels?.app === scenario.name && status?.phase === 'Running' && !metadata.deletionTimestamp,
  );
  const serving = of.filter(isReady).length;
  const each = Math.min(demandCores(seconds) / Math.max(1, serving), SATURATION * CPU_REQUEST_CORES);
  const names = of.map(({ metadata }) => metadata?.name ?? '').sort();
  const hidden = new Set(within(scenario.missing, seconds) ? names.slice(-Math.ceil(names.length / 3)) : []);
  return of.flatMap((pod) => {
    const name = pod.metadata?.name ?? '';
    const cores = isReady(pod) ? each : STARTING_CORES;
    const memoryKi = Math.round(1024 * (MEMORY_BASE_MIB + MEMORY_MIB_PER_CORE * (isReady(pod) ? each : 0)));
    return hidden.has(name) ? [] : [[name, { cpuNano: Math.round(1e9 * cores), memoryKi }]];
  });
}

async function startPods(cluster: HpaCluster): Promise<void> {
  for (const pod of await cluster.pods()) {
    const { startTime, phase } = pod.status ?? {};
    if (phase !== 'Running' || startTime === undefined || isReady(pod)) continue;
    const delay = scenarioOf(pod.metadata?.labels?.app ?? '').startupSeconds;
    const now = new Date();
    if (now.getTime() - startTime.getTime() >= 1000 * delay) await cluster.markReady(pod.metadata?.name ?? '', now);
  }
}

async function allReady(cluster: HpaCluster): Promise<boolean> {
  const pods = await cluster.pods();
  return pods.length === HPA_SCENARIOS.length && pods.every(isReady);
}

function scenarioOf(app: string): HpaScenario {
  const scenario = HPA_SCENARIOS.find(({ name }) => name === app);
  if (scenario === undefined) throw new Error(`no scenario is called ${app}: see hpa-scenarios.ts`);
  return scenario;
}

function within(spans: readonly (readonly [number, number])[], seconds: number): boolean {
  return spans.some(([from, to]) => seconds >= from && seconds < to);
}

function report(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
}
