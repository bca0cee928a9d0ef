// Every store keeps workloads of one name and three kinds apart, and reads what was written before there were kinds.
import { beforeAll, expect, test } from 'vitest';
import { makeAdviceStore } from '../../lib/adapters/dynamo/advice-store.ts';
import { makeDecisionStore } from '../../lib/adapters/dynamo/decision-store.ts';
import { makeFloorStore } from '../../lib/adapters/dynamo/floor-store.ts';
import { floorPk, policyPk, workloadPart } from '../../lib/adapters/dynamo/keys.ts';
import { makePolicyStore } from '../../lib/adapters/dynamo/policy-store.ts';
import { makeScheduleStore } from '../../lib/adapters/dynamo/schedule-store.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import type { Table } from '../../lib/adapters/dynamo/table.ts';
import { type WorkloadRef, workloadKey } from '../../lib/domain/workload/identity.ts';
import { ofKind, WORKLOAD_KINDS } from '../../lib/domain/workload/kind.ts';
import { embeddedTable } from '../make/table.ts';
import { assessment, NOW, observation } from '../make/workloads.ts';

const refs = WORKLOAD_KINDS.map(
  (kind): WorkloadRef => ({ cluster: 'c', namespace: 'shop', name: 'web', ...ofKind(kind) }),
);
const keys = ['shop/web', 'shop/statefulset:web', 'shop/rollout:web'];

const { tableBy } = embeddedTable();
let table: Table;
beforeAll(() => {
  table = tableBy(() => NOW);
});

test('policies', async () => {
  const store = makePolicyStore(table);
  const records = refs.map((workload, i) => ({ workload, values: { slo: `9${i}` }, updatedAt: NOW, updatedBy: null }));
  for (const record of records) await store.put(record);
  for (const record of records) expect(await store.get(record.workload)).toEqual(record);
  const listed = await store.list('c');
  expect(keys.map((key) => listed.records.get(key))).toEqual(records);
});

test('floors', async () => {
  const store = makeFloorStore(table);
  const floor = (workload: WorkloadRef, own: number) =>
    ({ workload, hpa: 'h', own, floor: 9, confirmed: true, updatedAt: NOW }) as const;
  const [plain, ...others] = refs.map(floor);
  for (const record of [plain, ...others]) if (record) await store.put(record);
  await store.forget(refs[0] as WorkloadRef);
  expect(await store.get(refs[0] as WorkloadRef)).toBeNull();
  expect(await store.list('c')).toEqual(expect.arrayContaining(others));
  expect(await store.list('c')).toHaveLength(2);
});

test('windows', async () => {
  const store = makeScheduleStore(table);
  const times = { kind: 'weekly', days: ['mon'], start: '08:00', end: '18:00', overnight: false } as const;
  const window = { timeZone: 'UTC', times, effect: 'floor', replicas: 3, from: null, until: null } as const;
  for (const workload of refs)
    await store.put({ workload, id: 'floor-1', window: window as never, createdAt: NOW, createdBy: null });
  for (const ref of refs) expect((await store.listOf(ref)).map(({ workload }) => workload)).toEqual([ref]);
  expect(await store.remove(refs[1] as WorkloadRef, 'floor-1')).toBe(true);
  expect([...(await store.list('c')).keys()].toSorted()).toEqual([keys[0], keys[2]].toSorted());
});

test('decisions and advice', async () => {
  const decisions = makeDecisionStore(table);
  const advice = makeAdviceStore(table);
  for (const workload of refs) {
    const decision = {
      id: 'd',
      workload,
      at: NOW,
      current: 2,
      target: 2,
      action: 'maintain',
      source: 'rules',
      reason: '',
      blockedBy: null,
      verdicts: [],
    } as const;
    const outcome = { kind: 'unchanged', message: '' } as const;
    await decisions.put({
      decision,
      outcome,
      assessment: assessment(observation({ workload })),
      advice: null,
      requestedBy: null,
    });
    expect(await advice.claimCall(workload, NOW, 300_000)).toEqual({ ok: true });
  }
  for (const ref of refs) {
    const { records } = await decisions.list(ref, 10);
    expect(records.map(({ decision }) => decision.workload)).toEqual([ref]);
  }
});

test('series, and the places that workloads have in them', async () => {
  const store = makeSeriesStore(table);
  const [shard] = await store.assign('c', refs);
  if (shard === undefined) throw new Error('no shard');
  expect(shard.workloads).toEqual(expect.arrayContaining(refs));
  const rows = refs.map((workload, i) => ({ workload, cpu: i + 1, memory: 1, replicas: 2 }));
  await store.append('c', shard, NOW, rows);
  const read = await store.read('c', shard, NOW - 60_000, NOW);
  for (const [i, key] of keys.entries()) expect(read.get(key)?.demand.cpu[0]).toBeCloseTo(i + 1, 2);
  for (const ref of refs) expect((await makeSeriesStore(table).locate(ref))?.workloads).toContainEqual(ref);
});

test('a record of the release before stays the Deployment’s, and that release takes none of ours for one', async () => {
  const at = { namespace: 'old', name: 'web', updated_at: NOW };
  await table.put({ pk: policyPk('c'), sk: 'old/web', v: 1, ...at, values: { mode: 'auto' }, updated_by: null });
  await table.put({ pk: floorPk('c'), sk: 'old/web', v: 1, ...at, hpa: 'h', own: 1, floor: 3, confirmed: true });
  const workload = { cluster: 'c', namespace: 'old', name: 'web' };
  expect((await makePolicyStore(table).get(workload))?.workload).toEqual(workload);
  expect((await makeFloorStore(table).get(workload))?.workload).toEqual(workload);
  // It reads `namespace` and `name` of every record, whatever its key is.
  const items = await table.query(policyPk('c'), { from: 'shop/', to: 'shop/~' });
  expect(items.map(({ name }) => name).toSorted()).toEqual(['rollout:web', 'statefulset:web', 'web']);
});

test('a name that would pass for a kind is refused', () => {
  const [, set] = refs;
  expect(set && workloadPart(set)).toBe(workloadKey(set as WorkloadRef));
  expect(() => workloadPart({ cluster: 'c', namespace: 'shop', name: 'statefulset:web' })).toThrow(/":"/);
});
