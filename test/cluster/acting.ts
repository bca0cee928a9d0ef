// What the tests of modes share: changes made as a tick makes them, on the workloads of a namespace of their own.

import { makeFloorStore } from '../../lib/adapters/dynamo/floor-store.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import { openTable } from '../../lib/adapters/dynamo/table.ts';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { applyDecision } from '../../lib/app/apply/apply-decision.ts';
import { releaseCluster } from '../../lib/app/apply/release-floors.ts';
import { observeWorkload } from '../../lib/app/observe/observe.ts';
import type { ClusterWriter, HpaAccess } from '../../lib/app/ports/cluster.ts';
import type { Decision } from '../../lib/domain/decision/decision.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import { DEFAULT_POLICY, type Policy } from '../../lib/domain/workload/policy.ts';
import { NO_SIGNALS, type SignalsConfig } from '../../lib/signals-config/read.ts';
import { wireSignals } from '../../lib/wire/signals.ts';
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import { NOTHING_STATED } from '../make/policies.ts';
import { deployment, hpa } from './cluster-objects.ts';
import { apply, kubectl } from './cluster-under-test.ts';
import type { FaultyLine } from './faulty-line.ts';

export const AUTO: Policy = { ...DEFAULT_POLICY, enabled: true, max: 20 };
const SCALE: Policy = { ...AUTO, mode: 'scale' };

export interface Cast {
  /** Deployments of two replicas, each by its name. */
  readonly workloads: readonly string[];
  /** Those of them under an HPA of the same name, between 2 and 8. */
  readonly underHpa?: readonly string[];
  /** Those of them whose pods request nothing. */
  readonly bare?: readonly string[];
  /** Of those that have any. */
  readonly annotations?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What is configured beside CPU and memory; nothing unless given. */
  readonly signals?: SignalsConfig;
}

/** Makes the namespace and what is in it, with a table of its own; ready when every pod is. */
export async function startActing(
  namespace: string,
  { workloads, underHpa = [], bare = [], annotations = {}, signals = NO_SIGNALS }: Cast,
) {
  const table = await startEmbeddedTable();
  const opened = openTable(table);
  const [floors, series] = [makeFloorStore(opened), makeSeriesStore(opened)];
  const kubernetes = makeKubernetes({
    clusters: new Map([['real', { kind: 'kubeconfig' }]]),
    namespaces: { include: [namespace], exclude: [] },
    version: 'test',
  });
  const { reader, writer, hpas, metrics } = kubernetes;
  const clock = { now: Date.now };
  const sources = [metrics, ...wireSignals(signals, kubernetes, clock)];
  const policies = { stated: async () => NOTHING_STATED };
  const ports = { reader, writer, signals: sources, hpas, floors, series, policies, clock };
  const ref = (name: string) => ({ cluster: 'real', namespace, name });

  async function observed(name: string): Promise<Observation> {
    const observation = await observeWorkload(ports, ref(name), Date.now());
    if (observation === null) throw new Error(`${namespace}/${name} is not there`);
    return observation;
  }

  async function until(name: string, holds: (workload: Observation) => boolean): Promise<void> {
    const deadline = Date.now() + 400_000;
    for (;;) {
      const workload = await observed(name);
      if (holds(workload)) return;
      if (Date.now() > deadline) throw new Error(`${name} did not get there: ${JSON.stringify(workload)}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  kubectl(['create', 'namespace', namespace]);
  // It goes down at once where it may, so that a test need not wait five minutes.
  const behavior = { scaleDown: { stabilizationWindowSeconds: 0 } };
  apply([
    ...workloads.map((name) =>
      deployment(namespace, name, {
        ...(bare.includes(name) && { resources: {} }),
        ...(annotations[name] && { annotations: annotations[name] }),
      }),
    ),
    ...underHpa.map((name) => hpa(namespace, name, { max: 8, behavior })),
  ]);
  for (const name of workloads) await until(name, ({ replicas }) => replicas.ready === 2);

  return {
    ports,
    ref,
    observed,
    until,
    /** The same cluster, over a line that can lose answers. */
    over: ({ access }: FaultyLine) =>
      makeKubernetes({
        clusters: new Map([['real', access]]),
        namespaces: { include: [namespace], exclude: [] },
        version: 'test',
      }),
    async floorAt(name: string, target: number, { policy = AUTO, seen, ...over }: Floor = {}) {
      const observation = seen ?? (await observed(name));
      return applyDecision({ ...ports, ...over }, decisionOn(observation, target), policy, observation, 'schedule');
    },
    async scaleTo(name: string, target: number, racing: ClusterWriter) {
      const observation = await observed(name);
      return applyDecision(
        { ...ports, writer: racing },
        decisionOn(observation, target),
        SCALE,
        observation,
        'schedule',
      );
    },
    async released(): Promise<readonly string[]> {
      return (await releaseCluster(ports, 'real')).map(({ message }) => message);
    },
    /** The HPA as kubectl shows it. */
    hpaAt(name: string) {
      const { metadata, spec } = JSON.parse(kubectl(['-n', namespace, 'get', 'hpa', name, '-o', 'json']));
      const annotation = (key: string) => metadata.annotations?.[`ai4k8s.io/${key}-min-replicas`];
      return { min: spec.minReplicas, own: annotation('original'), floor: annotation('floor') };
    },
    async stop() {
      kubectl(['delete', 'namespace', namespace, '--wait=false']);
      await table.close();
    },
  };
}

export type Acting = Awaited<ReturnType<typeof startActing>>;

interface Floor {
  readonly policy?: Policy;
  readonly hpas?: HpaAccess;
  readonly seen?: Observation;
}

/** A port whose `method` is beaten by somebody else, so many times. */
export function interferingBefore<Port extends object>(
  method: keyof Port,
  port: Port,
  times: number,
  interfere: () => void,
): Port {
  let left = times;
  const original = port[method] as (...args: unknown[]) => unknown;
  const beaten = (...args: unknown[]) => {
    if (left-- > 0) interfere();
    return original(...args);
  };
  return { ...port, [method]: beaten };
}

export function decisionOn({ workload, replicas }: Observation, target: number): Decision {
  const action = target > replicas.spec ? 'scale_up' : target < replicas.spec ? 'scale_down' : 'maintain';
  const [at, current] = [Date.now(), replicas.spec];
  return {
    id: 'd',
    workload,
    at,
    current,
    target,
    action,
    source: 'reactive',
    reason: '',
    blockedBy: null,
    verdicts: [],
  };
}
