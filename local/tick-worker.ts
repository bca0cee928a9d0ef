// Ticks, learning and the making of history in a thread of their own: that side of it.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { LookTask } from '../lib/app/ports/look-task.ts';
import type { Log } from '../lib/app/ports/world.ts';
import { readConfig } from '../lib/config.ts';
import { wireTick } from '../lib/wire/tick.ts';
import { type DemoSetup, type DemoWorkload, demoKey, demoWorkloads } from './demo-workloads.ts';
import { preload } from './preload.ts';
import { tickAndLook } from './tick-and-look.ts';
import type { TickNews, TickQuestion, TickSetup } from './tick-thread.ts';

const { env, table, readOnly } = workerData as TickSetup;
const tell = (news: TickNews): void => parentPort?.postMessage(news);
const told =
  (level: keyof Log): Log['info'] =>
  (message, fields) =>
    tell({ tell: 'log', level, message, ...(fields !== undefined && { fields }) });

// Where cores are short, who waits for an answer comes first. On Linux this is of the thread alone.
setPriority(5);

/** The simulated clock waits for whoever works: meanwhile it goes at our pace from where it stood. */
let from = { shown: 0, ours: 0 };
const clock = { now: () => Math.round(from.shown + performance.now() - from.ours) };

const context = wireTick(readConfig(env), {
  clock,
  log: { info: told('info'), warn: told('warn'), error: told('error') },
  events: { publish: (events) => Promise.resolve(tell({ tell: 'events', events })) },
  table,
  ...(readOnly !== null && { readOnly }),
});

async function freshIn(demo: DemoSetup): Promise<readonly DemoWorkload[]> {
  return (await demoWorkloads(demo)).filter((entry) => demo.since[demoKey(entry)] === undefined);
}

parentPort?.on('message', async (question: TickQuestion) => {
  from = { shown: question.now, ours: performance.now() };
  try {
    const wired = await context;
    const { tick, look } = tickAndLook(wired);
    let looks: readonly LookTask[] = [];
    if (question.ask === 'tick') looks = await tick(question.event);
    else if (question.ask === 'look') await look(question.task);
    else await preload(wired.ports, question.demo.cluster, await freshIn(question.demo), question.now);
    tell({ tell: 'done', looks });
  } catch (error) {
    tell({ tell: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
