// A story told by real parts: replicas are processes behind a load balancer, ticks are ours, and only the cluster is simulated.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from '../../cli/terminal.ts';
import { makeHandler as makeCommandHandler } from '../../functions/command.ts';
import { makeHandler as makeQueryHandler } from '../../functions/query.ts';
import { openApiText } from '../../lib/app/api/openapi-document.ts';
import { readConfig } from '../../lib/config.ts';
import { VERSION } from '../../lib/version.ts';
import { wireCommand } from '../../lib/wire/command.ts';
import { wireQuery } from '../../lib/wire/query.ts';
import { makeConsoleLog } from '../console-log.ts';
import { startEmbeddedTable } from '../embedded-table.ts';
import { startGateway } from '../gateway.ts';
import { OUR_CLOCK } from '../simulated-clock.ts';
import { type SimulatedCluster, startSimulatedCluster } from '../simulated-cluster/server.ts';
import type { PodRunner, SimulatedWorkload } from '../simulated-cluster/workload.ts';
import { runTickLoop, tickOnce } from '../tick-loop.ts';
import { startTickThread } from '../tick-thread.ts';
import { startBalancer } from './balancer.ts';
import type { Load, Phase } from './load.ts';
import type { ReplicaProgram } from './replica-process.ts';
import { startStandInKubelet } from './stand-in-kubelet.ts';
import { makeTeller, type Told, type Watched } from './teller.ts';

interface Stage {
  /** Of the load balancer. */
  readonly url: string;
  /** A folder that is gone when the story is over. */
  readonly scratch: string;
}

export interface Story {
  readonly phases: readonly Phase[];
  readonly workload: (runner: PodRunner) => SimulatedWorkload;
  readonly replica: ReplicaProgram;
  readonly load: (url: string, phases: readonly Phase[], stopping: AbortSignal) => Load;
  readonly watched: Watched;
  /** Whatever else has to run; ended in the end. @returns the variable SIGNALS */
  readonly setUp: (
    stage: Stage,
    ending: AsyncDisposableStack,
  ) => Promise<{
    readonly signals: unknown;
    /** Told whenever another set of replicas serves, by pod. */
    readonly onServing?: (ports: ReadonlyMap<string, number>) => void;
  }>;
}

const TICK_SECONDS = 10;
const CLUSTER = 'toy';
/** Time moves in steps of this length in the simulated cluster: pods here are real, and quick. */
const STEP_SECONDS = 1;
const FIRST_POD_MS = 20_000;
const STATE_EVERY_MS = 200;

/** Tells a story from its start to its end, or until it is stopped; takes down whatever it has put up. */
export async function tellStory(story: Story, stopping: AbortSignal): Promise<readonly Told[]> {
  await using ending = new AsyncDisposableStack();
  const balancer = await startBalancer();
  ending.defer(() => balancer.close());
  const scratch = mkdtempSync(join(tmpdir(), 'ai4k8s-toy-'));
  ending.defer(() => rmSync(scratch, { recursive: true, force: true }));
  const { signals, onServing } = await story.setUp({ url: balancer.url, scratch }, ending);

  // The pods' usage is asked of the kubelet, which needs the cluster first.
  let runner: Required<PodRunner> = { usage: () => null, metrics: () => null };
  const workload = story.workload({ usage: (pod) => runner.usage(pod), metrics: (pod) => runner.metrics(pod) });
  const { namespace, name: deployment } = workload;
  const cluster = await startSimulatedCluster({
    name: CLUSTER,
    workloads: [workload],
    clock: OUR_CLOCK,
    stepSeconds: STEP_SECONDS,
  });
  ending.defer(() => cluster.close());
  let serving = 0;
  const kubelet = startStandInKubelet({
    kubeconfig: cluster.kubeconfig,
    url: cluster.url,
    namespace,
    deployment,
    replica: story.replica,
    onServing: (ports) => {
      serving = ports.size;
      balancer.serve([...ports.values()]);
      onServing?.(ports);
    },
  });
  ending.defer(() => kubelet.close());
  runner = kubelet;
  await untilServing(() => serving >= workload.replicas, stopping);

  const { tick, api, events, death } = await ourselves(cluster, signals, scratch, ending);
  say(`load balancer  ${balancer.url}`);
  say(`simulated cluster  kubectl --kubeconfig ${join(scratch, 'kubeconfig')} get deploy,pods`);
  say(`our API  curl -s '${api}/api/autoscaling/recommendations/${CLUSTER}?deployment=${deployment}'\n`);

  await tickOnce(tick, OUR_CLOCK.now());
  const load = story.load(balancer.url, story.phases, stopping);
  const replicas = () => ({ asked: cluster.replicas(`${namespace}/${deployment}`), serving });
  const teller = makeTeller({
    api,
    of: { cluster: CLUSTER, namespace, deployment },
    phases: story.phases,
    replicas,
    load,
    events,
    watched: story.watched,
  });
  const over = new AbortController();
  const ended = AbortSignal.any([stopping, over.signal]);
  const ticking = runTickLoop({ ...tick, handler: told(tick.handler, teller.afterTick) }, ended);
  await Promise.race([untilOver(load, ended), death]);
  over.abort();
  await ticking;
  return teller.told();
}

