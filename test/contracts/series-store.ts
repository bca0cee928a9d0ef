// What every SeriesStore must do, whatever holds it.

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SampleRow, SeriesStore, Shard } from '../../lib/app/ports/series-store.ts';
import { NO_REGRET } from '../../lib/domain/assessment/regret-budget.ts';
import type { Fitted } from '../../lib/domain/learning/fitted.ts';
import type { WorkloadRef } from '../../lib/domain/workload/identity.ts';
import type { Series } from '../../lib/domain/workload/series.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { asRemembered } from '../make/kept-records.ts';
import { headroomSizing } from '../make/sizings.ts';
import { NOW, observation } from '../make/workloads.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** How far a sample may be from what was written: stored twice in two bytes. */
const TOLERANCE = 1e-3;

export function seriesStoreContract(kind: string, make: (now: () => EpochMs) => SeriesStore): void {
  describe(`a SeriesStore: ${kind}`, () => {
    describe('places', () => {
      test('a known workload keeps its place when others come', async () => {
        const { store, cluster } = open();
        const [before] = await store.assign(cluster, refs(cluster, 'b', 'd'));
        const [after] = await store.assign(cluster, refs(cluster, 'a', 'b', 'c'));
        expect(after?.workloads.slice(0, 2)).toEqual(before?.workloads);
        expect(namesOf([after])).toEqual(['b', 'd', 'a', 'c']);
      });

      test('a shard holds 64 workloads, the 65th opens another', async () => {
        const { store, cluster } = open();
        const shards = await store.assign(cluster, refs(cluster, ...names(65)));
        expect(shards.map((shard) => shard.workloads.length)).toEqual([64, 1]);
        expect(await make(() => NOW).shards(cluster)).toEqual(shards);
      });

      test('say for each workload which slot is its own, and since when, as plain JSON', async () => {
        const { store, cluster } = open();
        const shards = await store.assign(cluster, refs(cluster, ...names(70)));
        for (const shard of shards) {
          expect(shard.places.map(({ since }) => since)).toEqual(shard.workloads.map(() => 0));
          expect(new Set(shard.places.map(({ slot }) => slot)).size).toBe(shard.workloads.length);
          expect(JSON.parse(JSON.stringify(shard))).toEqual(shard);
        }
      });

      test('are for those that live: who is gone is not shown, and what a part of the cluster lacks is not gone', async () => {
        const { store, cluster, clock } = open();
        await store.assign(cluster, refs(cluster, 'web', 'api'), []);
        clock.now += 2 * HOUR;
        expect(namesOf(await store.assign(cluster, refs(cluster, 'web')))).toEqual(['api', 'web']);
        expect(namesOf(await store.assign(cluster, refs(cluster, 'web'), null))).toEqual(['api', 'web']);
        expect(namesOf(await store.assign(cluster, refs(cluster, 'web'), []))).toEqual(['web']);
        expect(namesOf([(await store.locate(ref(cluster, 'api'))) ?? undefined])).toEqual(['api', 'web']);
        expect(namesOf(await store.assign(cluster, refs(cluster, 'web', 'api')))).toEqual(['api', 'web']);
      });

      test('a cluster of full shards has nothing to gather', async () => {
        const { store, cluster } = open();
        await store.assign(cluster, refs(cluster, ...names(128)), []);
        expect(await store.gather(cluster, async () => true)).toBe(false);
      });

      test('of a cluster never seen there are none', async () => {
        const { store, cluster } = open();
        expect(await store.shards(cluster)).toEqual([]);
        expect(await store.locate(ref(cluster, 'web'))).toBeNull();
        expect(await store.assign(cluster, [])).toEqual([]);
      });

      test('a workload is found by another process, and only under its own name', async () => {
        const { store, cluster } = open();
        const [shard] = await store.assign(cluster, refs(cluster, 'web'));
        const other = make(() => NOW);
        expect(await other.locate(ref(cluster, 'web'))).toEqual(shard);
        expect(await other.locate(ref(cluster, 'we'))).toBeNull();
      });

      test('two processes that place at once lose nothing and share no slot', async () => {
        const { cluster } = open();
        const batches = [names(40).slice(0, 30), names(40).slice(20), ['x', 'y']];
        await Promise.all(batches.map((batch) => make(() => NOW).assign(cluster, refs(cluster, ...batch))));
        const placed = namesOf(await make(() => NOW).shards(cluster));
        expect(placed.toSorted()).toEqual([...names(40), 'x', 'y'].toSorted());
      });
    });

    describe('samples', () => {
      test.each([
        { what: 'plain', cpu: 1.25, memory: 3 * 2 ** 30, replicas: 7 },
        { what: 'zero', cpu: 0, memory: 0, replicas: 0 },
        { what: 'not measured', cpu: Number.NaN, memory: Number.NaN, replicas: 3 },
        { what: 'smallest', cpu: 1e-4, memory: 1, replicas: 1 },
        { what: 'largest', cpu: 1e6, memory: 2 ** 50, replicas: 65_000 },
      ])('are read as they were appended: $what', async ({ cpu, memory, replicas }) => {
        const { store, cluster, shard } = await opened('web');
        await store.append(cluster, shard, NOW, [{ workload: ref(cluster, 'web'), cpu, memory, replicas }]);
        const series = await readOf(store, cluster, shard, 'web', NOW, NOW);
        expect([...series.at]).toEqual([NOW]);
        expectClose(series.demand.cpu[0], cpu);
        expectClose(series.demand.memory[0], memory);
        expect(series.replicas[0]).toBe(replicas);
      });

      test('of the same instant are appended once', async () => {
        const { store, cluster, shard } = await opened('web');
        await store.append(cluster, shard, NOW, [row(cluster, 'web', 2)]);
        await store.append(cluster, shard, NOW, [row(cluster, 'web', 4)]);
        const series = await readOf(store, cluster, shard, 'web', NOW - HOUR, NOW);
        expect(series.at.length).toBe(1);
        expectClose(series.demand.cpu[0], 2);
      });

      test('are left out for a workload that was not there', async () => {
        const { store, cluster, shard } = await opened('web', 'api');
        await store.append(cluster, shard, NOW - MINUTE, [row(cluster, 'web', 1)]);
        await store.append(cluster, shard, NOW, [row(cluster, 'web', 1), row(cluster, 'api', 1)]);
        expect([...(await readOf(store, cluster, shard, 'api', 0, NOW)).at]).toEqual([NOW]);
        expect((await readOf(store, cluster, shard, 'web', 0, NOW)).at.length).toBe(2);
      });

      test('are read from `from` to `to`, both included', async () => {
        const { store, cluster, shard } = await opened('web');
        const instants = [-3, -2, -1, 0].map((minutes) => NOW + minutes * MINUTE);
        for (const at of instants) await store.append(cluster, shard, at, [row(cluster, 'web', 1)]);
        const series = await readOf(store, cluster, shard, 'web', NOW - 2 * MINUTE, NOW - MINUTE);
        expect([...series.at]).toEqual(instants.slice(1, 3));
      });

      test('an empty history has an entry of length 0 for each workload', async () => {
        const { store, cluster, shard } = await opened('web', 'api');
        const read = await store.read(cluster, shard, NOW - DAY, NOW);
        expect([...read.keys()].toSorted()).toEqual(['shop/api', 'shop/web']);
        expect(read.get('shop/web')?.at.length).toBe(0);
      });
    });

    describe('compaction', () => {
      test('of an hour changes nothing that is read', async () => {
        const { store, cluster, shard, clock } = await opened('web', 'api');
        await appendEvery(store, cluster, shard, NOW, NOW + 90 * MINUTE, 7 * MINUTE);
        const before = await store.read(cluster, shard, NOW, NOW + 2 * HOUR);
        clock.now = NOW + 2 * HOUR;
        await store.compact(cluster, shard, clock.now);
        expect(await store.read(cluster, shard, NOW, NOW + 2 * HOUR)).toEqual(before);
      });

      test('leaves every sample for two weeks, and means of five minutes from then on', async () => {
        const { store, cluster, shard, clock } = await opened('web');
        const start = startOfDay(NOW);
        await appendEvery(store, cluster, shard, start, start + 20 * MINUTE, MINUTE);
        const counted = [];
        for (const days of [1, 13.9, 14.5]) {
          clock.now = start + days * DAY + HOUR;
          await store.compact(cluster, shard, clock.now);
          counted.push((await readOf(store, cluster, shard, 'web', start, clock.now)).at.length);
        }
        expect(counted).toEqual([20, 20, 4]);
        const series = await readOf(store, cluster, shard, 'web', start, clock.now);
        expect([...series.at]).toEqual([0, 5, 10, 15].map((minutes) => start + minutes * MINUTE));
        series.demand.cpu.forEach((value, i) => {
          expectClose(value, mean([0, 1, 2, 3, 4].map((minute) => cpuAt(start + (5 * i + minute) * MINUTE))));
        });
      });

      test('may be repeated, and be done by two at once', async () => {
        const { store, cluster, shard, clock } = await opened('web');
        const start = startOfDay(NOW);
        await appendEvery(store, cluster, shard, start, start + 3 * HOUR, 10 * MINUTE);
        clock.now = start + DAY + HOUR;
        const others = [store, make(() => clock.now), make(() => clock.now)];
        await Promise.all(others.map((other) => other.compact(cluster, shard, clock.now)));
        await make(() => clock.now).compact(cluster, shard, clock.now);
        expect((await readOf(store, cluster, shard, 'web', start, clock.now)).at.length).toBe(18);
      });

      test('goes on over as many calls as a gap needs, and crosses the gap', async () => {
        const { store, cluster, shard, clock } = await opened('web');
        const start = startOfDay(NOW);
        await appendEvery(store, cluster, shard, start, start + 12 * HOUR, 20 * MINUTE);
        clock.now = start + 40 * HOUR;
        await appendEvery(store, cluster, shard, clock.now - 20 * MINUTE, clock.now, 5 * MINUTE);
        for (let i = 0; i < 6; i++) await store.compact(cluster, shard, clock.now);
        expect((await readOf(store, cluster, shard, 'web', start, clock.now)).at.length).toBe(36 + 4);
        // Much later, when single ticks are gone, the hours that were folded are there.
        const later = start + 70 * HOUR;
        const read = await make(() => later).read(cluster, shard, start, later);
        expect(read.get('shop/web')?.at.length).toBeGreaterThanOrEqual(36);
      });

      test('law: whoever comes and goes, of each is read what was appended for it since its place was given', async () => {
        await fc.assert(
          fc.asyncProperty(comings(), async (steps) => {
            const { store, cluster, clock } = open();
            const { shards, appended } = await comeAndGo(store, cluster, clock, steps);
            for (const [name, since, series] of await placesRead(store, cluster, shards, clock.now))
              expectOwn(name, series, appended.get(name)?.at ?? [], Math.max(since, clock.now - 14 * DAY));
          }),
          {
            numRuns: 12,
            examples: [
              // Gone for so long that its place is another's when it comes back: to a place that nobody had before.
              [seenAt(['n4'], [], 100, [], 100, ['n4'])],
              // Two that fill a shard of their own, and leave it empty for longer than ticks are kept.
              [seenAt(['n0', 'n1', 'n2', 'n3', 'n4', 'n5'], ['n6', 'n7'], 100, [], 100, ['n7'])],
              // One that came alone, and another that gets the slot it had.
              [seenAt([], ['n0'], 1.1, [], 100, [], 100, [], 1.1, ['n1'])],
            ],
          },
        );
      }, 300_000);

      test('law: whatever is appended and whenever it is compacted, each sample is read once', async () => {
        await fc.assert(
          fc.asyncProperty(ticksAndCompactions(), async ({ minutes, compactions }) => {
            const { store, cluster, shard, clock } = await opened('web');
            const start = startOfDay(NOW);
            const steps = [
              ...minutes.map((minute) => ({ at: start + minute * MINUTE, compact: false })),
              ...compactions.map((minute) => ({ at: start + minute * MINUTE, compact: true })),
            ].sort((a, b) => a.at - b.at);
            for (const { at, compact } of steps) {
              clock.now = at;
              if (compact) await store.compact(cluster, shard, at);
              else await store.append(cluster, shard, at, [row(cluster, 'web', cpuAt(at))]);
            }
            const series = await readOf(store, cluster, shard, 'web', start, clock.now);
            expect([...series.at]).toEqual(minutes.map((minute) => start + minute * MINUTE));
          }),
          { numRuns: 8 },
        );
      });
    });

    describe('backfill', () => {
      test('keeps minutes of the last two weeks and means of five minutes before them', async () => {
        const { store, cluster, shard } = await opened('web');
        const [old, young, last] = [15, 13.9, 10 / 1440].map((days) => minutesFrom(NOW - days * DAY, 10));
        const history = sampled([...(old ?? []), ...(young ?? []), ...(last ?? [])]);
        await store.backfill(cluster, shard, new Map([['shop/web', history]]));
        const series = await readOf(store, cluster, shard, 'web', NOW - 15 * DAY, NOW);
        const means = [0, 5].map((minutes) => NOW - 15 * DAY + minutes * MINUTE);
        expect([...series.at]).toEqual([...means, ...(young ?? []), ...(last ?? [])]);
        expectClose(
          series.demand.cpu[1],
          mean([5, 6, 7, 8, 9].map((minute) => cpuAt(NOW - 15 * DAY + minute * MINUTE))),
        );
      });

      test('is kept when ticks follow and are compacted', async () => {
        const { store, cluster, shard, clock } = await opened('web');
        await store.backfill(cluster, shard, new Map([['shop/web', seriesOf(NOW - 2 * DAY, NOW, 5 * MINUTE)]]));
        await appendEvery(store, cluster, shard, NOW, NOW + 2 * HOUR, 5 * MINUTE);
        clock.now = NOW + 5 * DAY;
        for (let i = 0; i < 3; i++) await store.compact(cluster, shard, clock.now);
        const series = await readOf(store, cluster, shard, 'web', NOW - 2 * DAY, clock.now);
        expect(series.at.length).toBe((2 * DAY + 2 * HOUR) / (5 * MINUTE));
        expectAscending(series.at);
        series.at.forEach((at, i) => {
          expectClose(series.demand.cpu[i], cpuAt(at));
        });
      });

      test('twice is as once, and of unknown workloads nothing', async () => {
        const { store, cluster, shard } = await opened('web');
        const history = new Map([
          ['shop/web', seriesOf(NOW - DAY, NOW, 30 * MINUTE)],
          ['shop/gone', seriesOf(NOW - DAY, NOW, 30 * MINUTE)],
        ]);
        await store.backfill(cluster, shard, history);
        const once = await store.read(cluster, shard, 0, NOW);
        await store.backfill(cluster, shard, history);
        expect(await store.read(cluster, shard, 0, NOW)).toEqual(once);
        expect([...once.keys()]).toEqual(['shop/web']);
        expect(once.get('shop/web')?.at.length).toBe(48);
      });
    });

    describe('loads beside CPU and memory', () => {
      const loadsOf = (series: Series) =>
        Object.keys(series.demand).filter((name) => name !== 'cpu' && name !== 'memory');
      const named = (cluster: string, name: string, loads: Record<string, number>) => ({
        ...row(cluster, name, 1),
        loads,
      });

      test('come back by name, each to the workload that has it, and zero and missing as they were', async () => {
        const { store, cluster, shard } = await opened('web', 'api', 'old');
        await store.append(cluster, shard, NOW, [
          named(cluster, 'web', { requests: 480.5, queue: 0 }),
          named(cluster, 'api', { tokens: 3e6 }),
          row(cluster, 'old', 2),
        ]);
        await store.append(cluster, shard, NOW + MINUTE, [named(cluster, 'web', { requests: Number.NaN, queue: 7 })]);
        const web = await readOf(store, cluster, shard, 'web', NOW, NOW + MINUTE);
        expect(loadsOf(web).sort()).toEqual(['queue', 'requests']);
        expectClose(web.demand.requests?.[0], 480.5);
        expectClose(web.demand.queue?.[1], 7);
        expect([web.demand.queue?.[0], web.demand.requests?.[1]]).toEqual([0, Number.NaN]);
        expect(loadsOf(await readOf(store, cluster, shard, 'api', NOW, NOW + MINUTE))).toEqual(['tokens']);
        expect(loadsOf(await readOf(store, cluster, shard, 'old', NOW, NOW + MINUTE))).toEqual([]);
      });

      test('one that began late or stopped is missing at other times, through hours and days', async () => {
        const { store, cluster, shard, clock } = await opened('web', 'api');
        const start = startOfDay(NOW);
        for (let i = 0; i < 60; i++) {
          const at = start + i * MINUTE;
          await store.append(cluster, shard, at, [
            named(cluster, 'web', startedAndStopped(i, 1)),
            row(cluster, 'api', 1),
          ]);
        }
        for (const [days, step] of [
          [0.1, 1],
          [1, 1],
          [14.5, 5],
        ] as const) {
          clock.now = start + days * DAY + HOUR;
          await store.compact(cluster, shard, clock.now);
          const web = await readOf(store, cluster, shard, 'web', start, clock.now);
          expect([web.at.length, web.demand.requests?.length, web.demand.queue?.length]).toEqual(
            Array(3).fill(60 / step),
          );
          web.at.forEach((_, i) => {
            expectClose(web.demand.requests?.[i], startedAndStopped(i, step).requests);
            expectClose(web.demand.queue?.[i], startedAndStopped(i, step).queue);
          });
          expect(loadsOf(await readOf(store, cluster, shard, 'api', start, clock.now))).toEqual([]);
        }
      });

      test('law: whatever workloads name, each reads back its own, ticks and hours alike', async () => {
        await fc.assert(
          fc.asyncProperty(ticksOfLoads(), async (ticks) => {
            const { store, cluster, shard, clock } = await opened('a', 'b', 'c');
            const start = startOfDay(NOW);
            for (const [i, rows] of ticks.entries()) {
              const of = rows.map((loads, slot) => named(cluster, 'abc'[slot] ?? 'a', loads));
              await store.append(cluster, shard, start + i * MINUTE, of);
            }
            for (const now of [start + HOUR, start + 2 * HOUR]) {
              clock.now = now;
              for (const [slot, name] of ['a', 'b', 'c'].entries()) {
                const series = await readOf(store, cluster, shard, name, start, now);
                expectLoads(
                  series,
                  ticks.map((rows) => rows[slot] ?? {}),
                );
              }
              await store.compact(cluster, shard, now);
            }
          }),
          { numRuns: 8 },
        );
      });

      test('a full shard with four loads each is kept whole', async () => {
        const { store, cluster, shard, clock } = await opened(...names(64));
        const start = startOfDay(NOW);
        const loads = (i: number, at: EpochMs) => ({
          requests: cpuAt(at) * i,
          queue: i,
          tokens: 1e9 / (i + 1),
          [`own-${i}`]: 5,
        });
        for (let at = start; at < start + 20 * MINUTE; at += MINUTE)
          await store.append(
            cluster,
            shard,
            at,
            names(64).map((name, i) => named(cluster, name, loads(i, at))),
          );
        for (const days of [0, 1]) {
          clock.now = start + days * DAY + 2 * HOUR;
          await store.compact(cluster, shard, clock.now);
          const last = await readOf(store, cluster, shard, 'w063', start, clock.now);
          expect(loadsOf(last).sort()).toEqual(['own-63', 'queue', 'requests', 'tokens']);
          last.at.forEach((at, i) => {
            expectClose(last.demand.requests?.[i], cpuAt(at) * 63);
          });
        }
      });

      test('come in with history from elsewhere, and one without them takes none away', async () => {
        const { store, cluster, shard } = await opened('web');
        const past = seriesOf(NOW - DAY, NOW, 5 * MINUTE);
        const requests = past.at.map((at) => 100 * cpuAt(at));
        const history = { ...past, demand: { ...past.demand, requests } };
        await store.backfill(cluster, shard, new Map([['shop/web', history]]));
        await store.backfill(cluster, shard, new Map([['shop/web', past]]));
        const read = await readOf(store, cluster, shard, 'web', NOW - DAY, NOW);
        expect([read.at.length, read.demand.requests?.length]).toEqual([288, 288]);
        read.demand.requests?.forEach((value, i) => {
          expectClose(value, requests[i] ?? 0);
        });
      });

      test('names that are none are not kept, nor what is no number, and more than a workload may name', async () => {
        const { store, cluster, shard } = await opened('web');
        const hostile = JSON.parse(
          '{"__proto__": 1, "constructor": 2, "Upper": 3, "a b": 4, "cpu": 5, "memory": 6, "": 7}',
        );
        const bad = { negative: -1, infinite: Number.POSITIVE_INFINITY, nothing: Number.NaN };
        const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`load-${i}`, i]));
        await store.append(cluster, shard, NOW, [named(cluster, 'web', { ...hostile, ...bad, fine: 8, ...many })]);
        const { demand } = await readOf(store, cluster, shard, 'web', NOW, NOW);
        expect([demand.cpu[0], demand.fine?.[0] !== undefined, Object.keys(demand).length]).toEqual([
          expect.closeTo(1, 2),
          true,
          2 + 10,
        ]);
        expect(Object.getPrototypeOf(demand)).toBe(Object.prototype);
      });
    });

    describe('what a tick leaves to the next', () => {
      test('is empty at first', async () => {
        const { store, cluster, shard } = await opened('web');
        expect((await store.readFitted(cluster, shard)).size).toBe(0);
        expect((await store.readLatest(cluster, shard)).size).toBe(0);
      });

      test('learned comes back, to six digits', async () => {
        const { store, cluster, shard } = await opened('web');
        const learned = learnedWith([1.23456789, 0, 5e9 + 0.25]);
        await store.writeFitted(cluster, shard, new Map([['shop/web', learned]]));
        const read = (await make(() => NOW).readFitted(cluster, shard)).get('shop/web');
        expect(read).toEqual(learnedWith([1.23457, 0, 5e9]));
      });

      test('latest comes back, and writing replaces the whole shard', async () => {
        const { store, cluster, shard } = await opened('web', 'api');
        const entry = latestEntry();
        const both = new Map([
          ['shop/web', entry],
          ['shop/api', entry],
        ]);
        await store.writeLatest(cluster, shard, both);
        const remembered = new Map([...both].map(([key, one]) => [key, asRemembered(one)]));
        expect(await make(() => NOW).readLatest(cluster, shard)).toEqual(remembered);
        await store.writeLatest(cluster, shard, new Map([['shop/web', entry]]));
        expect([...(await store.readLatest(cluster, shard)).keys()]).toEqual(['shop/web']);
      });
    });
  });

  function open() {
    const clock = { now: NOW };
    return { clock, store: make(() => clock.now), cluster: `c-${randomUUID()}` };
  }

  async function opened(...workloads: readonly string[]) {
    const { store, cluster, clock } = open();
    const [shard] = await store.assign(cluster, refs(cluster, ...workloads));
    if (shard === undefined) throw new Error('no shard');
    return { store, cluster, clock, shard };
  }
}

