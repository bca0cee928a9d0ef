// What each function would be refused, were it turned against its installation: on the table itself, behind the stand-in of IAM.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAdviceStore } from '../../lib/adapters/dynamo/advice-store.ts';
import { makeFloorStore } from '../../lib/adapters/dynamo/floor-store.ts';
import { advicePk, policyPk, workloadPk } from '../../lib/adapters/dynamo/keys.ts';
import { makeKillSwitchStore } from '../../lib/adapters/dynamo/kill-switch-store.ts';
import type { Writer } from '../../lib/adapters/dynamo/partitions.ts';
import { makePolicyStore } from '../../lib/adapters/dynamo/policy-store.ts';
import { makeScheduleStore } from '../../lib/adapters/dynamo/schedule-store.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import { openTable, type Table } from '../../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../local/embedded-table.ts';
import { NOW } from '../make/workloads.ts';
import { makeTableRights } from '../stand-ins/table-rights.ts';

const REF = { cluster: 'prod', namespace: 'shop', name: 'web' };
const rights = makeTableRights();
const opened: Table[] = [];
let embedded: EmbeddedTable;
beforeAll(async () => {
  embedded = await startEmbeddedTable({ guard: rights.guard });
});
afterAll(async () => {
  for (const table of opened) table.close();
  await embedded.close();
});

function as(writer: Writer): Table {
  const table = openTable({ ...rights.as(writer, embedded), now: () => NOW });
  opened.push(table);
  return table;
}

const optIn = { workload: REF, values: { enabled: 'true' }, updatedAt: NOW, updatedBy: 'root' };
const window = { workload: REF, id: 'w', window: {} as never, createdAt: NOW, createdBy: 'root' };
const floor = { workload: REF, hpa: 'web', own: 1, floor: 9, confirmed: true, updatedAt: NOW };
const off = { on: false, reason: 'go on', by: 'root', at: NOW };

const ORDERS: Readonly<Record<string, (table: Table) => Promise<unknown>>> = {
  'an opt-in': (table) => makePolicyStore(table).put(optIn),
  'a window': (table) => makeScheduleStore(table).put(window),
  'a floor': (table) => makeFloorStore(table).put(floor),
  'a kill switch turned off': (table) => makeKillSwitchStore(table).turn('prod', off),
  'a decision': (table) => table.put({ pk: workloadPk(REF), sk: 'DEC#2026', v: 1 }),
  'a memory': (table) =>
    makeSeriesStore(table).writeLatest(
      'prod',
      { id: 0, workloads: [REF], places: [{ slot: 0, since: 0 }] },
      new Map(),
      NOW,
    ),
  'a tick': (table) => makeTickStore(table).acquire('prod', NOW, NOW, 1),
  advice: (table) => table.put({ pk: advicePk(REF), sk: 'ADVICE', v: 1, until: NOW }),
  'a quota': (table) => makeAdviceStore(table).block('m', NOW + 1000),
};

const REFUSED: Readonly<Record<Writer, readonly string[]>> = {
  query: ['an opt-in', 'a window', 'a floor', 'a kill switch turned off', 'a decision', 'a memory', 'a tick'],
  tick: ['an opt-in', 'a window', 'a kill switch turned off'],
  evaluate: ['an opt-in', 'a window', 'a kill switch turned off'],
  look: ['an opt-in', 'a window', 'a floor', 'a kill switch turned off', 'advice', 'a quota'],
  learn: Object.keys(ORDERS).filter((order) => order !== 'a memory'),
  watchdog: ['an opt-in', 'a window', 'a kill switch turned off', 'advice', 'a quota'],
  command: ['a memory'],
};

describe.each(Object.keys(REFUSED) as Writer[])('%s', (writer) => {
  it.each(Object.keys(ORDERS))('writing %s', async (order) => {
    const outcome = await (ORDERS[order] as (table: Table) => Promise<unknown>)(as(writer)).then(
      () => 'written',
      (error: Error) => (/AccessDenied|not authorized/.test(error.message) ? 'refused' : error.message),
    );
    expect(outcome).toBe(REFUSED[writer].includes(order) ? 'refused' : 'written');
  });
});

it('of no function may be an item of policies written under another name', async () => {
  const before = rights.refused.length;
  const writers: readonly Writer[] = ['query', 'tick', 'evaluate', 'learn', 'look', 'watchdog'];
  for (const writer of writers)
    await expect(as(writer).put({ pk: policyPk('prod'), sk: 'shop/web', v: 1 })).rejects.toThrow();
  expect(rights.refused.length - before).toBe(writers.length);
});
