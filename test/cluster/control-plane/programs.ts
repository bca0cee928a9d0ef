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
  /** Asks it to end, and makes it after ten seconds. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 10_000;

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
  return { ready: (holds) => untilReady(child, path, log, holds), stop: () => stop(child) };
}

async function untilReady(child: ChildProcess, path: string, log: string, holds: () => Promise<boolean>) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await holds().catch(() => false))) {
    const late = Date.now() > deadline;
    if (late || child.pid === undefined || child.exitCode !== null) {
      const end = readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n');
      throw new Error(`${basename(path)} ${late ? 'was not ready within a minute' : 'ended at its start'}:\n${end}`);
    }
    await sleep(100);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
  await ended;
  clearTimeout(force);
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
