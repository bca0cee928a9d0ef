// Laws of ticks that hand their shards on: any order of calls, any loss, repetition or death leaves what undisturbed ticks leave.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openShard } from '../../../lib/wire/queues.ts';
import { type FanOutWorld, type Fault, MINUTE, makeFanOutWorld, type Turn } from '../../make/fan-out-world.ts';
import { NOW } from '../../make/workloads.ts';

/** 140 %, 90 %, 60 % and 100 % of their requests, and so on: most need more. */
const CORES = [7, 4.5, 3, 5, 6, 8];

/** Two undisturbed ticks on a world of its own. */
async function alone(): Promise<FanOutWorld> {
  const world = makeFanOutWorld(CORES);
  await world.clean(NOW);
  await world.clean(NOW + 2 * MINUTE);
  return world;
}

function expectSound(world: FanOutWorld, what = ''): void {
  const keys = world.cluster.writes.map(({ name, by }) => `${name} of tick ${by}`);
  expect(new Set(keys).size, what).toBe(keys.length);
  expect(world.history(), what).toEqual(world.writes());
}

describe('ticks that hand their shards on, disturbed', () => {
  it('leaves the same behind as undisturbed ticks, wherever the tick or a consumer dies or fails', async () => {
    const expected = (await alone()).cluster.replicas();
    for (const role of ['tick', 'consumer'] as const) {
      const calls = await callsOf(role);
      for (let call = 1; call <= calls; call++)
        for (const isDone of [false, true])
          for (const kind of ['dies', 'throws'] as const) {
            const world = makeFanOutWorld(CORES);
            const fault: Fault = { call, isDone, kind };
            const at = (of: typeof role) => world.process(String(NOW), undefined, of === role ? fault : undefined);
            await at('tick')
              .tick(NOW)
              .catch(() => 'failed');
            await at('consumer')
              .consume(world.takeAll())
              .catch(() => 'failed');
            await world.clean(NOW + MINUTE);
            await world.clean(NOW + 2 * MINUTE);
            const what = `${role} ${kind} at call ${call}, done: ${isDone}`;
            expect(world.cluster.replicas(), what).toEqual(expected);
            expectSound(world, what);
          }
    }
  });

  it('applies nothing twice and loses nothing: any order, deliveries repeated, lost, late or at once, any death', async () => {
    const expected = (await alone()).cluster.replicas();
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), stories, async (scheduler, story) => {
        const world = makeFanOutWorld(CORES);
        await play(
          world,
          (what) => scheduler.schedule(Promise.resolve(), what),
          story,
          () => scheduler.waitIdle(),
        );
        await world.clean(NOW + 10 * MINUTE);
        await world.clean(NOW + 12 * MINUTE);
        expectSound(world);
        expect(world.cluster.replicas()).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('never exceeds the blast radius of a tick, however its shards meet', async () => {
    const blast = { sharePercent: 1, freeReplicas: 7, workloads: 4 };
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), stories, async (scheduler, story) => {
        const world = makeFanOutWorld(CORES, { blast, hold: { fallPercent: 20, calmTicks: 10 } });
        await play(
          world,
          (what) => scheduler.schedule(Promise.resolve(), what),
          story,
          () => scheduler.waitIdle(),
        );
        const ticks = Map.groupBy(world.cluster.writes, ({ by }) => by);
        for (const writes of ticks.values()) {
          expect(writes.length).toBeLessThanOrEqual(blast.workloads);
          expect(writes.reduce((sum, { from, to }) => sum + Math.abs(to - from), 0)).toBeLessThanOrEqual(7);
        }
        expectSoundLater(world);
      }),
      { numRuns: 60 },
    );
  });

  it('never promises more of a quota than there is in a tick, however its shards meet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), stories, async (scheduler, story) => {
        const world = makeFanOutWorld(CORES);
        world.podsLeft = 5;
        await play(
          world,
          (what) => scheduler.schedule(Promise.resolve(), what),
          story,
          () => scheduler.waitIdle(),
        );
        for (const writes of Map.groupBy(world.cluster.writes, ({ by }) => by).values())
          expect(writes.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0)).toBeLessThanOrEqual(5);
        expectSoundLater(world);
      }),
      { numRuns: 60 },
    );
  });

  it('uses all of a quota that its shards share, and no more, each evaluated by itself', async () => {
    const world = makeFanOutWorld(CORES);
    world.podsLeft = 5;
    const process = world.process(String(NOW));
    await process.tick(NOW);
    for (const message of world.takeAll()) await process.consume([message]);
    expect(world.cluster.writes.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0)).toBe(5);
  });

  it('goes on until everybody has what he needs, where the blast radius is small', async () => {
    const blast = { sharePercent: 1, freeReplicas: 7, workloads: 4 };
    const world = makeFanOutWorld(CORES, { blast, hold: { fallPercent: 20, calmTicks: 10 } });
    for (let minute = 0; minute < 14; minute++) await world.clean(NOW + minute * MINUTE);
    const free = makeFanOutWorld(CORES);
    for (let minute = 0; minute < 14; minute++) await free.clean(NOW + minute * MINUTE);
    expect(world.cluster.replicas()).toEqual(free.cluster.replicas());
    expectSound(world);
  });
});

