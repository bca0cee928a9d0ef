// The table as a source of history: the contract, on the embedded engine, and where the reading ends.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeSeriesStore } from '../../../lib/adapters/dynamo/series-store.ts';
import { openTable, type Table } from '../../../lib/adapters/dynamo/table.ts';
import { historyTrace } from '../../../lib/app/backtest/history-trace.ts';
import { storedHistory } from '../../../lib/app/backtest/stored-history.ts';
import type { SeriesStore } from '../../../lib/app/ports/series-store.ts';
import { NO_REGRET } from '../../../lib/domain/assessment/regret-budget.ts';
import type { WorkloadMemory } from '../../../lib/domain/decision/workload-memory.ts';
import { type WorkloadRef, workloadKey } from '../../../lib/domain/workload/identity.ts';
import type { EpochMs } from '../../../lib/domain/workload/time.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../../local/embedded-table.ts';
import { historySourceContract } from '../../contracts/history-source.ts';
import { observation } from '../../make/workloads.ts';

const DAY = 86_400_000;
let embedded: EmbeddedTable;
beforeAll(async () => {
  embedded = await startEmbeddedTable();
});
afterAll(() => embedded.close());

/** Ten days until `now`: what was brought in from elsewhere, and the last half hour by ticks. */
async function storeHistory(ref: WorkloadRef, cpuAt: (at: EpochMs) => number, now: EpochMs) {
  const table: Table = openTable({ ...embedded, now: () => now });
  const series: SeriesStore = makeSeriesStore(table);
  const [shard] = await series.assign(ref.cluster, [ref]);
  if (shard === undefined) throw new Error('no shard');
  const minutes = Float64Array.from({ length: 10 * 1440 - 30 }, (_, i) => now - 10 * DAY + (i + 1) * 60_000);
  const demand = { cpu: minutes.map(cpuAt), memory: minutes.map(() => Number.NaN) };
  const key = workloadKey(ref);
  await series.backfill(ref.cluster, shard, new Map([[key, { at: minutes, demand, replicas: minutes.map(() => 8) }]]));
  for (let at = now - 29 * 60_000; at <= now; at += 60_000)
    await series.append(ref.cluster, shard, at, [{ workload: ref, cpu: cpuAt(at), memory: Number.NaN, replicas: 8 }]);
  await series.writeLatest(ref.cluster, shard, new Map([[key, latest(ref, now)]]));
  return { source: storedHistory(series), close: async () => table.close() };
}

historySourceContract('the table', storeHistory);

it('ends at the last observation: a table that stopped a month ago still has its days', async () => {
  const stopped = Date.UTC(2026, 2, 4, 12);
  const ref = { cluster: 'demo', namespace: 'shop', name: 'web' };
  const { source, close } = await storeHistory(ref, () => 4, stopped);
  const { series } = await source.read(ref, stopped + 30 * DAY - DAY / 2, stopped + 30 * DAY);
  expect(series.at.at(-1)).toBe(stopped);
  expect(series.at[0]).toBe(stopped - DAY / 2);
  await close();
});

it('hours without a pod are kept as such, so that a night at zero replicas is no gap of the trace', async () => {
  const now = Date.UTC(2026, 5, 1, 12);
  const table = openTable({ ...embedded, now: () => now });
  const series = makeSeriesStore(table);
  const ref = { cluster: 'demo', namespace: 'shop', name: 'sleeper' };
  const [shard] = await series.assign(ref.cluster, [ref]);
  if (shard === undefined) throw new Error('no shard');
  const at = Float64Array.from({ length: 3 * 1440 }, (_, i) => now - 3 * DAY + (i + 1) * 60_000);
  const isNight = (instant: EpochMs) => (instant / 3_600_000) % 24 < 8;
  const cpu = at.map((instant) => (isNight(instant) ? Number.NaN : 2));
  const demand = { cpu, memory: at.map(() => Number.NaN) };
  const replicas = at.map((instant) => (isNight(instant) ? 0 : 3));
  await series.backfill(ref.cluster, shard, new Map([[workloadKey(ref), { at, demand, replicas }]]));
  await series.writeLatest(ref.cluster, shard, new Map([[workloadKey(ref), latest(ref, now)]]));
  const found = await storedHistory(series).read(ref, now - 3 * DAY, now);
  const trace = historyTrace(found.series);
  expect(trace).toMatchObject({ kind: 'trace', leftOutHours: 0, zeroHours: expect.closeTo(24, 0) });
  table.close();
});

it('a load that it names stands where CPU does, at the replica its target makes', async () => {
  const now = Date.UTC(2026, 7, 1, 12);
  const table = openTable({ ...embedded, now: () => now });
  const series = makeSeriesStore(table);
  const ref = { cluster: 'demo', namespace: 'shop', name: 'caller' };
  const [shard] = await series.assign(ref.cluster, [ref]);
  if (shard === undefined) throw new Error('no shard');
  const sample = { workload: ref, cpu: 1, memory: Number.NaN, replicas: 2, loads: { requests: 450 } };
  await series.append(ref.cluster, shard, now, [sample]);
  const entry = latest(ref, now);
  const named = {
    annotations: { 'ai4k8s.io/signal.requests': 'target=90' },
    definitions: { requests: { kind: 'load', unit: 'requests/s' } },
  } as const;
  const memory = { ...entry, observation: { ...entry.observation, ...named } };
  await series.writeLatest(ref.cluster, shard, new Map([[workloadKey(ref), memory]]));
  const read = (signal: string) => storedHistory(series, signal).read(ref, now - DAY, now);
  const { series: found, coresPerReplica } = await read('requests');
  expect([...found.demand.cpu]).toEqual([450]);
  // Short from 90 % of a replica on: with a target of 90 that is 100.
  expect(coresPerReplica).toBe(100);
  expect(await read('queue')).toMatchObject({
    series: { at: { length: 0 } },
    whyEmpty: expect.stringContaining('queue'),
  });
  table.close();
});

function latest(workload: WorkloadRef, at: EpochMs): WorkloadMemory {
  const decision = {
    id: 'd',
    workload,
    at,
    current: 8,
    target: 8,
    action: 'maintain',
    source: 'reactive',
    reason: 'enough',
    blockedBy: null,
    verdicts: [],
  } as const;
  const outcome = { kind: 'unchanged', message: 'already there' } as const;
  return {
    observation: { ...observation(), workload, at },
    record: { decision, outcome, advice: null, requestedBy: null },
    peaks: {},
    past: [],
    wanted: [],
    regret: NO_REGRET,
    lastScaledAt: null,
    recordedAt: null,
  };
}