function ref(cluster: string, name: string): WorkloadRef {
  return { cluster, namespace: 'shop', name };
}

function refs(cluster: string, ...workloads: readonly string[]): readonly WorkloadRef[] {
  return workloads.map((name) => ref(cluster, name));
}

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `w${String(i).padStart(3, '0')}`);
}

function namesOf(shards: readonly (Shard | undefined)[]): readonly string[] {
  return shards.flatMap((shard) => shard?.workloads.map(({ name }) => name) ?? []);
}

function row(cluster: string, name: string, cpu: number): SampleRow {
  return { workload: ref(cluster, name), cpu, memory: cpu * 2 ** 30, replicas: 3 };
}

/** Demand that differs from minute to minute. */
function cpuAt(at: EpochMs): number {
  return 1 + ((at / MINUTE) % 17) / 10;
}

async function appendEvery(
  store: SeriesStore,
  cluster: string,
  shard: Shard,
  from: EpochMs,
  to: EpochMs,
  stepMs: number,
) {
  for (let at = from; at < to; at += stepMs) {
    const rows = shard.workloads.map(({ name }) => row(cluster, name, cpuAt(at)));
    await store.append(cluster, shard, at, rows);
  }
}

async function readOf(
  store: SeriesStore,
  cluster: string,
  shard: Shard,
  name: string,
  from: EpochMs,
  to: EpochMs,
): Promise<Series> {
  const series = (await store.read(cluster, shard, from, to)).get(`shop/${name}`);
  if (series === undefined) throw new Error(`${name} was not read`);
  return series;
}

