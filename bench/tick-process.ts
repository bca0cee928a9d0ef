// The measured process: one cold tick, then so many minutes of warm ones, and what they cost.
import { once } from 'node:events';
import { makeHandler } from '../functions/tick.ts';
import { observeCluster } from '../lib/app/observe/observe.ts';
import { readConfig } from '../lib/config.ts';
import { wireTick } from '../lib/wire/tick.ts';
import { peakMemoryMiB } from './peak-memory.ts';

const TICK_MS = 60_000;

let now = Number(process.argv[2]);
const warmTicks = Number(process.argv[3]);
const config = readConfig(process.env);
const cluster = config.CLUSTERS[0]?.id ?? '';
const quiet = { info: () => undefined, warn: () => undefined, error: console.error };
const { ports, settings } = await wireTick(config, { clock: { now: () => now }, log: quiet });
const handler = makeHandler({ ports, settings });

/** The cluster lives in the parent process and follows our clock. */
async function moveTo(at: number): Promise<void> {
  now = at;
  process.send?.(at);
  await once(process, 'message');
}

async function tick() {
  const calls = ports.calls();
  const { readUnits, writeUnits } = ports.table.capacity;
  const start = performance.now();
  const report = await handler({ cluster, scheduled_at: new Date(now).toISOString() });
  const seconds = (performance.now() - start) / 1000;
  if (report.kind !== 'done') throw new Error(`the tick was ${report.reason}`);
  return {
    seconds,
    applied: report.summary.applied,
    kubernetesCalls: ports.calls() - calls,
    readUnits: ports.table.capacity.readUnits - readUnits,
    writeUnits: ports.table.capacity.writeUnits - writeUnits,
  };
}

const cold = await tick();
const coldFromStart = performance.now() / 1000;
const warm = [];
for (let i = 0; i < warmTicks; i++) {
  await moveTo(now + TICK_MS);
  warm.push(await tick());
}
const calls = ports.calls();
const start = performance.now();
await observeCluster(ports, cluster, now);
const observeSeconds = (performance.now() - start) / 1000;
const observeCalls = ports.calls() - calls;
const peakMiB = peakMemoryMiB();
process.stdout.write(JSON.stringify({ cold, coldFromStart, warm, observeSeconds, observeCalls, peakMiB }));
process.disconnect();
