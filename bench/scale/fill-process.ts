// Gives every workload of a table the past that ticks would have left: fourteen days, what they taught, the samples of the last minutes.
import { once } from 'node:events';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import { openTable } from '../../lib/adapters/dynamo/table.ts';
import type { Shard } from '../../lib/app/ports/series-store.ts';
import { workloadKey } from '../../lib/domain/workload/identity.ts';
import type { Series } from '../../lib/domain/workload/series.ts';
import type { TableAccess } from '../../local/embedded-endpoint.ts';
import { benchLesson, benchPast, benchWorkload, SHAPES } from '../fleet-workloads.ts';

export interface FillOrder {
  readonly table: TableAccess;
  readonly cluster: string;
  /** When the next tick is. */
  readonly now: number;
  readonly days: number;
  /** Left without what was learned, and given every minute: a fortnight of minutes of a big cluster would take half an hour. */
  readonly unlearned: readonly number[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** What a tick looks back on. */
const RECENT_MINUTES = 31;

/** Told of after each shard, and the next is filled when it is asked for. */
export interface Filled {
  readonly done: number;
  readonly of: number;
}

process.once('message', (order: FillOrder) => void fill(order));
process.on('disconnect', () => process.exit(0));

async function fill({ table: access, cluster, now, days, unlearned }: FillOrder): Promise<void> {
  const series = makeSeriesStore(openTable({ ...access, now: () => now }));
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const shards = await series.shards(cluster);
  // Of a day that is not over there is no block of five-minute means, where ticks made the past.
  const span = { from: today - days * DAY_MS, to: today, stepMs: 5 * MINUTE_MS };
  // No tick reads that far back: one shard's past serves all.
  const pasts = new Map<number, Series>();
  const pastOf = (i: number): Series => {
    const past = pasts.get(i) ?? benchPast(benchWorkload(i, now, {}), span);
    pasts.set(i, past);
    return past;
  };
  const lessons = Array.from({ length: SHAPES }, (_, i) => benchLesson(pastOf(i), now - MINUTE_MS));
  for (const [done, shard] of shards.entries()) {
    const learns = !unlearned.includes(shard.id);
    if (learns)
      await series.backfill(cluster, shard, new Map(shard.workloads.map((ref, i) => [workloadKey(ref), pastOf(i)])));
    else await series.backfill(cluster, shard, pastsOf(shard, now, { ...span, to: floorHour(now), stepMs: MINUTE_MS }));
    const learned = shard.workloads.map((ref, i) => [workloadKey(ref), lessons[i % SHAPES] ?? lessons[0]] as const);
    if (learns)
      await series.writeFitted(cluster, shard, new Map(learned.flatMap(([key, one]) => (one ? [[key, one]] : []))));
    await appendRecent(series, cluster, shard, now);
    const next = done + 1 < shards.length ? once(process, 'message') : null;
    process.send?.({ done: done + 1, of: shards.length } satisfies Filled);
    await next;
  }
}

async function appendRecent(
  series: ReturnType<typeof makeSeriesStore>,
  cluster: string,
  shard: Shard,
  now: number,
): Promise<void> {
  const recent = { from: now - RECENT_MINUTES * MINUTE_MS, to: now, stepMs: MINUTE_MS };
  const pasts = pastsOf(shard, now, recent);
  for (let i = 0; i < RECENT_MINUTES; i++) {
    const rows = shard.workloads.map((workload) => {
      const { demand, replicas } = pasts.get(workloadKey(workload)) ?? {};
      return { workload, cpu: demand?.cpu?.[i] ?? 0, memory: demand?.memory?.[i] ?? 0, replicas: replicas?.[i] ?? 1 };
    });
    await series.append(cluster, shard, recent.from + i * MINUTE_MS, rows);
  }
}

function pastsOf({ workloads }: Shard, now: number, span: Parameters<typeof benchPast>[1]): Map<string, Series> {
  return new Map(
    workloads.map((ref) => [workloadKey(ref), benchPast(benchWorkload(numberOf(ref.name), now, {}), span)]),
  );
}

/** `service-12` is the twelfth. */
function numberOf(name: string): number {
  return Number(name.split('-').at(-1));
}

function floorHour(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}