function seriesOf(from: EpochMs, to: EpochMs, stepMs: number): Series {
  return sampled(Array.from({ length: (to - from) / stepMs }, (_, i) => from + i * stepMs));
}

function minutesFrom(from: EpochMs, length: number): readonly EpochMs[] {
  return Array.from({ length }, (_, i) => from + i * MINUTE);
}

function sampled(instants: readonly EpochMs[]): Series {
  const at = Float64Array.from(instants);
  return { at, demand: { cpu: at.map(cpuAt), memory: at.map((t) => cpuAt(t) * 2 ** 30) }, replicas: at.map(() => 3) };
}

function startOfDay(at: EpochMs): EpochMs {
  return Math.floor(at / DAY) * DAY;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function expectClose(actual: number | undefined, expected: number): void {
  if (Number.isNaN(expected) || expected === 0) expect(actual).toBe(expected);
  else expect(Math.abs((actual ?? Number.NaN) / expected - 1)).toBeLessThan(TOLERANCE);
}

function expectAscending(at: Float64Array): void {
  expect([...at]).toEqual([...new Set(at)].sort((a, b) => a - b));
}

function learnedWith(profile: readonly number[]): Fitted {
  const cpu = {
    method: 'daily_profile',
    floor: 0.02,
    highest: 2.5,
    day: 3.93,
    usual: 0.1,
    profileStep: 0.01,
    profile,
    weights: [[60, 20, 0, 0, 10, 0, 0]],
    skill: [0.25, null],
    residuals: [['share', [-300, -200, 100, 150, 400], [100, 90, 110, 100]], null],
  } as const;
  return {
    version: 3,
    at: NOW,
    since: NOW - DAY,
    signals: { cpu },
    sizing: headroomSizing(0.1, 0.45),
    memoryBaseBytes: 0,
    startupSeconds: 42,
  };
}

function latestEntry() {
  const { workload } = observation();
  const decision = {
    id: `${new Date(NOW).toISOString()}-reactive`,
    workload,
    at: NOW,
    current: 3,
    target: 4,
    action: 'scale_up',
    source: 'reactive',
    reason: 'CPU at 90 % of requests against a target of 70 % → 4',
    blockedBy: null,
    verdicts: [],
  } as const;
  const outcome = { kind: 'applied', message: '3 → 4' } as const;
  return {
    observation: observation(),
    record: { decision, outcome, advice: null, requestedBy: null },
    peaks: { cpu: 5.5 },
    past: [],
    wanted: [{ at: NOW, replicas: 4, baseline: 3, advised: true }],
    regret: { ...NO_REGRET, at: NOW, shortMinutes: 1.5 },
    lastScaledAt: null,
    recordedAt: NOW,
  };
}

/** Minutes of ticks within two days, one in each five at most, and minutes at which compaction runs between them. */
function ticksAndCompactions() {
  const fives = fc.uniqueArray(fc.nat(2 * 288 - 1), { minLength: 1, maxLength: 25 });
  return fc.record({
    minutes: fives.map((list) => list.sort((a, b) => a - b).map((five) => five * 5)),
    compactions: fc.array(fc.nat(4 * 1440), { maxLength: 8 }),
  });
}

/** Which name it is can be told from its demand. */
function ownCpu(name: string): number {
  return 1 + Number(name.slice(1));
}

/** As many as leave room for six: who comes has the slot of one who went. */
function neighbours(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `z${100 + i}`);
}

