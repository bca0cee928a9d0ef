// A replica of the toy service, from the side of whoever runs it.
import { fork } from 'node:child_process';

export interface ReplicaSpec {
  readonly serviceMs: number;
  readonly slots: number;
  readonly longestLine: number;
  /** namespace, deployment, pod. */
  readonly labels: Readonly<Record<string, string>>;
}

export type ReplicaNews =
  | { readonly tell: 'ready'; readonly port: number }
  | { readonly tell: 'usage'; readonly cpu: number; readonly memory: number };

export interface ReplicaProcess {
  /** Lately; null until it was measured. */
  usage(): { readonly cpu: number; readonly memory: number } | null;
  /** Ends it, once nobody needs it any more. */
  stop(): void;
}

/**
 * @param onReady told the port it listens on
 * @param onGone told when the process has ended, asked or not
 */
export function startReplica(spec: ReplicaSpec, onReady: (port: number) => void, onGone: () => void): ReplicaProcess {
  let usage: ReturnType<ReplicaProcess['usage']> = null;
  const child = fork(new URL('./replica-main.ts', import.meta.url), [JSON.stringify(spec)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  child.on('message', (news: ReplicaNews) => {
    if (news.tell === 'ready') onReady(news.port);
    else usage = { cpu: news.cpu, memory: news.memory };
  });
  child.on('exit', onGone);
  child.on('error', onGone);
  return {
    usage: () => usage,
    stop: () => {
      if (child.connected) child.disconnect();
    },
  };
}
