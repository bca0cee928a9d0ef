// What a wrong clock, or a tick dated a year ahead, has left in the table: on dynalite, and it holds nobody up.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeAdviceStore } from '../../lib/adapters/dynamo/advice-store.ts';
import { makeDecisionStore } from '../../lib/adapters/dynamo/decision-store.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import type { Table } from '../../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import type { TickSummary } from '../../lib/app/ports/tick-store.ts';
import { decide } from '../../lib/domain/decision/decide.ts';
import type { DecisionRecord } from '../../lib/domain/decision/decision.ts';
import { remembered } from '../../lib/domain/decision/remember.ts';
import type { WorkloadRef } from '../../lib/domain/workload/identity.ts';
import { embeddedTable } from '../make/table.ts';
import { assessment, lesson, NO_HISTORY, NOW, observation } from '../make/workloads.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TTL = 54_000;
const { tableBy } = embeddedTable();

/** The same table, as somebody sees it whose clock shows `now`. */
function tableAt(now: number): Table {
  return tableBy(() => now);
}

const unique = () => `c-${randomUUID()}`;

describe.each([
  ['an hour', HOUR],
  ['a year', 365 * DAY],
  ['until the year 9999', Date.parse('9999-12-30T00:00:00Z') - NOW],
])('a tick that was dated %s ahead', (_howFar, ahead) => {
  const THEN = NOW + ahead;

  test.each([
    { when: 'died', finished: false },
    { when: 'finished', finished: true },
  ])('and $when does not keep the next from its work', async ({ finished }) => {
    const cluster = unique();
    const wrong = makeTickStore(tableAt(THEN));
    const right = makeTickStore(tableAt(NOW));
    expect(await wrong.acquire(cluster, THEN, THEN, TTL)).toBe('acquired');
    if (finished) await wrong.finish(summaryOf(cluster, THEN));
    expect(await right.acquire(cluster, NOW, NOW, TTL)).toBe('acquired');
    expect(await right.acquire(cluster, NOW, NOW + 5, TTL)).toBe('already_done');
    expect(await wrong.confirm(cluster, THEN)).toBe(false);
    expect(await right.journal(cluster, 0, NOW, [])).toBe(true);
    expect(await right.confirm(cluster, NOW)).toBe(true);
    await right.finish(summaryOf(cluster, NOW));
    expect(await right.last(cluster)).toEqual(summaryOf(cluster, NOW));
    expect(await right.acquire(cluster, NOW + MINUTE, NOW + MINUTE, TTL)).toBe('acquired');
  });

  test('does not keep the watchdog from taking over, and is not taken for a sign of life', async () => {
    const cluster = unique();
    const wrong = makeTickStore(tableAt(THEN));
    await wrong.acquire(cluster, THEN, THEN, TTL);
    await wrong.finish(summaryOf(cluster, THEN));
    const right = makeTickStore(tableAt(NOW));
    expect(await right.last(cluster)).toBeNull();
    expect(await right.takeOver(cluster, NOW, NOW + 30_000)).toBe(true);
    expect(await right.confirm(cluster, NOW)).toBe(true);
  });

  test('leaves its journal and LATEST to be written over, and neither is believed', async () => {
    const cluster = unique();
    const web = refIn(cluster);
    const wrong = tableAt(THEN);
    const shard = { id: 0, workloads: [web], places: [{ slot: 0, since: 0 }] };
    await makeTickStore(wrong).journal(cluster, 0, THEN, [record(web, THEN)]);
    await makeSeriesStore(wrong).writeLatest(cluster, shard, new Map([['shop/web', entryOf(web, THEN)]]), THEN);
    const right = tableAt(NOW);
    const [ticks, series] = [makeTickStore(right), makeSeriesStore(right)];
    expect(await ticks.readJournal(cluster, 0)).toEqual([]);
    expect((await series.readLatest(cluster, shard)).size).toBe(0);
    expect(await ticks.journal(cluster, 0, NOW, [record(web, NOW)])).toBe(true);
    await series.writeLatest(cluster, shard, new Map([['shop/web', entryOf(web, NOW)]]), NOW);
    expect(await ticks.readJournal(cluster, 0)).toHaveLength(1);
    expect((await series.readLatest(cluster, shard)).get('shop/web')?.observation.at).toBe(NOW);
  });

  test('leaves its lessons to be learned anew, and its decision out of the history until its time', async () => {
    const cluster = unique();
    const web = refIn(cluster);
    const shard = { id: 0, workloads: [web], places: [{ slot: 0, since: 0 }] };
    const wrong = tableAt(THEN);
    const learned = lesson({ at: Float64Array.of(), demand: EMPTY, replicas: Float64Array.of() }, THEN);
    await makeSeriesStore(wrong).writeFitted(cluster, shard, new Map([['shop/web', learned]]));
    await makeDecisionStore(wrong).put(record(web, THEN));
    const right = tableAt(NOW);
    await makeDecisionStore(right).put(record(web, NOW));
    expect((await makeSeriesStore(right).readFitted(cluster, shard)).size).toBe(0);
    const ofNow = await makeDecisionStore(right).list(web, 10);
    expect(ofNow.records.map(({ decision }) => decision.at)).toEqual([NOW]);
    const ofThen = await makeDecisionStore(wrong).list(web, 10);
    expect(ofThen.records[0]?.decision.at).toBe(THEN);
  });

  test('leaves the history readable, and compaction at work', async () => {
    const cluster = unique();
    const web = refIn(cluster);
    const clock = { now: NOW };
    const store = makeSeriesStore(openTableAt(clock));
    const [shard] = await store.assign(cluster, [web]);
    if (shard === undefined) throw new Error('no shard');
    const row = (cpu: number) => [{ workload: web, cpu, memory: 1, replicas: 1 }];
    for (let i = 0; i < 5; i++) await store.append(cluster, shard, NOW - 3 * HOUR + i * MINUTE, row(1));
    await makeSeriesStore(tableAt(THEN)).compact(cluster, shard, THEN);
    await store.append(cluster, shard, NOW, row(2));
    const cores = async () =>
      [...((await makeSeriesStore(tableAt(NOW)).read(cluster, shard, 0, NOW)).get('shop/web')?.demand.cpu ?? [])].map(
        Math.round,
      );
    expect(await cores()).toEqual([1, 1, 1, 1, 1, 2]);
    await makeSeriesStore(tableAt(NOW)).compact(cluster, shard, NOW);
    expect(await cores()).toEqual([1, 1, 1, 1, 1, 2]);
  });

  test('leaves the LLM to be asked: neither its call nor its quota nor its block counts', async () => {
    const web = refIn(unique());
    const model = `m-${randomUUID()}`;
    const limits = { requestsPerMinute: 2, requestsPerDay: 10, tokensPerMinute: 1000 };
    const wrong = makeAdviceStore(tableAt(THEN));
    const right = makeAdviceStore(tableAt(NOW));
    expect(await wrong.claimCall(web, THEN, 5 * MINUTE)).toEqual({ ok: true });
    expect(await right.claimCall(web, NOW, 5 * MINUTE)).toEqual({ ok: true });
    const one = { tokens: [1] };
    for (let i = 0; i < 2; i++) await wrong.reserve(model, THEN, one, limits);
    expect(await right.reserve(model, NOW, one, limits)).toMatchObject({ granted: 1 });
    if (ahead < 3 * DAY) return; // a block of a day is one that servers ask for
    await wrong.block(model, THEN + DAY);
    expect(await right.reserve(model, NOW + 1, one, limits)).toMatchObject({ granted: 1 });
    await right.block(model, NOW + HOUR);
    const short = { limit: 'blocked', until: NOW + HOUR };
    expect(await right.reserve(model, NOW + 2, one, limits)).toMatchObject({ granted: 0, short });
  });
});