/** Table, API and ticks of ours, as `npm start` has them. */
async function ourselves(cluster: SimulatedCluster, signals: unknown, scratch: string, ending: AsyncDisposableStack) {
  const table = await startEmbeddedTable();
  ending.defer(() => table.close());
  const kubeconfig = join(scratch, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
  // Nothing of the environment: the story is the same on every machine, and no LLM is asked.
  const env = {
    TABLE_NAME: table.tableName,
    CLUSTERS: JSON.stringify([{ id: CLUSTER, kubeconfig }]),
    TICK_SECONDS: String(TICK_SECONDS),
    SIGNALS: JSON.stringify(signals),
  };
  const config = readConfig(env);
  const log = makeConsoleLog(false);
  const events: Told['change'][] = [];
  const sink = {
    publish: (news: readonly { type: string; detail: Readonly<Record<string, unknown>> }[]) => {
      for (const { type, detail } of news)
        if (type === 'DecisionApplied')
          events.push({
            from: Number(detail.current),
            to: Number(detail.target),
            source: String(detail.source),
            reason: String(detail.reason),
          });
      return Promise.resolve();
    },
  };
  const { endpoint, region, credentials } = table;
  const thread = startTickThread(
    { env, table: { endpoint, region, credentials }, readOnly: null },
    { log, events: sink },
  );
  ending.defer(() => thread.close());
  const overrides = { clock: OUR_CLOCK, log, events: sink, table, document: async () => openApiText(VERSION) };
  const [query, command] = await Promise.all([wireQuery(config, overrides), wireCommand(config, overrides)]);
  const gateway = await startGateway(0, { query: makeQueryHandler(query), command: makeCommandHandler(command) });
  ending.defer(() => gateway.close());
  const tick = {
    clock: OUR_CLOCK,
    cluster: CLUSTER,
    tickSeconds: TICK_SECONDS,
    log,
    handler: (event: { cluster: string; scheduled_at: string }) =>
      thread.ask({ ask: 'tick', now: OUR_CLOCK.now(), event }),
  };
  return { tick, api: gateway.url, events, death: thread.death };
}

function told<E>(handler: (event: E) => Promise<unknown>, afterTick: () => Promise<void>) {
  return async (event: E): Promise<void> => {
    await handler(event);
    await afterTick();
  };
}

async function untilOver(load: Load, signal: AbortSignal): Promise<void> {
  await load.done;
  // The last tick may be due this very moment.
  await sleep(500, undefined, { signal }).catch(() => undefined);
}

async function untilServing(isServing: () => boolean, stopping: AbortSignal): Promise<void> {
  const began = performance.now();
  while (!isServing() && !stopping.aborted) {
    if (performance.now() - began > FIRST_POD_MS)
      throw new Error(`no replica serves after ${FIRST_POD_MS / 1000} s: this machine may be too busy; try again`);
    await sleep(STATE_EVERY_MS);
  }
}
