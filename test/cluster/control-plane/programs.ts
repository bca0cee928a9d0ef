// Programs that live no longer than this process, however it ends, and TCP ports that nobody else uses.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Program {
  /** Waits until `holds`. @throws Error with the end of its log where it died first, or after a minute */
  ready(holds: () => Promise<boolean>): Promise<void>;
  /** Calls `tell` once with its name, code or signal and the end of its log, should it end before `stop` is called. */
  onDeath(tell: (death: string) => void): void;
  /** Asks it to end, and makes it after ten seconds. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 10_000;
const LOG_LINES = 8;
/** How Go's runtime begins to report a crash, and Kubernetes' log (klog) a fatal line. */
const GO_CRASH = /^(panic: |fatal error: |unexpected fault address |SIG[A-Z]+: |F\d{4} )/m;

/**
 * Starts `path` in a session of its own, so that Ctrl-C reaches us alone and things end in order. `setpriv` (util-linux,
 * on every Debian) has the kernel end it when this process is killed outright.
 */
export function startProgram(path: string, args: readonly string[], log: string): Program {
  const output = openSync(log, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', path, ...args], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.once('error', () => undefined); // `ready` sees that it is not there
  let stopping = false;
  const death = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      if (stopping) return;
      const how = signal ?? `code ${code}`;
      resolve(`${basename(path)} ended unexpectedly (${how}); the end of its log:\n${endOf(log)}`);
    });
  });
  return {
    ready: (holds) => untilReady(child, path, log, holds),
    onDeath: (tell) => void death.then(tell),
    stop() {
      stopping = true;
      return stop(child);
    },
  };
}

async function untilReady(child: ChildProcess, path: string, log: string, holds: () => Promise<boolean>) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await holds().catch(() => false))) {
    const late = Date.now() > deadline;
    if (late || hasEnded(child)) {
      const how = late ? 'was not ready within a minute' : 'ended at its start';
      throw new Error(`${basename(path)} ${how}:\n${endOf(log)}`);
    }
    await sleep(100);
  }
}

/** Its last lines; of a crash those that name it, which thousands of lines about goroutines follow. */
function endOf(log: string): string {
  const text = readFileSync(log, 'utf8').trim();
  const crash = text.search(GO_CRASH);
  const lines = text.slice(Math.max(crash, 0)).split('\n');
  return (crash < 0 ? lines.slice(-LOG_LINES) : lines.slice(0, LOG_LINES)).join('\n');
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
  await ended;
  clearTimeout(force);
}

/** Or never began. */
function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** Ports of 127.0.0.1 that were free a moment ago, held together so that no two are the same. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