describe('what was said ahead of time', () => {
  test('a hold stays a hold, and is counted from now', async () => {
    const cluster = unique();
    const THEN = NOW + 365 * DAY;
    const hold = { since: THEN, reason: 'pods fell', fallen: [{ key: 'shop/web', expected: 3 }], calmTicks: 0 };
    const wrong = makeTickStore(tableAt(THEN));
    await wrong.acquire(cluster, THEN, THEN, TTL);
    await wrong.finish({ ...summaryOf(cluster, THEN), readiness: { fallingTicks: 2, hold } });
    const right = makeTickStore(tableAt(NOW));
    await right.acquire(cluster, NOW, NOW, TTL);
    expect((await right.before(cluster)).last?.readiness?.hold).toEqual({ ...hold, since: NOW });
  });

  test('a failure dated ahead is not shown as the last one, and a hold is not ended by a person of next year', async () => {
    const cluster = unique();
    const THEN = NOW + 365 * DAY;
    const wrong = makeTickStore(tableAt(THEN));
    await wrong.acquire(cluster, THEN, THEN, TTL);
    await wrong.fail(cluster, THEN, 'a year too early');
    await wrong.resetBreaker(cluster, THEN);
    const right = makeTickStore(tableAt(NOW));
    expect(await right.lastFailure(cluster)).toBeNull();
    expect((await right.before(cluster)).holdClearedAt).toBe(0);
  });

  test('clocks that differ by a tick are no wrong clocks: the lease of the one holds the other up', async () => {
    const cluster = unique();
    const fast = makeTickStore(tableAt(NOW + MINUTE));
    const slow = makeTickStore(tableAt(NOW));
    expect(await fast.acquire(cluster, NOW + MINUTE, NOW + MINUTE, TTL)).toBe('acquired');
    expect(await slow.acquire(cluster, NOW + MINUTE, NOW, TTL)).toBe('already_done');
    expect(await slow.acquire(cluster, NOW + 2 * MINUTE, NOW + MINUTE, TTL)).toBe('held');
    expect(await slow.takeOver(cluster, NOW, NOW + 30_000)).toBe(false);
  });

  test('an hour between ticks stretches what is believed', async () => {
    const cluster = unique();
    const hourly = tableBy(() => NOW, { tickSeconds: 3600 });
    const store = makeTickStore(hourly);
    expect(await store.acquire(cluster, NOW + HOUR, NOW + HOUR, 54 * MINUTE)).toBe('acquired');
    expect(await store.acquire(cluster, NOW, NOW, 54 * MINUTE)).toBe('already_done');
  });
});

const EMPTY = { cpu: Float64Array.of(), memory: Float64Array.of() };

function openTableAt(clock: { readonly now: number }): Table {
  return tableBy(() => clock.now);
}

function refIn(cluster: string): WorkloadRef {
  return { cluster, namespace: 'shop', name: 'web' };
}

function record(workload: WorkloadRef, at: number): DecisionRecord {
  const of = assessment(observation({ workload, at }), { now: at });
  const outcome = { kind: 'unchanged', message: 'as it should be' } as const;
  return { decision: decide(of, null, NO_HISTORY), outcome, assessment: of, advice: null, requestedBy: null };
}

function entryOf(workload: WorkloadRef, at: number) {
  return remembered(undefined, record(workload, at), null, true);
}

function summaryOf(cluster: string, scheduledAt: number): TickSummary {
  const counts = { workloads: 1, enabled: 1, applied: 0 };
  return { cluster, scheduledAt, finishedAt: scheduledAt + 900, ...counts, problems: [] };
}
