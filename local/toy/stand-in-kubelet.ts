// A stand-in for kubelets: watches a Deployment's pods in the Kubernetes API, runs a process for each, and reports it ready.
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig, Watch } from '@kubernetes/client-node';
import type { PodRunner } from '../simulated-cluster/workload.ts';
import { type ReplicaProcess, type ReplicaProgram, startReplica } from './replica-process.ts';

export interface KubeletSetup {
  readonly kubeconfig: string;
  /** Of the API server. */
  readonly url: string;
  readonly namespace: string;
  readonly deployment: string;
  readonly replica: ReplicaProgram;
  /** Told whenever another set of replicas serves, by pod. */
  readonly onServing: (ports: ReadonlyMap<string, number>) => void;
}

export interface StandInKubelet extends Required<PodRunner> {
  /** Ends every process. */
  close(): Promise<void>;
}

/** A pod that goes gets no new requests; those it has are finished within this. */
const GRACE_MS = 5000;
const AGAIN_MS = 500;

export function startStandInKubelet(setup: KubeletSetup): StandInKubelet {
  const processes = new Map<string, ReplicaProcess>();
  const ports = new Map<string, number>();
  const stopping = new AbortController();

  const serving = (): void => setup.onServing(new Map(ports));
  const run = (pod: string): void => {
    if (processes.has(pod) || stopping.signal.aborted) return;
    const { namespace, deployment } = setup;
    const process = startReplica(
      setup.replica,
      { namespace, deployment, pod },
      (port) => {
        if (processes.get(pod) !== process) return;
        ports.set(pod, port);
        serving();
        void reportReady(setup, pod, true);
      },
      () => {
        if (processes.get(pod) !== process) return;
        // It died of itself: as a kubelet does, another one for the same pod.
        leave(pod);
        void reportReady(setup, pod, false);
        if (!stopping.signal.aborted) setTimeout(run, AGAIN_MS, pod).unref();
      },
    );
    processes.set(pod, process);
  };
  const leave = (pod: string): ReplicaProcess | undefined => {
    const process = processes.get(pod);
    processes.delete(pod);
    if (ports.delete(pod)) serving();
    return process;
  };
  const end = (pod: string): void => {
    const process = leave(pod);
    if (process !== undefined) setTimeout(() => process.stop(), GRACE_MS).unref();
  };

  const watching = watchPods(setup, stopping.signal, {
    onPod: run,
    onGone: end,
    onList: (there) => {
      for (const pod of processes.keys()) if (!there.has(pod)) end(pod);
    },
  });
  return {
    usage: (pod) => processes.get(pod)?.usage() ?? null,
    metrics: (pod) => processes.get(pod)?.metrics() ?? null,
    async close() {
      stopping.abort();
      for (const process of processes.values()) process.stop();
      processes.clear();
      await watching;
    },
  };
}

interface Seen {
  readonly onPod: (name: string) => void;
  readonly onGone: (name: string) => void;
  /** Names of all there are: what went while nobody looked is not told otherwise. */
  readonly onList: (names: ReadonlySet<string>) => void;
}

async function watchPods(setup: KubeletSetup, signal: AbortSignal, { onPod, onGone, onList }: Seen): Promise<void> {
  const config = new KubeConfig();
  config.loadFromString(setup.kubeconfig);
  const path = `/api/v1/namespaces/${setup.namespace}/pods`;
  const labelSelector = `app=${setup.deployment}`;
  while (!signal.aborted) {
    try {
      const answer = await fetch(`${setup.url}${path}?labelSelector=${labelSelector}`, { signal });
      const list = (await answer.json()) as { metadata: { resourceVersion: string }; items: { metadata: Named }[] };
      const names = list.items.map(({ metadata }) => metadata.name);
      onList(new Set(names));
      names.forEach(onPod);
      const { resourceVersion } = list.metadata;
      await new Promise<void>((ended, failed) => {
        const watch = new Watch(config).watch(
          path,
          { labelSelector, resourceVersion },
          (phase: string, { metadata }: { metadata: Named }) => {
            if (phase === 'DELETED') onGone(metadata.name);
            else if (phase !== 'ERROR') onPod(metadata.name);
          },
          () => ended(),
        );
        watch.then((controller) => {
          if (signal.aborted) controller.abort();
          signal.addEventListener('abort', () => {
            controller.abort();
            ended();
          });
        }, failed);
      });
    } catch {
      // The API server is away, or the watch was cut: from the list on, again.
      if (!signal.aborted) await sleep(AGAIN_MS);
    }
  }
}

interface Named {
  readonly name: string;
}

/** A pod that is gone meanwhile needs no report. */
async function reportReady({ url, namespace }: KubeletSetup, pod: string, ready: boolean): Promise<void> {
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  await fetch(`${url}/api/v1/namespaces/${namespace}/pods/${pod}/status`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: JSON.stringify({ status: { conditions } }),
  }).catch(() => undefined);
}
