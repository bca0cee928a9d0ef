// Ticks, learning and the making of history in a thread of their own, so that the API answers meanwhile: this side of it.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TableOptions } from '../lib/adapters/dynamo/table.ts';
import type { LookTask } from '../lib/app/ports/look-task.ts';
import type { AutoscalerEvent, EventSink, Log, LogFields } from '../lib/app/ports/world.ts';
import type { EpochMs } from '../lib/domain/workload/time.ts';
import type { DemoSetup } from './demo-workloads.ts';

/** What the thread starts with. */
export interface TickSetup {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly table: Pick<TableOptions, 'endpoint' | 'region' | 'credentials'>;
  /** Why nothing may be changed; null where it may. */
  readonly readOnly: string | null;
}

/** What it is asked, one thing at a time. `now` is what the clock shows: from there the thread counts at our own pace. */
export type TickQuestion =
  | { readonly ask: 'tick'; readonly now: EpochMs; readonly event: { cluster: string; scheduled_at: string } }
  | { readonly ask: 'look'; readonly now: EpochMs; readonly task: LookTask }
  | { readonly ask: 'preload'; readonly now: EpochMs; readonly demo: DemoSetup & { readonly cluster: string } };

/** What it has to tell: as it goes, and at the end of each question. */
export type TickNews =
  | { readonly tell: 'log'; readonly level: keyof Log; readonly message: string; readonly fields?: LogFields }
  | { readonly tell: 'events'; readonly events: readonly AutoscalerEvent[] }
  /** With the looks that a tick sent: their times are for the clock of this side. */
  | { readonly tell: 'done'; readonly looks: readonly LookTask[] }
  | { readonly tell: 'failed'; readonly message: string };

export interface TickThread {
  /** @returns looks that are to follow. @throws Error where what was asked failed, or the thread is gone */
  ask(question: TickQuestion): Promise<readonly LookTask[]>;
  /** Rejects when the thread dies of itself. */
  readonly death: Promise<never>;
  close(): Promise<void>;
}

export function startTickThread(setup: TickSetup, { log, events }: { log: Log; events: EventSink }): TickThread {
  const worker = new Worker(new URL(`./tick-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: setup,
  });
  const death = new Promise<never>((_resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread of the ticks ended with ${code}`)));
  });
  death.catch(() => undefined);
  let settle: (news: Extract<TickNews, { tell: 'done' | 'failed' }>) => void = () => undefined;
  worker.on('message', (news: TickNews) => {
    if (news.tell === 'log') log[news.level](news.message, news.fields);
    else if (news.tell === 'events') void events.publish(news.events);
    else settle(news);
  });
  return {
    death,
    ask(question) {
      const answer = new Promise<readonly LookTask[]>((resolve, reject) => {
        settle = (news) => (news.tell === 'done' ? resolve(news.looks) : reject(new Error(news.message)));
      });
      worker.postMessage(question);
      return Promise.race([answer, death]);
    },
    async close() {
      await worker.terminate();
    },
  };
}