/** What was appended for a name since it has its place. */
type Appended = Map<string, { readonly place: string; at: readonly EpochMs[] }>;

/** Who has another place than before, or the same one since later, begins anew there or has moved with all that it had. */
function giveOwn(appended: Appended, shards: readonly Shard[], how: 'anew' | 'moved') {
  for (const { id, workloads, places } of shards)
    for (const [i, { name }] of workloads.entries()) {
      const place = JSON.stringify([id, places[i]]);
      const before = appended.get(name);
      const isKept = before?.place === place || how === 'moved';
      appended.set(name, { place, at: isKept ? (before?.at ?? []) : [] });
    }
}

/** Each step as a tick does it: @returns who lives where in the end, and what was appended for whom. */
async function comeAndGo(store: SeriesStore, cluster: string, clock: { now: EpochMs }, steps: readonly Coming[]) {
  const appended: Appended = new Map();
  let shards: readonly Shard[] = [];
  for (const { seen, hours } of steps) {
    clock.now += Math.round(hours * 60) * MINUTE;
    const assign = () => store.assign(cluster, refs(cluster, ...neighbours(58), ...seen), []);
    shards = await assign();
    giveOwn(appended, shards, 'anew');
    if (await store.gather(cluster, async () => true)) {
      shards = await assign();
      giveOwn(appended, shards, 'moved');
    }
    for (const shard of shards) await appendOwn(store, shard, clock.now, appended);
  }
  return { shards, appended };
}

