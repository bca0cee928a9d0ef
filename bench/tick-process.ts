// The measured process: one cold tick, then so many minutes of warm ones, and what they cost.
import { once } from 'node:events';
import { makeHandler as makeLookHandler } from '../functions/look.ts';
import { makeHandler } from '../functions/tick.ts';
import type { Units } from '../lib/adapters/dynamo/table.ts';
import { packTask } from '../lib/adapters/sqs/packing.ts';
import { observeCluster } from '../lib/app/observe/observe.ts';
import type { LookTask } from '../lib/app/ports/look-task.ts';
import { SQS_REQUEST_BYTES } from '../lib/bill/prices.ts';
import { readConfig } from '../lib/config.ts';
import { wireLook } from '../lib/wire/look.ts';
import { wireTick } from '../lib/wire/tick.ts';
import { latestBytes, learnLevels } from './learned-levels.ts';
import { peakMemoryMiB } from './peak-memory.ts';
import { makeStandInSource } from './stand-in-source.ts';
import { yardstickSeconds } from './yardstick.ts';

const TICK_MS = 60_000;
const WARMING = 20;

let now = Number(process.argv[2]);
const warmTicks = Number(process.argv[3]);
const config = readConfig(process.env);
const cluster = config.CLUSTERS[0]?.id ?? '';
/** What powertools puts beside a message: level, time, service, request, cold start. */
const LOG_LINE_BYTES = 250;
const NOTHING_TOLD = { events: 0, logBytes: 0, lessons: 0 };
const told = { ...NOTHING_TOLD };
/** As the queue of looks holds them: each with when it comes out. */
let messages: { readonly due: number; readonly body: string }[] = [];
const counted = (message: string, fields: { readonly workloads?: number } = {}) => {
  if (message === 'learned from history') told.lessons += fields.workloads ?? 0;
  told.logBytes += LOG_LINE_BYTES + Buffer.byteLength(message + JSON.stringify(fields));
};
const quiet = { info: counted, warn: counted, error: console.error };
const wired = await wireTick(config, { clock: { now: () => now }, log: quiet });
// Always there: where nobody names a signal of it, it is not asked.
const ports = {
  ...wired.ports,
  signals: [...wired.ports.signals, makeStandInSource(() => now)],
  lookQueue: {
    async send(tasks: readonly LookTask[]) {
      messages.push(...tasks.map((task) => ({ due: task.due, body: packTask(task) })));
      return [];
    },
  },
  events: {
    async publish(events: readonly unknown[]) {
      told.events += events.length;
    },
  },
};
const { settings } = wired;
const handler = makeHandler({ ports, settings });
const looking = await wireLook(config, { clock: { now: () => now }, log: quiet });
const lookHandler = makeLookHandler(looking);

/** The cluster lives in the parent process and follows our clock. It answers when it is our turn. */
async function moveTo(at: number): Promise<void> {
  now = at;
  process.send?.(at);
  await once(process, 'message');
}

async function tick() {
  messages = [];
  const calls = ports.calls();
  const { readUnits, writeUnits } = ports.table.capacity;
  const before = structuredClone(ports.table.capacity.byKind);
  Object.assign(told, NOTHING_TOLD);
  const paceBefore = yardstickSeconds();
  const start = performance.now();
  const cpu = process.cpuUsage();
  const report = await handler({ cluster, scheduled_at: new Date(now).toISOString() });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  if (report.kind !== 'done') throw new Error(`the tick was ${report.kind}`);
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    yardstick: (paceBefore + yardstickSeconds()) / 2,
    applied: report.summary.applied,
    kubernetesCalls: ports.calls() - calls,
    readUnits: ports.table.capacity.readUnits - readUnits,
    writeUnits: ports.table.capacity.writeUnits - writeUnits,
    byKind: unitsSince(before, ports.table.capacity.byKind),
    ...told,
  };
}

/** What the looks after a tick take, all of them together. */
async function looks() {
  const { capacity } = looking.ports.table;
  const before = structuredClone(capacity.byKind);
  Object.assign(told, NOTHING_TOLD);
  let [cpuSeconds, bytes, taken] = [0, 0, 0];
  const paces: number[] = [];
  for (const { due, body } of messages) {
    await moveTo(due);
    paces.push(yardstickSeconds());
    const cpu = process.cpuUsage();
    await lookHandler({ Records: [{ messageId: String(due), body }] });
    const { user, system } = process.cpuUsage(cpu);
    cpuSeconds += (user + system) / 1e6;
    bytes += body.length;
    taken += Math.ceil(body.length / SQS_REQUEST_BYTES);
  }
  return {
    messages: messages.length,
    bytes,
    taken,
    cpuSeconds,
    yardstick: paces.reduce((sum, pace) => sum + pace, 0) / Math.max(1, paces.length),
    logBytes: told.logBytes,
    byKind: unitsSince(before, capacity.byKind),
  };
}

/** Items of a kind that nothing was done to are left out. */
function unitsSince(before: ReadonlyMap<string, Units>, after: ReadonlyMap<string, Units>): Record<string, Units> {
  const since = [...after].map(([kind, units]) => {
    const { readUnits = 0, writeUnits = 0, calls = 0 } = before.get(kind) ?? {};
    const grown = {
      readUnits: units.readUnits - readUnits,
      writeUnits: units.writeUnits - writeUnits,
      calls: units.calls - calls,
    };
    return [kind, grown] as const;
  });
  return Object.fromEntries(since.filter(([, { calls }]) => calls > 0));
}

/** The first runs of a function are slower. */
for (let i = 0; i < WARMING; i++) yardstickSeconds();
await moveTo(now);
const began = now;
const cold = await tick();
const coldFromStart = performance.now() / 1000;
await learnLevels(ports.series, cluster, now);
const warm = [];
for (let i = 1; i <= warmTicks; i++) {
  await moveTo(began + i * TICK_MS);
  const ticked = await tick();
  warm.push({ ...ticked, looks: await looks() });
}
const calls = ports.calls();
const start = performance.now();
await observeCluster(ports, cluster, now);
const observeSeconds = (performance.now() - start) / 1000;
const observeCalls = ports.calls() - calls;
const peakMiB = peakMemoryMiB();
const keptBytes = await latestBytes(ports.series, cluster);
process.stdout.write(JSON.stringify({ cold, coldFromStart, warm, observeSeconds, observeCalls, peakMiB, keptBytes }));
process.disconnect();
