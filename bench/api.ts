// How long the API of `npm start` takes to answer while history is preloaded and learned from; at rest is the baseline.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generatedLoad } from '../local/loads.ts';

const ROOT = join(import.meta.dirname, '..');
/** As many as learn within one tick. */
const WORKLOADS = 16;
const CLIENTS = 4;
/** Between an answer and the next question of a client. */
const PAUSE_MS = 50;
const REST_MS = 15_000;
const MINUTE = 60_000;
const DAYS = 8;
/** Said when the first tick is over, and with it the learning. */
const LEARNED = 'Try, in another terminal';

type Phase = 'preloading' | 'learning' | 'at rest';

export async function api(): Promise<void> {
  console.log(
    `API: npm start with ${WORKLOADS} workloads, ${CLIENTS} clients that ask ${PAUSE_MS} ms after each answer`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-bench-'));
  const port = await freePort();
  const traces = Array.from({ length: WORKLOADS }, (_, i) => ['--trace', writeTrace(folder, i)]).flat();
  const child = spawn(process.execPath, [join(ROOT, 'local/main.ts'), '--port', String(port), ...traces], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const took = await load(`http://127.0.0.1:${port}`, child.stdout);
    const rest = quantiles(took['at rest']);
    for (const phase of ['preloading', 'learning', 'at rest'] as const) print(phase, took[phase], rest);
  } finally {
    child.kill();
    if (child.exitCode === null) await once(child, 'close');
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds of each answer, by what went on when it was asked for. */
async function load(url: string, output: NodeJS.ReadableStream): Promise<Record<Phase, number[]>> {
  const took: Record<Phase, number[]> = { preloading: [], learning: [], 'at rest': [] };
  let restUntil = Number.POSITIVE_INFINITY;
  output.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes(LEARNED)) restUntil = performance.now() + REST_MS;
  });
  const api = `${url}/api/autoscaling`;
  const questions = ['status/demo', 'recommendations/demo?deployment=first', 'history/demo?deployment=first'];
  const client = async (first: number) => {
    for (let i = first; performance.now() < restUntil; i++) {
      const isResting = restUntil < Number.POSITIVE_INFINITY;
      const asked = performance.now();
      const answer = await fetch(`${api}/${questions[i % questions.length]}`).catch(() => null);
      // It is not up yet.
      if (answer === null) await sleep(20);
      else {
        await answer.arrayBuffer();
        const phase = answer.status === 503 ? 'preloading' : isResting ? 'at rest' : 'learning';
        took[phase].push(performance.now() - asked);
        await sleep(PAUSE_MS);
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, i) => client(i)));
  return took;
}

function print(phase: Phase, took: readonly number[], rest: { p50: number; p99: number }): void {
  const { p50, p99, most } = quantiles(took);
  const times =
    phase === 'at rest' ? '' : ` = ${(p50 / rest.p50).toFixed(1)} × and ${(p99 / rest.p99).toFixed(1)} × at rest`;
  console.log(
    `  ${phase}: ${took.length} answers, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms${times}; ${most.toFixed(0)} ms at most`,
  );
}

function quantiles(took: readonly number[]) {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? Number.NaN };
}

function writeTrace(folder: string, i: number): string {
  const demand = generatedLoad({ seed: i + 1, mean: 4 });
  const start = Date.UTC(2026, 0, 5);
  const rows = Array.from({ length: DAYS * 1440 }, (_, minute) => {
    const at = start + minute * MINUTE;
    return `${new Date(at).toISOString()},${demand(at).toFixed(4)}`;
  });
  const file = join(folder, i === 0 ? 'first.csv' : `${i + 1}.csv`);
  writeFileSync(file, `timestamp,demand\n${rows.join('\n')}\n`);
  return file;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