async function appendOwn(store: SeriesStore, shard: Shard, at: EpochMs, appended: Appended) {
  const cluster = shard.workloads[0]?.cluster ?? '';
  const names = namesOf([shard]);
  const rows = names.map((name) => row(cluster, name, ownCpu(name)));
  await store.append(cluster, shard, at, rows);
  for (const name of names) {
    const own = appended.get(name);
    if (own === undefined) throw new Error(`${name} has no place`);
    own.at = [...own.at, at];
  }
  await store.compact(cluster, shard, at);
}

/** From then on it is each sample that was appended for it, and before that no other's. */
function expectOwn(name: string, { at, demand }: Series, appended: readonly EpochMs[], from: EpochMs) {
  expect([name, ...at.filter((one) => one >= from)]).toEqual([name, ...appended.filter((one) => one >= from)]);
  for (const cpu of demand.cpu) expectClose(cpu, ownCpu(name));
}

/** Each workload with the instant since when its place is its own, and all that is read of it. */
async function placesRead(store: SeriesStore, cluster: string, shards: readonly Shard[], to: EpochMs) {
  const found: (readonly [name: string, since: EpochMs, series: Series])[] = [];
  for (const shard of shards) {
    const read = await store.read(cluster, shard, 0, to);
    for (const [i, { name }] of shard.workloads.entries()) {
      const [since, series] = [shard.places[i]?.since, read.get(`shop/${name}`)];
      if (since === undefined || series === undefined) throw new Error(`${name} was not read`);
      found.push([name, since, series]);
    }
  }
  return found;
}

