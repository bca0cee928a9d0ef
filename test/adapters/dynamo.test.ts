// The table's stores on dynalite, in process: every port's contract, and what is this adapter's own.
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeAdviceStore } from '../../lib/adapters/dynamo/advice-store.ts';
import { makeAnswerStore } from '../../lib/adapters/dynamo/answer-store.ts';
import { decodeBlock, decodeCodes, encodeBlock, encodeCodes } from '../../lib/adapters/dynamo/codec.ts';
import { makeDecisionStore } from '../../lib/adapters/dynamo/decision-store.ts';
import { makeFloorStore } from '../../lib/adapters/dynamo/floor-store.ts';
import { policyPk, shardPk, workloadPk } from '../../lib/adapters/dynamo/keys.ts';
import { makePolicyStore } from '../../lib/adapters/dynamo/policy-store.ts';
import { makeProposalStore } from '../../lib/adapters/dynamo/proposal-store.ts';
import { CPU_CORES, MEMORY_BYTES, REPLICAS, type Scale } from '../../lib/adapters/dynamo/quantise.ts';
import { makeScheduleStore } from '../../lib/adapters/dynamo/schedule-store.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import { type Item, openTable, type Table, type TableOptions } from '../../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import { adviceStoreContract } from '../contracts/advice-store.ts';
import { answerStoreContract } from '../contracts/answer-store.ts';
import { decisionStoreContract, SHARD } from '../contracts/decision-store.ts';
import { floorStoreContract } from '../contracts/floor-store.ts';
import { policyStoreContract } from '../contracts/policy-store.ts';
import { proposalStoreContract } from '../contracts/proposal-store.ts';
import { askedStoreContract } from '../contracts/request-store.ts';
import { scheduleStoreContract } from '../contracts/schedule-store.ts';
import { seriesStoreContract } from '../contracts/series-store.ts';
import { tickStoreContract, tickStoresOf } from '../contracts/tick-store.ts';
import { embeddedTable } from '../make/table.ts';
import { NOW } from '../make/workloads.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const { tableBy, sweepExpired } = embeddedTable();

function table(now: () => EpochMs = () => NOW, change: Partial<TableOptions> = {}): Table {
  return tableBy(now, change);
}

seriesStoreContract('dynamo on dynalite', (now) => makeSeriesStore(table(now)));
decisionStoreContract('dynamo on dynalite', 90, (now) => makeDecisionStore(table(now), { shardOf: async () => SHARD }));
answerStoreContract('dynamo on dynalite', (now) => makeAnswerStore(table(now)));
policyStoreContract('dynamo on dynalite', () => makePolicyStore(table()));
proposalStoreContract('dynamo on dynalite', (now) => makeProposalStore(table(now)));
floorStoreContract('dynamo on dynalite', () => makeFloorStore(table()));
scheduleStoreContract('dynamo on dynalite', () => makeScheduleStore(table()));
adviceStoreContract('dynamo on dynalite', (now) => makeAdviceStore(table(now)));
askedStoreContract('dynamo on dynalite', () => makeTickStore(table()));
tickStoreContract('dynamo on dynalite', (now) => tickStoresOf(table(now)));

describe('two bytes per number', () => {
  test.each([
    ['cores', CPU_CORES, 1e-4, 1e6],
    ['bytes', MEMORY_BYTES, 1, 2 ** 50],
  ] as const)('law: %s come back within 0.05 %', (_unit, scale: Scale, min, max) => {
    fc.assert(
      fc.property(fc.double({ min: Math.log(min), max: Math.log(max), noNaN: true }), (power) => {
        const value = Math.exp(power);
        expect(Math.abs(scale.decode(scale.encode(value)) / value - 1)).toBeLessThanOrEqual(5e-4);
      }),
    );
  });

  test.each([CPU_CORES, MEMORY_BYTES, REPLICAS])('every code stands for itself', (scale) => {
    const codes = Array.from({ length: 0x10000 }, (_, code) => code);
    expect(codes.filter((code) => scale.encode(scale.decode(code)) !== code)).toEqual([]);
  });

  test.each([
    [Number.NaN, Number.NaN],
    [-1, Number.NaN],
    [Number.POSITIVE_INFINITY, Number.NaN],
    [0, 0],
  ])('%d comes back as %d on every scale', (value, expected) => {
    for (const scale of [CPU_CORES, MEMORY_BYTES, REPLICAS]) expect(scale.decode(scale.encode(value))).toBe(expected);
  });
});

