// How long what is kept is kept, by what it says of people.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, type Table } from '../../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import { readConfig } from '../../lib/config.ts';
import { wireDecisions } from '../../lib/wire/decisions.ts';
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import { recordOf } from '../make/records.ts';

const DAY = 86_400_000;
let embedded: Awaited<ReturnType<typeof startEmbeddedTable>>;
let table: Table;
let now = 0;

beforeAll(async () => {
  embedded = await startEmbeddedTable();
  table = openTable({ now: () => now, ...embedded });
});
afterAll(() => embedded.close());

describe('a decision', () => {
  it.each([
    ['that a person asked for goes when callers are no longer to be known', 'arn:aws:iam::1:user/alice', 90, 7, 7],
    ['that nobody asked for stays', null, 90, 7, 90],
    ['goes with the others, however long callers may be known', 'arn:aws:iam::1:user/alice', 5, 30, 5],
  ] as const)('%s', async (_, requestedBy, decisionDays, callerDays, days) => {
    const made = recordOf();
    const { at, workload } = made.decision;
    now = at;
    const kept = { DECISION_RETENTION_DAYS: decisionDays, CALLER_RETENTION_DAYS: callerDays };
    const store = wireDecisions(table, { locate: async () => null }, kept);
    const ref = { ...workload, name: `web-${days}-${decisionDays}` };
    await store.put({ ...made, requestedBy, decision: { ...made.decision, workload: ref } });
    now = at + days * DAY - 1000;
    expect((await store.list(ref, 10)).records).toHaveLength(1);
    now = at + days * DAY + 1000;
    expect((await store.list(ref, 10)).records).toEqual([]);
  });
});

it('a journal is kept as long as it is told', async () => {
  const made = recordOf();
  now = made.decision.at;
  const ticks = makeTickStore(table, { journalDays: 2 });
  await ticks.acquire('demo', now, now, 50_000);
  expect(await ticks.journal('demo', 0, now, [made])).toBe(true);
  now += 2 * DAY - 1000;
  expect(await ticks.readJournal('demo', 0)).toHaveLength(1);
  now += 2000;
  expect(await ticks.readJournal('demo', 0)).toEqual([]);
});

it.each([
  ['CALLER_RETENTION_DAYS', '0'],
  ['JOURNAL_RETENTION_DAYS', '1'],
])('%s=%s is refused by name', (name, value) => {
  expect(() => readConfig({ TABLE_NAME: 'table', CLUSTERS: '[{"id":"a"}]', [name]: value })).toThrow(`${name}: `);
});
