// What was learned, on dynalite: the contract, what is written and read of it, and what becomes of more than an item holds.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { shardPk } from '../../lib/adapters/dynamo/keys.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import type { Table } from '../../lib/adapters/dynamo/table.ts';
import { FITTED_VERSION, type Fitted } from '../../lib/domain/learning/fitted.ts';
import { describePolicy } from '../../lib/domain/sizing/describe.ts';
import type { FittedSizing } from '../../lib/domain/sizing/sizing-policy.ts';
import { fittedAt, keyAt, learnedStoreContract, shardOf } from '../contracts/learned-store.ts';
import { embeddedTable } from '../make/table.ts';
import { NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const FULL = Array.from({ length: 64 }, (_, slot) => slot);
const { tableBy } = embeddedTable();
const clock = { now: NOW };
let table: Table;
beforeEach(() => {
  clock.now = NOW;
  table = tableBy(() => clock.now);
});

learnedStoreContract('dynamo on dynalite', (now) => makeSeriesStore(tableBy(now)), 25);
learnedStoreContract('dynamo on dynalite, kept', (now) => makeSeriesStore(tableBy(now), { keepsReads: true }), 25);

describe('of eight workloads an item', () => {
  const of = (kind: 'readUnits' | 'writeUnits') => table.capacity.byKind.get('LEARNED')?.[kind] ?? 0;
  const calls = () => table.capacity.byKind.get('LEARNED')?.calls ?? 0;

  test('a turn writes those in which something was learned, and LEARNED', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat({ max: 63 }), { minLength: 1, maxLength: 16 }), async (learns) => {
        const { cluster, shard } = shardOf(FULL);
        const store = makeSeriesStore(table);
        await store.writeFitted(cluster, shard, new Map(FULL.map((i) => [keyAt(shard, i), fittedAt(NOW, i)])), NOW);
        const known = await store.readFitted(cluster, shard);
        const before = calls();
        const learned = learns.map((i) => [keyAt(shard, i), fittedAt(NOW + 1, i)] as const);
        await store.writeFitted(cluster, shard, new Map([...known, ...learned]), NOW + 1);
        expect(calls() - before).toBe(new Set(learns.map((i) => Math.floor(i / 8))).size + 1);
      }),
      { numRuns: 20 },
    );
  });

  test('a process asks again for those alone that another has written since', async () => {
    const { cluster, shard } = shardOf(FULL);
    const [keeping, other] = [makeSeriesStore(table, { keepsReads: true }), makeSeriesStore(table)];
    const large = (at: number, i: number) => ({ ...fittedAt(at, i), sizing: sizingOf(3000) });
    await other.writeFitted(cluster, shard, new Map(FULL.map((i) => [keyAt(shard, i), large(NOW, i)])), NOW);
    await keeping.readFitted(cluster, shard);
    const read = async () => {
      const before = of('readUnits');
      clock.now += 5 * MINUTE;
      const learned = await keeping.readFitted(cluster, shard);
      return { learned, units: of('readUnits') - before };
    };
    expect((await read()).units).toBe(0.5);
    const known = await other.readFitted(cluster, shard);
    await other.writeFitted(cluster, shard, new Map([...known, [keyAt(shard, 9), large(NOW + 1, 99)]]), NOW + 1);
    const { learned, units } = await read();
    expect(learned.get(keyAt(shard, 9))?.startupSeconds).toBe(99);
    expect([units > 0.5, units < 5]).toEqual([true, true]);
  });
});

test('of a release before it is learned anew, and written over', async () => {
  const { cluster, shard } = shardOf([0]);
  const [pk, key] = [shardPk(cluster, shard.id), keyAt(shard, 0)];
  await table.put({ pk, sk: 'LEARNED', v: 1, body: Uint8Array.of(1), written_at: NOW });
  const store = makeSeriesStore(table);
  expect((await store.readFitted(cluster, shard)).size).toBe(0);
  await store.writeFitted(cluster, shard, new Map([[key, fittedAt(NOW, 5)]]), NOW);
  expect((await makeSeriesStore(table).readFitted(cluster, shard)).get(key)?.startupSeconds).toBe(5);
  await table.put({ pk, sk: 'LEARNED#0', v: 99, body: Uint8Array.of(1) });
  expect((await makeSeriesStore(table).readFitted(cluster, shard)).size).toBe(0);
});

test('of another shape is learned anew', async () => {
  const { cluster, shard } = shardOf([0]);
  const older = { ...fittedAt(NOW, 5), version: FITTED_VERSION - 1 } as unknown as Fitted;
  await makeSeriesStore(table).writeFitted(cluster, shard, new Map([[keyAt(shard, 0), older]]), NOW);
  expect((await makeSeriesStore(table).readFitted(cluster, shard)).size).toBe(0);
});

describe('more than an item holds', () => {
  /** Of such models, three workloads with a named load each are within an item, and four are not. */
  const LARGE = 70_000;
  const SMALL = 3000;

  test('loses models of those that take more than their share, says so, and keeps the rest', async () => {
    const { cluster, shard } = shardOf(FULL.slice(0, 8));
    const sizes = fc.array(fc.constantFrom(SMALL, LARGE), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(sizes, async (models) => {
        const learned = models.map((size, i) => {
          const one = { ...fittedAt(NOW, i), sizing: sizingOf(size), loads: { queue: sizingOf(size) } };
          return [keyAt(shard, i), one] as const;
        });
        await makeSeriesStore(table).writeFitted(cluster, shard, new Map(learned));
        const read = await makeSeriesStore(table).readFitted(cluster, shard);
        const fits = models.filter((size) => size === LARGE).length <= 3;
        for (const [i, [key, { sizing, loads, ...rest }]] of learned.entries()) {
          const { sizing: cpu, loads: named, ...others } = read.get(key) as Fitted;
          const isLeftOut = !fits && models[i] === LARGE;
          expect(others).toEqual(rest);
          for (const [one, before] of [
            [cpu, sizing],
            [named?.queue, loads.queue],
          ] as const) {
            expect(one?.model === before.model).toBe(!isLeftOut);
            expect(one?.policy.expert).toEqual(before.policy.expert);
            expect(one && describePolicy(one.policy).includes('does not fit into the table')).toBe(isLeftOut);
          }
        }
      }),
      { numRuns: 10, examples: [[FULL.slice(0, 8).map(() => LARGE)], [FULL.slice(0, 8).map(() => SMALL)]] },
    );
  });
});

test('keeps every number and name of how to size', async () => {
  const { cluster, shard } = shardOf([0]);
  const one = { ...fittedAt(NOW, 1), sizing: sizingOf(600) };
  await makeSeriesStore(table).writeFitted(cluster, shard, new Map([[keyAt(shard, 0), one]]));
  expect((await makeSeriesStore(table).readFitted(cluster, shard)).get(keyAt(shard, 0))).toEqual(one);
});

/** @param bytes of its model, none of which can be made smaller */
function sizingOf(bytes: number): FittedSizing {
  const score = { violationPercent: 0.1, cost: 1.2 };
  return {
    policy: {
      expert: { kind: 'price', price: 9, windowMinutes: 5 },
      expected: score,
      changesPerHour: 2,
      hpa70: score,
      days: 9,
    },
    unit: 0.45,
    leadMinutes: 2,
    usual: { from: NOW, most: 3, slots: '' },
    model: randomBytes(Math.floor((3 * bytes) / 4)).toString('base64'),
    record: '',
  };
}