/** A process that died in the middle is not in the history yet; twice in one tick would be seen at once. */
function expectSoundLater(world: FanOutWorld): void {
  const keys = world.cluster.writes.map(({ name, by }) => `${name} of tick ${by}`);
  expect(new Set(keys).size).toBe(keys.length);
}

async function callsOf(role: 'tick' | 'consumer'): Promise<number> {
  const world = makeFanOutWorld(CORES);
  const tick = world.process(String(NOW));
  await tick.tick(NOW);
  if (role === 'tick') return tick.calls();
  const consumer = world.process(String(NOW));
  await consumer.consume(world.takeAll());
  return consumer.calls();
}

interface Story {
  readonly fault: Fault | undefined;
  readonly deliveries: readonly {
    /** Which of the tick's messages are in it. */
    readonly picks: readonly boolean[];
    readonly lateSeconds: number;
    readonly receives: number;
    readonly fault: Fault | undefined;
  }[];
}

/** One tick a minute, each with deliveries of its own; all of them get their turns as the scheduler likes. */
async function play(world: FanOutWorld, turn: Turn, story: readonly Story[], idle: () => Promise<void>) {
  const runs = story.map(async ({ fault, deliveries }, minute) => {
    const at = NOW + minute * MINUTE;
    await turn(`tick ${minute}`);
    world.moveTo(at);
    await world
      .process(String(at), turn, fault)
      .tick(at)
      .catch(() => 'failed');
    const mine = world.queue.filter(({ body }) => isOf(body, at));
    world.queue = world.queue.filter((message) => !mine.includes(message));
    await Promise.all(
      deliveries.map(async ({ picks, lateSeconds, receives, fault: its }, i) => {
        await turn(`delivery ${i} of ${minute}`);
        world.moveTo(at + lateSeconds * 1000);
        const batch = mine.flatMap((message, j) => (picks[j] ? [{ ...message, receives }] : []));
        await world
          .process(String(at), turn, its)
          .consume(batch)
          .catch(() => 'failed');
      }),
    );
  });
  await idle();
  await Promise.all(runs);
}

function isOf(body: string, at: number): boolean {
  const opened = openShard(body);
  return opened.kind === 'task' && opened.task.header.scheduledAt === at;
}

const fault = fc.option(
  fc.record({
    call: fc.integer({ min: 1, max: 30 }),
    isDone: fc.boolean(),
    kind: fc.constantFrom('dies' as const, 'throws' as const),
  }),
  { nil: undefined, freq: 3 },
);
const delivery = fc.record({
  picks: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  lateSeconds: fc.integer({ min: 0, max: 110 }),
  receives: fc.integer({ min: 1, max: 3 }),
  fault,
});
const stories = fc.array(fc.record({ fault, deliveries: fc.array(delivery, { minLength: 1, maxLength: 4 }) }), {
  minLength: 1,
  maxLength: 3,
});
