// Whatever the order in which ticks get their turns, and wherever one dies: nothing is done twice, nothing is lost.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WorkloadMemory } from '../../../lib/domain/decision/workload-memory.ts';
import { tickStoreContract } from '../../contracts/tick-store.ts';
import { NOW } from '../../make/workloads.ts';
import { makeMemoryTickStore } from '../../stand-ins/memory-tick-parts.ts';
import { makeProcess, makeWorld, NEVER, type Turn, type World } from '../../stand-ins/tick-world.ts';

const MINUTE = 60_000;

const SHARED = makeMemoryTickStore();
tickStoreContract('in memory, the stand-in of tick safety', () => SHARED);

const AT_ONCE: Turn = () => Promise.resolve();

async function cleanTick(world: World, at: number): Promise<void> {
  world.moveTo(at);
  expect(await makeProcess(world, AT_ONCE, `clean ${at}`, NEVER).run(at)).toBe('done');
}

/** What remains, without what only says when it was looked at. */
function remains(world: World) {
  const entries = [...world.series.latest()].map(([key, entry]: [string, WorkloadMemory]) => [
    key,
    { past: entry.past.map(({ from, to }) => ({ from, to })), replicas: entry.observation.replicas.spec },
  ]);
  return { replicas: world.cluster.replicas(), entries: Object.fromEntries(entries) };
}

/** Every change that reached the cluster is in the history once, as applied. */
function expectHistory(world: World): void {
  const applied = world.decisions.all().filter(({ outcome }) => outcome.kind === 'applied');
  const inHistory = applied.map(
    ({ decision: { workload, current, target } }) => `${workload.name} ${current} ${target}`,
  );
  const inCluster = world.cluster.writes.map(({ name, from, to }) => `${name} ${from} ${to}`);
  expect(inHistory.toSorted()).toEqual(inCluster.toSorted());
}

describe('tick safety', () => {
  it('leaves the same behind as ticks one by one, wherever a tick dies', async () => {
    const alone = makeWorld();
    const whole = makeProcess(alone, AT_ONCE, 'whole', NEVER);
    await whole.run(NOW);
    await cleanTick(alone, NOW + MINUTE);
    await cleanTick(alone, NOW + 2 * MINUTE);
    const expected = remains(alone);
    expect(alone.cluster.writes.length).toBeGreaterThanOrEqual(2);
    for (let call = 1; call <= whole.calls(); call++)
      for (const done of [false, true]) {
        const world = makeWorld();
        const first = makeProcess(world, AT_ONCE, 'first', { call, done });
        await first.run(NOW);
        const again = await makeProcess(world, AT_ONCE, 'again', NEVER).run(NOW);
        if (again === 'done') expect(world.cluster.writes.every(({ by }) => by === 'again')).toBe(true);
        await cleanTick(world, NOW + MINUTE);
        await cleanTick(world, NOW + 2 * MINUTE);
        expect(remains(world), `died at call ${call}, done: ${done}`).toEqual(expected);
        expectHistory(world);
      }
  });

  it('applies nothing twice and loses nothing: any order of turns, deliveries repeated, late or at once, any death', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), deliveries, async (scheduler, all) => {
        const world = makeWorld();
        const turn: Turn = (what) => scheduler.schedule(Promise.resolve(), what);
        const runs = all.map(({ minute, lateSeconds, call, done }, i) => {
          const scheduledAt = NOW + minute * MINUTE;
          const process = makeProcess(world, turn, `${scheduledAt}`, { call, done });
          return scheduler
            .schedule(Promise.resolve(), `delivery ${i}`)
            .then(() => world.moveTo(Math.max(world.clock.now(), scheduledAt + lateSeconds * 1000)))
            .then(() => process.run(scheduledAt).catch(() => 'failed'));
        });
        await scheduler.waitIdle();
        await Promise.all(runs);
        const keys = world.cluster.writes.map(({ name, by }) => `${name} of tick ${by}`);
        expect(new Set(keys).size).toBe(keys.length);
        await cleanTick(world, NOW + 10 * MINUTE);
        await cleanTick(world, NOW + 12 * MINUTE);
        expectHistory(world);
        const alone = makeWorld();
        await cleanTick(alone, NOW);
        await cleanTick(alone, NOW + 2 * MINUTE);
        expect(world.cluster.replicas()).toEqual(alone.cluster.replicas());
      }),
      { numRuns: 150 },
    );
  });

  it('a process that thaws after its lease writes nothing any more', async () => {
    const world = makeWorld();
    const thawing: Turn = async (what) => {
      if (what.endsWith(' confirm')) world.moveTo(NOW + 50_000);
    };
    await makeProcess(world, thawing, 'thawed', NEVER).run(NOW);
    expect(world.cluster.writes).toEqual([]);
  });
});

/** Three deliveries of up to three scheduled times; most live. */
const deliveries = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: 2 }),
    lateSeconds: fc.integer({ min: 0, max: 110 }),
    call: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 22 })),
    done: fc.boolean(),
  }),
  { minLength: 2, maxLength: 4 },
);