describe('blocks', () => {
  test('law: frames come back from a block, padded to its width', () => {
    fc.assert(
      fc.property(frames(), (list) => {
        const width = Math.max(0, ...list.map(({ codes }) => codes.length));
        const padded = list.map(({ at, codes }) => {
          const wide = new Uint16Array(width).fill(0xffff);
          wide.set(codes);
          return { at, codes: wide };
        });
        expect(decodeBlock(gunzip(encodeBlock(list, NOW)), NOW)).toEqual(padded);
      }),
    );
  });

  test('law: a tick comes back from its bytes', () => {
    fc.assert(
      fc.property(fc.uint16Array(), (codes) => {
        expect(decodeCodes(encodeCodes(codes))).toEqual(codes);
      }),
    );
  });

  test('a block cut short is refused', () => {
    const whole = gunzip(encodeBlock([{ at: NOW, codes: Uint16Array.of(1, 2, 3) }], NOW));
    expect(() => decodeBlock(whole.subarray(0, -1), NOW)).toThrow(AdapterError);
  });
});

describe('keys', () => {
  const web = { cluster: 'demo', namespace: 'shop', name: 'web' };

  test.each([
    ['a cluster', () => shardPk('demo#S', 1)],
    ['an empty cluster', () => policyPk('')],
    ['a namespace', () => workloadPk({ ...web, namespace: 'a/b' })],
    ['a name', () => workloadPk({ ...web, name: 'web#2' })],
  ])('that could collide are refused: %s', (_what, key) => {
    expect(key).toThrow(AdapterError);
  });
});