/** Steps by hand: who is seen, a minute or so many hours after the one before. */
function seenAt(...steps: readonly (readonly string[] | number)[]): Coming[] {
  return steps.flatMap((seen, i) => {
    const before = steps[i - 1];
    return typeof seen === 'number' ? [] : [{ seen: [...seen], hours: typeof before === 'number' ? before : 1 / 60 }];
  });
}

interface Coming {
  readonly seen: string[];
  readonly hours: number;
}

/** Who of nine is seen, and how long after the time before: some return within the days for which they are kept, others do not. */
function comings() {
  const step = fc.record({
    seen: fc.uniqueArray(fc.constantFrom(...Array.from({ length: 9 }, (_, i) => `n${i}`)), { maxLength: 6 }),
    hours: fc.constantFrom(1 / 60, 0.2, 1.1, 1.1, 7, 30, 100),
  });
  return fc.array(step, { minLength: 3, maxLength: 14 });
}

/** Up to half an hour of ticks of three workloads, each with loads of its own that come and go. */
function ticksOfLoads() {
  const value = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e12, noNaN: true }));
  const loads = fc.dictionary(fc.constantFrom('requests', 'queue', 'tokens', 'rules'), value, {
    maxKeys: 4,
    noNullPrototype: true,
  });
  return fc.array(fc.tuple(loads, loads, loads), { minLength: 1, maxLength: 30 });
}

/** @param ticks what was measured at each */
function expectLoads(
  { demand: { cpu: _cpu, memory: _memory, ...found } }: Series,
  ticks: readonly Record<string, number>[],
) {
  expect(new Set(Object.keys(found))).toEqual(new Set(ticks.flatMap((loads) => Object.keys(loads))));
  for (const [load, values] of Object.entries(found))
    ticks.forEach((loads, i) => {
      expectClose(values[i], loads[load] ?? Number.NaN);
    });
}

/** Requests from the 20th minute to the 40th, a queue from there: as minutes, or as means of more. */
function startedAndStopped(i: number, step: number) {
  const mean = i * step + (step - 1) / 2;
  if (mean < 20) return { requests: Number.NaN, queue: Number.NaN };
  return mean < 40 ? { requests: 100 + mean, queue: Number.NaN } : { requests: Number.NaN, queue: mean };
}
