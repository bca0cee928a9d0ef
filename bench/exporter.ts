// What the exporter adds to a request, and how many a second it takes on one processor: beside none, and beside bare httpxy.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import type { Role } from './exporter-process.ts';

const ROUNDS = 5;
/** Of each way and round, one after the other. */
const ALONE = 600;
const CONNECTIONS = 32;
const CROWD_SECONDS = 2;
const WARM_UP = 2000;
/** The proxies share one processor, one at a time; who asks and who answers share another. */
const PROXY_CPU = '0';
const OTHER_CPU = '1';
const WAYS = ['direct', 'bare httpxy', 'exporter'] as const;
type Way = (typeof WAYS)[number];

/** About 1 kB, as most prompts are. */
const BODY = JSON.stringify({
  model: 'codellama',
  messages: [
    { role: 'system', content: 'You are a helpful assistant that answers in short and plain sentences.' },
    {
      role: 'user',
      content: `Review this design and say what to refactor: ${'a queue that is read twice, '.repeat(30)}`,
    },
  ],
});

interface Party {
  readonly port: number;
  cpuSeconds(): Promise<number>;
  stop(): void;
}

interface Measured {
  readonly medianMs: number[];
  readonly perSecond: number[];
  readonly perCpuSecond: number[];
}

export async function exporter(): Promise<void> {
  console.log(
    `Exporter: prompts of ${Buffer.byteLength(BODY)} bytes, ${ROUNDS} rounds; each proxy on processor ${PROXY_CPU} by itself, both ends on ${OTHER_CPU}`,
  );
  await once(spawn('taskset', ['-cp', OTHER_CPU, String(process.pid)], { stdio: 'ignore' }), 'exit');
  const server = await startParty('server', OTHER_CPU);
  const upstream = `127.0.0.1:${server.port}`;
  const bare = await startParty('bare', PROXY_CPU, upstream);
  const own = await startParty('exporter', PROXY_CPU, upstream);
  const parties: Record<Way, Party> = { direct: server, 'bare httpxy': bare, exporter: own };
  const measured = new Map<Way, Measured>(WAYS.map((way) => [way, { medianMs: [], perSecond: [], perCpuSecond: [] }]));
  try {
    for (const way of WAYS) await crowd(parties[way], WARM_UP);
    for (let round = 0; round < ROUNDS; round++)
      for (const way of WAYS) {
        const into = measured.get(way);
        into?.medianMs.push(await alone(parties[way]));
        const { perSecond, perCpuSecond } = await crowd(parties[way]);
        into?.perSecond.push(perSecond);
        into?.perCpuSecond.push(perCpuSecond);
      }
    report(measured);
  } finally {
    for (const party of Object.values(parties)) party.stop();
  }
}

/** Median milliseconds of a request with nobody else there. */
async function alone({ port }: Party): Promise<number> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 });
  const took: number[] = [];
  for (let i = 0; i < ALONE; i++) {
    const began = performance.now();
    await ask(pool);
    took.push(performance.now() - began);
  }
  await pool.close();
  return median(took);
}

/** @param requests instead of a time */
async function crowd(party: Party, requests = Number.POSITIVE_INFINITY) {
  const pool = new Pool(`http://127.0.0.1:${party.port}`, { connections: CONNECTIONS });
  const cpuBefore = await party.cpuSeconds();
  const began = performance.now();
  let done = 0;
  const seconds = () => (performance.now() - began) / 1000;
  const client = async () => {
    while (done < requests && seconds() < (Number.isFinite(requests) ? 60 : CROWD_SECONDS)) {
      await ask(pool);
      done++;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  const perSecond = done / seconds();
  const perCpuSecond = done / ((await party.cpuSeconds()) - cpuBefore);
  await pool.close();
  return { perSecond, perCpuSecond };
}

async function ask(pool: Pool): Promise<void> {
  const { statusCode, body } = await pool.request({
    path: '/api/chat',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: BODY,
  });
  await body.text();
  if (statusCode !== 200) throw new Error(`answered ${statusCode}`);
}

function report(measured: ReadonlyMap<Way, Measured>): void {
  // The best round: whatever else a machine does only takes away.
  const of = (way: Way, field: keyof Measured) =>
    field === 'medianMs'
      ? Math.min(...(measured.get(way)?.[field] ?? []))
      : Math.max(...(measured.get(way)?.[field] ?? []));
  for (const way of WAYS)
    console.log(
      `  ${way}: ${of(way, 'medianMs').toFixed(2)} ms at the median alone; ${CONNECTIONS} at a time ${of(way, 'perSecond').toFixed(0)} requests/s, ${of(way, 'perCpuSecond').toFixed(0)} per second of processor`,
    );
  const [load = 0] = loadavg();
  if (load > 2 * availableParallelism())
    console.log(
      `  this machine is busy (load ${load.toFixed(1)}): its milliseconds are those of waiting for a processor`,
    );
  const added = of('exporter', 'medianMs') - of('direct', 'medianMs');
  const beside = of('bare httpxy', 'perCpuSecond') / of('exporter', 'perCpuSecond');
  console.log(
    `  the exporter adds ${added.toFixed(2)} ms at the median (${(of('exporter', 'medianMs') / of('direct', 'medianMs')).toFixed(1)} × direct, bare httpxy ${(of('bare httpxy', 'medianMs') / of('direct', 'medianMs')).toFixed(1)} ×) and takes ${beside.toFixed(2)} × the processor of bare httpxy`,
  );
  const verdict = (isMet: boolean) => (isMet ? 'met' : 'MISSED');
  console.log(`  target, under 1 ms added at the median: ${verdict(added < 1)}`);
  console.log(`  target, 2,000 requests/s on one core: ${verdict(of('exporter', 'perCpuSecond') >= 2000)}`);
}

async function startParty(role: Role, cpu: string, upstream = ''): Promise<Party> {
  const file = join(import.meta.dirname, 'exporter-process.ts');
  const child = spawn('taskset', ['-c', cpu, process.execPath, file, role, upstream], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { port, cpuSeconds: () => cpuSecondsOf(child), stop: () => child.disconnect() };
}

async function cpuSecondsOf(child: ChildProcess): Promise<number> {
  const told = once(child, 'message') as Promise<[{ cpuSeconds: number }]>;
  child.send('how much');
  return (await told)[0].cpuSeconds;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