describe('the table', () => {
  test('counts capacity and calls', async () => {
    const counted = table();
    const store = makePolicyStore(counted);
    const workload = { cluster: `c-${randomUUID()}`, namespace: 'shop', name: 'web' };
    await store.put({ workload, values: {}, updatedAt: NOW, updatedBy: null });
    await store.list(workload.cluster);
    const counts = { readUnits: 0.5, writeUnits: 1, calls: 2 };
    expect(counted.capacity).toEqual({ ...counts, byKind: new Map([['POLICY', counts]]) });
  });

  test('a tick of a full shard costs one write unit', async () => {
    const counted = table();
    const store = makeSeriesStore(counted);
    const cluster = `c-${randomUUID()}`;
    const workloads = Array.from({ length: 64 }, (_, i) => ({ cluster, namespace: 'shop', name: `w${i}` }));
    const [shard] = await store.assign(cluster, workloads);
    const before = counted.capacity.writeUnits;
    const rows = workloads.map((workload) => ({ workload, cpu: 1, memory: 2 ** 30, replicas: 3 }));
    await store.append(cluster, shard ?? { id: 0, workloads: [], places: [] }, NOW, rows);
    expect(counted.capacity.writeUnits - before).toBe(1);
  });

  test('compaction with nothing to do asks nothing', async () => {
    const counted = table();
    const store = makeSeriesStore(counted);
    const shard = { id: 0, workloads: [], places: [] };
    const cluster = `c-${randomUUID()}`;
    await store.compact(cluster, shard, NOW);
    const { calls } = counted.capacity;
    for (let minute = 1; minute < 60; minute++) await store.compact(cluster, shard, NOW + minute * 1000);
    expect(counted.capacity.calls).toBe(calls);
  });

  test('a partition larger than one page is read whole', async () => {
    const paged = table();
    const pk = `C#${randomUUID()}#S#0`;
    const body = new Uint8Array(300_000);
    for (const sk of ['A', 'B', 'C', 'D', 'E']) await paged.put({ pk, sk, v: 1, body });
    const items = await paged.query(pk, { from: 'A', to: 'Z' });
    expect(items.map(({ sk }) => sk)).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  test.each([
    {
      what: 'no such table',
      change: { tableName: 'elsewhere' },
      retryable: false,
      says: /"elsewhere".*GetItem.*Deploy/s,
    },
    { what: 'nobody there', change: { endpoint: 'http://127.0.0.1:9' }, retryable: true, says: /GetItem failed/ },
  ])('says what failed and what to do: $what', async ({ change, retryable, says }) => {
    const error = await table(() => NOW, change)
      .get({ pk: 'a', sk: 'b' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AdapterError);
    expect(error).toMatchObject({ source: 'dynamodb', retryable, message: expect.stringMatching(says) });
  });
});

describe('what goes wrong half-way', () => {
  test('compaction that dies after its block is done again and loses nothing', async () => {
    const healthy = table(() => NOW + 2 * HOUR);
    const dying: Table = {
      ...healthy,
      put: (item, condition) =>
        item.sk === 'WATERMARK' ? Promise.reject(new Error('died')) : healthy.put(item, condition),
    };
    const store = makeSeriesStore(healthy);
    const cluster = `c-${randomUUID()}`;
    const web = { cluster, namespace: 'shop', name: 'web' };
    const [shard] = await store.assign(cluster, [web]);
    if (shard === undefined) throw new Error('no shard');
    for (const at of [NOW, NOW + HOUR / 2])
      await store.append(cluster, shard, at, [{ workload: web, cpu: 1, memory: 1, replicas: 1 }]);
    const before = await store.read(cluster, shard, 0, NOW + 2 * HOUR);
    await expect(makeSeriesStore(dying).compact(cluster, shard, NOW + 2 * HOUR)).rejects.toThrow('died');
    expect(await makeSeriesStore(healthy).read(cluster, shard, 0, NOW + 2 * HOUR)).toEqual(before);
    await store.compact(cluster, shard, NOW + 2 * HOUR);
    expect(await makeSeriesStore(healthy).read(cluster, shard, 0, NOW + 2 * HOUR)).toEqual(before);
  });

  test('a claim whose answer was lost, and which the SDK repeated, is still ours', async () => {
    const healthy = table();
    const lossy: Table = {
      ...healthy,
      update: async (key, update) => {
        await healthy.update(key, update);
        return healthy.update(key, update);
      },
    };
    expect(await makeTickStore(lossy).acquire(`c-${randomUUID()}`, NOW, NOW, 1000)).toBe('acquired');
  });
});

describe('items of another release', () => {
  test('series, learned and latest count as absent, and are not overwritten by compaction', async () => {
    const cluster = `c-${randomUUID()}`;
    const raw = table();
    const pk = shardPk(cluster, 0);
    const foreign = { v: 99, body: Uint8Array.of(1), at: NOW, start: NOW, rev: 1 };
    const hour = `H#${new Date(NOW).toISOString().slice(0, 13)}`;
    for (const sk of [hour, 'D#2026-03-04', 'LEARNED', 'LATEST', 'WATERMARK']) await raw.put({ pk, sk, ...foreign });
    const store = makeSeriesStore(raw);
    const web = { cluster, namespace: 'shop', name: 'web' };
    const [shard] = await store.assign(cluster, [web]);
    if (shard === undefined) throw new Error('no shard');
    await store.append(cluster, shard, NOW, [{ workload: web, cpu: 1, memory: 1, replicas: 1 }]);
    expect((await store.read(cluster, shard, 0, NOW)).get('shop/web')?.at.length).toBe(1);
    expect((await store.readFitted(cluster, shard)).size).toBe(0);
    expect((await store.readLatest(cluster, shard)).size).toBe(0);
    await store.compact(cluster, shard, NOW + 2 * HOUR);
    expect((await raw.get({ pk, sk: hour }))?.v).toBe(99);
  });

  test.each([
    ['a placement', (item: Put) => item('SHARDS#x', 'SHARDS'), () => makeSeriesStore(table()).shards('x')],
    ['a policy', (item: Put) => item('C#x#POLICY', 'shop/web'), () => makePolicyStore(table()).list('x')],
    ['a window', (item: Put) => item('C#x#SCHED', 'shop/web#a'), () => makeScheduleStore(table()).list('x')],
    ['a lease', (item: Put) => item('LEASE#x', 'LEASE'), () => makeTickStore(table()).acquire('x', NOW, NOW, 1)],
    ['a bucket', (item: Put) => item('BUCKET#x', 'BUCKET'), () => take('x')],
    ['advice', (item: Put) => item('ADVICE#x#shop/web', 'ADVICE'), () => makeAdviceStore(table()).get(WEB, NOW)],
    ['a decision', (item: Put) => item('C#x#W#shop/web', 'DEC#2026'), () => makeDecisionStore(table()).list(WEB, 5)],
  ])('%s is refused', async (_what, put, use) => {
    const raw = table();
    await put((pk, sk) => raw.put({ pk, sk, v: 99 }));
    await expect(use()).rejects.toThrow(/version 99/);
  });

  type Put = (put: string, sk: string) => Promise<boolean>;
  const WEB = { cluster: 'x', namespace: 'shop', name: 'web' };
  const take = (model: string) => {
    const limits = { requestsPerMinute: 1, requestsPerDay: 1, tokensPerMinute: 1 };
    return makeAdviceStore(table()).reserve(model, NOW, { tokens: [1] }, limits);
  };
});

describe('what has expired', () => {
  const item = (sk: string, expires_at: number): Item => ({ pk: 'sweep', sk, v: 1, expires_at });

  test('is not seen, may be written over, and goes when swept', async () => {
    const writer = table(() => NOW);
    await writer.put(item('old', NOW / 1000));
    await writer.put(item('new', NOW / 1000 + 1));
    expect(await writer.get({ pk: 'sweep', sk: 'old' })).toBeNull();
    expect((await writer.query('sweep', { from: ' ', to: '~' })).map(({ sk }) => sk)).toEqual(['new']);
    await sweepExpired(NOW);
    const before = table(() => 0);
    expect((await before.query('sweep', { from: ' ', to: '~' })).map(({ sk }) => sk)).toEqual(['new']);
  });

  test('history past its retention is not kept', async () => {
    const store = makeSeriesStore(table(), { retentionDays: 7 });
    const cluster = `c-${randomUUID()}`;
    const [shard] = await store.assign(cluster, [{ cluster, namespace: 'shop', name: 'web' }]);
    if (shard === undefined) throw new Error('no shard');
    const at = Float64Array.of(NOW - 20 * DAY, NOW - 5 * DAY);
    const ones = at.map(() => 1);
    await store.backfill(
      cluster,
      shard,
      new Map([['shop/web', { at, demand: { cpu: ones, memory: ones }, replicas: ones }]]),
    );
    expect([...((await store.read(cluster, shard, 0, NOW)).get('shop/web')?.at ?? [])]).toEqual([NOW - 5 * DAY]);
  });
});

describe('the embedded table', () => {
  test('keeps everything in its folder over a restart', async () => {
    await withFolder(async (folder) => {
      const summary = { cluster: 'demo', scheduledAt: NOW, finishedAt: NOW, workloads: 1, enabled: 1, applied: 0 };
      await withTable(folder, async (first) => {
        await makeTickStore(first).acquire('demo', NOW, NOW, 1000);
        await makeTickStore(first).finish({ ...summary, problems: [] });
      });
      await withTable(folder, async (second) => {
        expect(await makeTickStore(second).last('demo')).toEqual({ ...summary, problems: [] });
        expect(await makeTickStore(second).acquire('demo', NOW, NOW, 1000)).toBe('already_done');
      });
    });
  });

  test('says in one line that its folder is in use', async () => {
    await withFolder(async (folder) => {
      await withTable(folder, async () => {
        await expect(startEmbeddedTable({ folder })).rejects.toThrow(
          /^The data folder \S+ is in use by another process[^\n]*$/,
        );
      });
    });
  });

  test('says in one line that its folder cannot be written', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'file');
      writeFileSync(file, '');
      chmodSync(file, 0o400);
      await expect(startEmbeddedTable({ folder: file })).rejects.toThrow(
        /^The data folder \S+ cannot be written[^\n]*$/,
      );
    });
  });
});

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function withTable(folder: string, use: (table: Table) => Promise<void>): Promise<void> {
  const { close, tableName, endpoint, region, credentials } = await startEmbeddedTable({ folder });
  const own = openTable({ tableName, endpoint, region, credentials, now: () => NOW });
  try {
    await use(own);
  } finally {
    own.close();
    await close();
  }
}

function gunzip(body: Uint8Array): Uint8Array {
  return gunzipSync(body);
}

function frames() {
  const frame = fc.record({
    offset: fc.nat(DAY),
    codes: fc.array(fc.nat(0xffff), { maxLength: 4 }).map((list) => Uint16Array.from(list.flatMap((c) => [c, 0, c]))),
  });
  return fc
    .array(frame, { maxLength: 20 })
    .map((list) => list.map(({ offset, codes }) => ({ at: NOW + offset, codes })));
}
