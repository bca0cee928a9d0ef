// A process of the benchmark that answers questions over IPC, one after the other, and whose printed bytes are counted.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Child {
  /** What it sends for a message. @throws Error where it ends instead */
  ask<Answer>(message: unknown): Promise<Answer>;
  /** All that it has printed since it was last asked for. */
  printed(): string;
  close(): Promise<void>;
}

interface ChildOptions {
  readonly args?: readonly string[];
  /** Laid over this process's own unless `isAlone`. */
  readonly env?: Readonly<Record<string, string>>;
  /** It sees no variable but `env`. */
  readonly isAlone?: boolean;
  /** For Node itself. */
  readonly nodeArgs?: readonly string[];
  /** Away from the project where nothing is to be found that it does not carry. */
  readonly folder?: string;
}

/** Ends when its parent lets go of it. */
export function startChild(script: string, options: ChildOptions = {}): Child {
  const { args = [], env = {}, isAlone = false, nodeArgs = [], folder } = options;
  const child = spawn(process.execPath, [...nodeArgs, script, ...args], {
    env: isAlone ? { ...env } : { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(folder !== undefined && { cwd: folder }),
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      printed += chunk;
    });
  let last: Promise<unknown> = Promise.resolve();
  const askNow = async (message: unknown) => {
    if (!child.connected) throw new Error(`${script} has ended: ${printed.slice(-2000)}`);
    const done = new AbortController();
    const { signal } = done;
    const died = once(child, 'close', { signal }).then(([code]) => {
      throw new Error(`${script} ended with ${code}: ${printed.slice(-2000)}`);
    });
    const answered = once(child, 'message', { signal }).then(([answer]) => answer);
    child.send(message as object);
    try {
      return await Promise.race([answered, died]);
    } finally {
      died.catch(() => undefined);
      answered.catch(() => undefined);
      done.abort();
    }
  };
  return {
    ask<Answer>(message: unknown) {
      const answer = last.then(() => askNow(message));
      last = answer.catch(() => undefined);
      return answer as Promise<Answer>;
    },
    printed() {
      const all = printed;
      printed = '';
      return all;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
