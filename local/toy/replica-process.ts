// A replica of a story, from the side of whoever runs it.
import { fork } from 'node:child_process';
import type { PodMetrics } from '../simulated-cluster/workload.ts';

/** What every replica of a story runs, as a process of its own. */
export interface ReplicaProgram {
  readonly main: URL;
  /** Whatever it has to be told, beside its labels. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** namespace, deployment, pod. */
export type ReplicaLabels = Readonly<Record<'namespace' | 'deployment' | 'pod', string>>;

export type ReplicaNews =
  | { readonly tell: 'ready'; readonly port: number }
  | { readonly tell: 'usage'; readonly cpu: number; readonly memory: number }
  | { readonly tell: 'metrics'; readonly values: Readonly<Record<string, number>> };

export interface ReplicaProcess {
  /** Lately; null until it was measured. */
  usage(): { readonly cpu: number; readonly memory: number } | null;
  /** What it told of itself last, by metric; null where it has not. */
  metrics(): PodMetrics | null;
  /** Ends it, once nobody needs it any more. */
  stop(): void;
}

/**
 * @param onReady told the port it listens on
 * @param onGone told when the process has ended, asked or not
 */
export function startReplica(
  { main, spec }: ReplicaProgram,
  labels: ReplicaLabels,
  onReady: (port: number) => void,
  onGone: () => void,
): ReplicaProcess {
  let metrics: PodMetrics | null = null;
  let usage: ReturnType<ReplicaProcess['usage']> = null;
  const child = fork(main, [JSON.stringify({ ...spec, labels })], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  child.on('message', (news: ReplicaNews) => {
    if (news.tell === 'ready') onReady(news.port);
    else if (news.tell === 'usage') usage = { cpu: news.cpu, memory: news.memory };
    else metrics = { at: Date.now(), values: news.values };
  });
  child.on('exit', onGone);
  child.on('error', onGone);
  return {
    usage: () => usage,
    metrics: () => metrics,
    stop: () => {
      if (child.connected) child.disconnect();
    },
  };
}
