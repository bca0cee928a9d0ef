// What every TickStore must do, whatever holds it.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeLookStore } from '../../lib/adapters/dynamo/look-store.ts';
import type { Table } from '../../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import type { LookStore } from '../../lib/app/ports/look-store.ts';
import type { TickStore, TickSummary } from '../../lib/app/ports/tick-store.ts';
import { decide } from '../../lib/domain/decision/decide.ts';
import type { DecisionRecord } from '../../lib/domain/decision/decision.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { asKept } from '../make/kept-records.ts';
import { assessment, NO_HISTORY, NOW, observation } from '../make/workloads.ts';

const MINUTE = 60_000;
const TTL = 54_000;

/** What the table keeps of ticks and of the looks after them, in one lease. */
export function tickStoresOf(table: Table): TickStore & LookStore {
  return { ...makeTickStore(table), ...makeLookStore(table) };
}

export function tickStoreContract(kind: string, make: (now: () => EpochMs) => TickStore & LookStore): void {
  const open = () => ({ store: make(() => NOW), cluster: `c-${randomUUID()}` });

  describe(`a TickStore: ${kind}`, () => {
    test.each([
      {
        when: 'the same tick again, while it runs',
        finished: false,
        scheduled: NOW,
        at: NOW + 5,
        answer: 'already_done',
      },
      {
        when: 'the same tick again, after it finished',
        finished: true,
        scheduled: NOW,
        at: NOW + 5,
        answer: 'already_done',
      },
      {
        when: 'the same tick again, after its owner died',
        finished: false,
        scheduled: NOW,
        at: NOW + 9 * MINUTE,
        answer: 'already_done',
      },
      {
        when: 'an earlier tick, delivered late',
        finished: true,
        scheduled: NOW - MINUTE,
        at: NOW + 5,
        answer: 'already_done',
      },
      {
        when: 'the next tick, while this one runs',
        finished: false,
        scheduled: NOW + MINUTE,
        at: NOW + TTL - 1,
        answer: 'held',
      },
      {
        when: 'the next tick, after this one finished',
        finished: true,
        scheduled: NOW + MINUTE,
        at: NOW + 5,
        answer: 'acquired',
      },
      {
        when: 'the next tick, after the owner died',
        finished: false,
        scheduled: NOW + MINUTE,
        at: NOW + TTL,
        answer: 'acquired',
      },
    ])('$when: $answer', async ({ finished, scheduled, at, answer }) => {
      const { store, cluster } = open();
      expect(await store.acquire(cluster, NOW, NOW, TTL)).toBe('acquired');
      if (finished) await store.finish(summaryOf(cluster, NOW));
      expect(await store.acquire(cluster, scheduled, at, TTL)).toBe(answer);
    });

    test.each([60 * MINUTE, 365 * 24 * 60 * MINUTE])('a claim dated %i ms ahead holds nobody up', async (ahead) => {
      const { store, cluster } = open();
      expect(await store.acquire(cluster, NOW + ahead, NOW + ahead, TTL)).toBe('acquired');
      expect(await store.acquire(cluster, NOW, NOW, TTL)).toBe('acquired');
      expect(await store.acquire(cluster, NOW, NOW + 5, TTL)).toBe('already_done');
      expect(await store.confirm(cluster, NOW + ahead)).toBe(false);
      expect(await store.takeOver(cluster, NOW + MINUTE, NOW + 2 * MINUTE)).toBe(true);
    });

    test('a tick that is dated otherwise than it is named is known by its name when it comes again', async () => {
      const { store, cluster } = open();
      const named = NOW + 45_000;
      expect(await store.acquire(cluster, NOW, NOW, TTL, named)).toBe('acquired');
      expect(await store.confirm(cluster, named)).toBe(false);
      expect(await store.confirm(cluster, NOW)).toBe(true);
      await store.finish(summaryOf(cluster, NOW));
      expect((await store.last(cluster))?.scheduledAt).toBe(NOW);
      for (const late of [1, 44_999, 45_000, 50_000])
        expect(await store.acquire(cluster, Math.min(named, NOW + late), NOW + late, TTL, named)).toBe('already_done');
      expect(await store.acquire(cluster, NOW + 30_000, NOW + 30_000, TTL)).toBe('acquired');
    });

    test('clusters do not hold each other up', async () => {
      const { store, cluster } = open();
      await store.acquire(cluster, NOW, NOW, TTL);
      expect(await store.acquire(`${cluster}2`, NOW, NOW, TTL)).toBe('acquired');
    });

    test('of many deliveries of one tick, one acts', async () => {
      const { cluster } = open();
      const claims = Array.from({ length: 8 }, () => make(() => NOW).acquire(cluster, NOW, NOW, TTL));
      const answers = await Promise.all(claims);
      expect(answers.toSorted()).toEqual(['acquired', ...Array.from({ length: 7 }, () => 'already_done')]);
    });

    test('the last summary is kept, also while the next tick runs', async () => {
      const { store, cluster } = open();
      expect(await store.last(cluster)).toBeNull();
      await store.acquire(cluster, NOW, NOW, TTL);
      expect(await store.last(cluster)).toBeNull();
      await store.finish(summaryOf(cluster, NOW));
      await store.acquire(cluster, NOW + MINUTE, NOW + MINUTE, TTL);
      expect(await store.last(cluster)).toEqual(summaryOf(cluster, NOW));
    });

    test('how an earlier tick ended is recorded by the one claimed now, which keeps its lease', async () => {
      const { store, cluster } = open();
      await store.acquire(cluster, NOW, NOW, TTL);
      await store.acquire(cluster, NOW + MINUTE, NOW + MINUTE, TTL);
      await store.fail(cluster, NOW, 'by nobody');
      await store.finish(summaryOf(cluster, NOW), NOW);
      expect(await store.last(cluster)).toBeNull();
      await store.fail(cluster, NOW, 'half of it', NOW + MINUTE);
      expect(await store.lastFailure(cluster)).toEqual({ scheduledAt: NOW, message: 'half of it' });
      await store.finish(summaryOf(cluster, NOW), NOW + MINUTE);
      expect(await store.last(cluster)).toEqual(summaryOf(cluster, NOW));
      expect(await store.confirm(cluster, NOW + MINUTE)).toBe(true);
      expect(await store.acquire(cluster, NOW + 2 * MINUTE, NOW + MINUTE + 5, TTL)).toBe('held');
      expect((await store.before(cluster)).unfinished).toBe(false);
    });

    test('a tick that never finished is noticed by those after it, until one finishes', async () => {
      const { store, cluster } = open();
      const left = () => store.before(cluster);
      expect(await left()).toEqual({ last: null, unfinished: false, looked: false, holdClearedAt: 0 });
      await store.acquire(cluster, NOW, NOW, TTL);
      expect(await left()).toMatchObject({ last: null, unfinished: false });
      await store.acquire(cluster, NOW + MINUTE, NOW + MINUTE, TTL);
      expect((await left()).unfinished).toBe(true);
      await store.acquire(cluster, NOW + 2 * MINUTE, NOW + 2 * MINUTE, TTL);
      expect((await left()).unfinished).toBe(true);
      await store.finish(summaryOf(cluster, NOW + 2 * MINUTE));
      await store.acquire(cluster, NOW + 3 * MINUTE, NOW + 3 * MINUTE, TTL);
      expect(await left()).toEqual({
        last: summaryOf(cluster, NOW + 2 * MINUTE),
        unfinished: false,
        looked: false,
        holdClearedAt: 0,
      });
    });

    test('only the tick claimed last may act, and not after it has finished', async () => {
      const { store, cluster } = open();
      expect(await store.confirm(cluster, NOW)).toBe(false);
      await store.acquire(cluster, NOW, NOW, TTL);
      expect(await store.confirm(cluster, NOW)).toBe(true);
      await store.acquire(cluster, NOW + MINUTE, NOW + MINUTE, TTL);
      expect(await store.confirm(cluster, NOW)).toBe(false);
      await store.finish(summaryOf(cluster, NOW + MINUTE));
      expect(await store.confirm(cluster, NOW + MINUTE)).toBe(false);
    });

    test('a watchdog takes over from a tick that holds the lease, which may then act no more', async () => {
      const { store, cluster } = open();
      await store.acquire(cluster, NOW, NOW, TTL);
      expect(await store.takeOver(cluster, NOW + 10, NOW + 40_000)).toBe(true);
      expect(await store.confirm(cluster, NOW)).toBe(false);
      expect(await store.confirm(cluster, NOW + 10)).toBe(true);
      expect(await store.acquire(cluster, NOW + 30_000, NOW + 39_999, TTL)).toBe('held');
      expect(await store.acquire(cluster, NOW + 30_000, NOW + 40_000, TTL)).toBe('acquired');
      expect(await store.before(cluster)).toMatchObject({ last: null, unfinished: true });
    });

    test('of many watchdogs, and after a later tick, at most one takes over', async () => {
      const { store, cluster } = open();
      const claims = Array.from({ length: 8 }, () => make(() => NOW).takeOver(cluster, NOW, NOW + TTL));
      expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
      expect(await store.takeOver(cluster, NOW - 1, NOW + TTL)).toBe(false);
    });

    test('a journal is read as it was written, but for what was forecast by the minute, and never put back by an earlier tick', async () => {
      const { store, cluster } = open();
      expect(await store.readJournal(cluster, 3)).toEqual([]);
      const later = [record(NOW + MINUTE)];
      expect(await store.journal(cluster, 3, NOW + MINUTE, later)).toBe(true);
      expect(await store.journal(cluster, 3, NOW, [record(NOW)])).toBe(false);
      const read = await store.readJournal(cluster, 3);
      expect(read).toEqual(later.map((one, i) => asKept(one, read[i])));
      expect(await store.readJournal(cluster, 4)).toEqual([]);
      expect(await store.journal(cluster, 3, NOW + MINUTE, [])).toBe(true);
    });

    test('why a tick failed is known until one finishes', async () => {
      const { store, cluster } = open();
      expect(await store.lastFailure(cluster)).toBeNull();
      await store.acquire(cluster, NOW, NOW, TTL);
      await store.fail(cluster, NOW, 'the cluster is away');
      const failure = { scheduledAt: NOW, message: 'the cluster is away' };
      expect(await store.lastFailure(cluster)).toEqual(failure);
      await store.acquire(cluster, NOW + MINUTE, NOW + TTL, TTL);
      await store.fail(cluster, NOW, 'too late to be heard');
      expect(await store.lastFailure(cluster)).toEqual(failure);
      await store.finish(summaryOf(cluster, NOW + MINUTE));
      expect(await store.lastFailure(cluster)).toBeNull();
    });

    test('looks follow a tick that has finished, share what it left, and stop where the next is claimed', async () => {
      const { store, cluster } = open();
      const none = { at: 0, spent: { replicas: 0, workloads: 0 } };
      const first = { at: NOW + 15_000, spent: { replicas: 3, workloads: 1 } };
      await store.acquire(cluster, NOW, NOW, TTL);
      expect(await store.after(cluster, NOW)).toBeNull();
      expect(await store.claim(cluster, NOW, first, none)).toBe(false);
      const summary = { ...summaryOf(cluster, NOW), spent: { replicas: 5, workloads: 2 } };
      await store.finish(summary);
      expect(await store.after(cluster, NOW)).toEqual({ summary, looked: none });
      expect(await store.after(cluster, NOW - MINUTE)).toBeNull();
      expect(await store.claim(cluster, NOW, first, none)).toBe(true);
      // Another that knew nothing of it.
      expect(await store.claim(cluster, NOW, { ...first, at: NOW + 30_000 }, none)).toBe(false);
      expect((await store.after(cluster, NOW))?.looked).toEqual(first);
      const second = { at: NOW + 30_000, spent: { replicas: 4, workloads: 2 } };
      expect(await store.claim(cluster, NOW, second, first)).toBe(true);
      expect(await store.acquire(cluster, NOW + MINUTE, NOW + MINUTE, TTL)).toBe('acquired');
      expect(await store.before(cluster)).toMatchObject({ looked: true, unfinished: false });
      expect(await store.claim(cluster, NOW, { ...second, at: NOW + 45_000 }, second)).toBe(false);
      await store.finish(summaryOf(cluster, NOW + MINUTE));
      expect((await store.after(cluster, NOW + MINUTE))?.looked).toEqual(none);
      await store.acquire(cluster, NOW + 2 * MINUTE, NOW + 2 * MINUTE, TTL);
      expect((await store.before(cluster)).looked).toBe(false);
    });

    test('a hold that a person ended stays ended', async () => {
      const { store, cluster } = open();
      await store.acquire(cluster, NOW, NOW, TTL);
      await store.resetBreaker(cluster, NOW + 7);
      await store.finish(summaryOf(cluster, NOW));
      await store.acquire(cluster, NOW + MINUTE, NOW + MINUTE, TTL);
      expect((await store.before(cluster)).holdClearedAt).toBe(NOW + 7);
    });

    test('finishing after another took over frees nothing and reports nothing', async () => {
      const { store, cluster } = open();
      await store.acquire(cluster, NOW, NOW, TTL);
      await store.acquire(cluster, NOW + MINUTE, NOW + TTL, TTL);
      await store.finish(summaryOf(cluster, NOW));
      expect(await store.acquire(cluster, NOW + 2 * MINUTE, NOW + TTL + 1, TTL)).toBe('held');
      expect(await store.last(cluster)).toBeNull();
    });
  });
}

function record(at: EpochMs): DecisionRecord {
  const of = assessment(observation(), { now: at });
  const history = { ...NO_HISTORY };
  const outcome = { kind: 'failed', message: 'not known' } as const;
  return { decision: decide(of, null, history), outcome, assessment: of, advice: null, requestedBy: null };
}

function summaryOf(cluster: string, scheduledAt: EpochMs): TickSummary {
  const counts = { workloads: 3, enabled: 2, applied: 1 };
  return {
    cluster,
    scheduledAt,
    finishedAt: scheduledAt + 900,
    ...counts,
    problems: ['metrics of shop/web are stale'],
  };
}
