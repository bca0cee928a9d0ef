// What every ProgressStore must do, whatever holds it: each shard is begun and counted once, and a budget is never exceeded.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Opening, ProgressStore, ShardLeft } from '../../lib/app/ports/progress-store.ts';
import { budgetOf, capsOf, grantOf, NOTHING_SPENT } from '../../lib/domain/guardrails/cluster/blast-purse.ts';
import type { Ask, BlastBudget } from '../../lib/domain/guardrails/cluster/blast-radius.ts';
import { STEADY } from '../../lib/domain/guardrails/cluster/circuit-breaker.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const ONE_EACH = { enabled: 1, applied: 1 };

export function progressStoreContract(kind: string, make: (now: () => EpochMs) => ProgressStore): void {
  const open = async (shards = [0, 1, 2, 3]) => {
    const store = make(() => NOW);
    const opening = openingOf(`c-${randomUUID()}`, NOW, shards);
    expect(await store.open(opening)).toBe(true);
    return { store, opening, cluster: opening.cluster };
  };

  describe(`a ProgressStore: ${kind}`, () => {
    test('knows nothing of a cluster that never handed anything on', async () => {
      const store = make(() => NOW);
      const cluster = `c-${randomUUID()}`;
      expect(await store.opening(cluster)).toBeNull();
      expect(await store.progress(cluster)).toBeNull();
      expect(await store.begin(cluster, NOW, [1])).toBeNull();
      expect(await store.settle(cluster, NOW, [1], ONE_EACH)).toBeNull();
      expect(await store.reserve(cluster, NOW, () => reservation(1))).toBeNull();
      expect(await store.close(cluster, NOW)).toBe(false);
      expect(await store.left(cluster)).toEqual(new Map());
    });

    test('tells what the tick knew when it opened, word by word', async () => {
      const { store, opening, cluster } = await open();
      expect(await store.opening(cluster)).toEqual(opening);
      const progress = await store.progress(cluster);
      expect(progress).toMatchObject({ scheduledAt: NOW, shards: 4, enabled: 0, applied: 0, closed: false });
      expect(progress?.spent).toEqual(NOTHING_SPENT);
    });

    test('gives each shard of a tick to one, however many ask at once', async () => {
      const { store, cluster } = await open();
      const claims = await Promise.all(
        [
          [0, 1],
          [1, 2],
          [2, 3],
          [0, 3],
        ].map((ids) => store.begin(cluster, NOW, ids)),
      );
      const mine = claims.flatMap((claim) => claim?.mine ?? []);
      expect(mine.toSorted()).toEqual([0, 1, 2, 3]);
      expect((await store.begin(cluster, NOW, [0, 1]))?.mine).toEqual([]);
    });

    test('counts each shard once, and tells who counted the last', async () => {
      const { store, cluster } = await open([4, 5]);
      expect((await store.settle(cluster, NOW, [4], ONE_EACH))?.done).toEqual(new Set([4]));
      expect(await store.settle(cluster, NOW, [4], ONE_EACH)).toMatchObject({ enabled: 1, applied: 1 });
      const last = await store.settle(cluster, NOW, [5], { enabled: 2, applied: 0 });
      expect(last).toMatchObject({ done: new Set([4, 5]), shards: 2, enabled: 3, applied: 1 });
    });

    test('takes nothing more once the tick is closed, or a later one has opened', async () => {
      const { store, cluster } = await open();
      expect(await store.close(cluster, NOW)).toBe(true);
      expect(await store.close(cluster, NOW)).toBe(false);
      expect(await store.begin(cluster, NOW, [0])).toBeNull();
      expect(await store.open(openingOf(cluster, NOW + MINUTE, [0]))).toBe(true);
      for (const at of [NOW, NOW - MINUTE]) {
        expect(await store.begin(cluster, at, [0])).toBeNull();
        expect(await store.reserve(cluster, at, () => reservation(1))).toBeNull();
        expect(await store.settle(cluster, at, [0], ONE_EACH)).toBeNull();
        expect(await store.close(cluster, at)).toBe(false);
      }
      expect(await store.open(openingOf(cluster, NOW, [0]))).toBe(false);
      expect((await store.opening(cluster))?.scheduledAt).toBe(NOW + MINUTE);
      expect((await store.begin(cluster, NOW + MINUTE, [0]))?.mine).toEqual([0]);
    });

    test('law: whoever reserves when, nothing is spent beyond the budget, and everything that was granted is counted', async () => {
      const asks = fc.array(askArbitrary, { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(asks, budgetArbitrary, fc.boolean(), async (all, whole, isEarly) => {
          const { store, cluster } = await open();
          const caps = capsOf(whole, { at: NOW, tickMs: MINUTE }, isEarly);
          const granted = await Promise.all(
            all.map((ask) =>
              store.reserve(cluster, NOW, (spent) => ({ grant: grantOf(caps, spent, ask, isEarly), caps })),
            ),
          );
          const sum = granted.map((one) => one ?? NOTHING_SPENT).reduce(added, NOTHING_SPENT);
          expect((await store.progress(cluster))?.spent).toEqual(sum);
          expect(budgetOf(sum).replicas).toBeLessThanOrEqual(whole.replicas);
          expect(budgetOf(sum).workloads).toBeLessThanOrEqual(whole.workloads);
          expect(sum.short.replicas).toBeLessThanOrEqual(caps.short.replicas);
          expect(sum.rest.replicas).toBeLessThanOrEqual(caps.rest.replicas);
        }),
        { numRuns: 25 },
      );
    });

    test('law: whoever promises when, each sees what others have promised, and all of it is kept', async () => {
      const wishes = fc.array(
        fc.tuple(fc.constantFrom('a/q/pods', 'b/q/requests.cpu'), fc.double({ min: 0.1, max: 9, noNaN: true })),
        {
          minLength: 1,
          maxLength: 5,
        },
      );
      await fc.assert(
        fc.asyncProperty(wishes, async (all) => {
          const { store, cluster } = await open();
          const room = 10;
          const plans = await Promise.all(
            all.map(([key, wish]) =>
              store.promise(cluster, NOW, (promised) => {
                const taken = Math.min(wish, room - (promised[key] ?? 0));
                return { key, taken, promised: { ...promised, [key]: (promised[key] ?? 0) + taken } };
              }),
            ),
          );
          const { promised = {} } = (await store.progress(cluster)) ?? {};
          for (const [key, sum] of Object.entries(promised)) {
            expect(sum).toBeLessThanOrEqual(room);
            const mine = plans
              .filter((plan) => plan?.key === key)
              .reduce((total, plan) => total + (plan?.taken ?? 0), 0);
            expect(sum).toBeCloseTo(mine, 9);
          }
        }),
        { numRuns: 25 },
      );
    });

    test('promises nothing of a tick whose time is over, and writes nothing where nothing is promised', async () => {
      const { store, cluster } = await open();
      const nothing = await store.promise(cluster, NOW, (promised) => ({ promised, of: 'it' }));
      expect(nothing).toEqual({ promised: {}, of: 'it' });
      await store.open(openingOf(cluster, NOW + MINUTE, [0]));
      expect(await store.promise(cluster, NOW, () => ({ promised: { 'a/q/pods': 1 } }))).toBeNull();
      expect((await store.progress(cluster))?.promised).toEqual({});
    });

    test('keeps what each shard left last', async () => {
      const { store, cluster } = await open();
      const changed = [{ key: 'shop/web', changedAt: NOW, readyBefore: 3, to: 5 }];
      const left: ShardLeft = { changed, problems: ['shop/web: no'], dueSince: NOW };
      await store.leave(cluster, 3, { changed: [], problems: [], dueSince: null });
      await store.leave(cluster, 3, left);
      await store.leave(cluster, 1000, { ...left, dueSince: null });
      expect(await store.left(cluster)).toEqual(
        new Map<number, ShardLeft>([
          [3, left],
          [1000, { ...left, dueSince: null }],
        ]),
      );
    });
  });
}

export function openingOf(cluster: string, scheduledAt: EpochMs, shards: readonly number[]): Opening {
  return { cluster, scheduledAt, shards, workloads: 3, readiness: STEADY, problems: ['one'], learning: [] };
}

export function added(a: Ask, b: Ask): Ask {
  const sum = (x: BlastBudget, y: BlastBudget) => ({
    replicas: x.replicas + y.replicas,
    workloads: x.workloads + y.workloads,
  });
  return { short: sum(a.short, b.short), rest: sum(a.rest, b.rest) };
}

function reservation(replicas: number) {
  const whole = { replicas: 10, workloads: 10 };
  const grant = { short: { replicas, workloads: 1 }, rest: { replicas: 0, workloads: 0 } };
  return { grant, caps: { all: whole, short: whole, rest: whole } };
}

const amount = fc.integer({ min: 0, max: 60 });
const partArbitrary = fc.record({ replicas: amount, workloads: amount });
export const askArbitrary = fc.record({ short: partArbitrary, rest: partArbitrary });
export const budgetArbitrary = fc.record({ replicas: amount, workloads: amount });
