// Changes of our own are known as ours: a write whose answer was lost, a command beside ticks, one that fails or dies at any call.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fault, MINUTE, makeSharedWorld, type SharedWorld, type Turn } from '../../make/shared-world.ts';
import { NOW } from '../../make/workloads.ts';

/** Everything that was ever said of web, by ticks and commands. */
function said(world: SharedWorld): string {
  const all = [...world.decisions.all(), ...(world.latest() ? [world.latest()?.record] : [])];
  const messages = all.flatMap((one) => [
    `${one?.decision.id}: ${one?.outcome.message}`,
    ...(one?.decision.verdicts ?? []).filter(({ effect }) => effect !== 'passed').map(({ message }) => message),
  ]);
  return messages.join('\n');
}

function expectOurs(world: SharedWorld, what: string): void {
  expect(world.history().toSorted(), what).toEqual(world.writes().toSorted());
  const past = world.latest()?.past.map(({ from, to }) => `${from} → ${to}`) ?? [];
  expect(past, what).toEqual(world.cluster.writes.map(({ from, to }) => `${from} → ${to}`));
  expect(said(world), what).not.toContain('somebody');
}

describe('a scale of a tick whose answer was lost', () => {
  const lose = (isDone: boolean): Turn & { readonly fault: (call: number) => Fault } =>
    Object.assign(() => Promise.resolve(), { fault: (call: number): Fault => ({ call, isDone, kind: 'throws' }) });
  /** The number of the call in which a tick scales. */
  async function scalingCall(): Promise<number> {
    const world = makeSharedWorld();
    world.cores = 7;
    let [count, found] = [0, 0];
    await world
      .process('tick', async (what) => {
        count += 1;
        if (what.endsWith(' scale')) found = count;
      })
      .tick(NOW);
    return found;
  }

  it('is looked up and recorded as applied, told once, and known to the next ticks', async () => {
    const world = makeSharedWorld();
    world.cores = 7;
    await world.process('tick 0', undefined, lose(true).fault(await scalingCall())).tick(NOW);
    expect(world.latest()?.record.outcome).toMatchObject({ kind: 'applied' });
    expect(world.latest()?.record.outcome.message).toContain('its answer was lost');
    expectOurs(world, 'at once');
    await world.clean(NOW + MINUTE);
    expectOurs(world, 'a tick later');
    expect(world.told()).toBe(1);
  });

  it('is failed with what was found where it was not done, and tried again', async () => {
    const world = makeSharedWorld();
    world.cores = 7;
    await world.process('tick 0', undefined, lose(false).fault(await scalingCall())).tick(NOW);
    expect(world.latest()?.record.outcome).toMatchObject({ kind: 'failed' });
    expect(world.latest()?.record.outcome.message).toContain('10 replicas were found');
    expect(world.told()).toBe(0);
    await world.clean(NOW + MINUTE);
    expectOurs(world, 'tried again');
    expect(world.cluster.replicas()).toEqual({ web: 20 });
  });

  it.each([true, false])('and that cannot be looked up is found out by the next tick, done: %s', async (isDone) => {
    const world = makeSharedWorld();
    world.cores = 7;
    let isAway = false;
    const { ports } = world.process('tick 0');
    const writer = {
      ...ports.writer,
      scale: async (...given: Parameters<typeof ports.writer.scale>) => {
        if (isDone) await ports.writer.scale(...given);
        isAway = true;
        throw new Error('socket hang up');
      },
    };
    const reader = {
      ...ports.reader,
      snapshot: ports.reader.snapshot,
      workload: (ref: Parameters<typeof ports.reader.workload>[0]) =>
        isAway ? Promise.reject(new Error('still away')) : ports.reader.workload(ref),
    };
    const { runTick } = await import('../../../lib/app/tick/tick.ts');
    await runTick({ ...ports, writer, reader }, SETTINGS, 'c', NOW);
    const outcome = world.latest()?.record.outcome;
    expect(outcome).toMatchObject({ kind: 'failed', unsettled: true });
    expect(outcome?.message).toContain('not known');
    expect(world.told()).toBe(0);
    if (isDone) world.cores = 9.5;
    await world.clean(NOW + MINUTE);
    expectOurs(world, 'found out');
    await world.clean(NOW + 2 * MINUTE);
    expectOurs(world, 'a tick later');
    expect(world.told()).toBe(world.writes().length);
  });

  it('and that landed only after it was looked up is still ours', async () => {
    const world = makeSharedWorld();
    world.cores = 7;
    const call = await scalingCall();
    await world.process('tick 0', undefined, { call, isDone: false, kind: 'throws' }).tick(NOW);
    expect(world.latest()?.record.outcome).toMatchObject({ kind: 'failed', unsettled: true });
    const found = await world.cluster.reader.workload({ cluster: 'c', namespace: 'shop', name: 'web' });
    await world.cluster
      .writerOf('tick 0')
      .scale({ cluster: 'c', namespace: 'shop', name: 'web' }, 20, found?.resourceVersion ?? '');
    await world.clean(NOW + MINUTE);
    expectOurs(world, 'landed late');
    expect(world.told()).toBe(1);
  });
});

const SETTINGS = {
  tickSeconds: 60,
  killSwitch: null,
  annotate: false,
  shardsInPlace: 8,
  safety: {
    blast: { sharePercent: 100, freeReplicas: 1000, workloads: 1000 },
    hold: { fallPercent: 20, calmTicks: 10 },
  },
};

describe("a person's apply", () => {
  /** A calm tick, an apply half a minute later on a load that has risen, and three more ticks. */
  async function story(fault: Fault | undefined) {
    const world = makeSharedWorld();
    await world.clean(NOW);
    world.cores = 7;
    world.now = NOW + MINUTE / 2;
    const alice = world.process('alice', undefined, fault);
    await alice.apply().catch(() => undefined);
    for (const minute of [1, 2, 3]) {
      await world.clean(NOW + minute * MINUTE);
      expect(said(world), JSON.stringify(fault)).not.toContain('somebody');
    }
    return { world, calls: alice.calls() };
  }

  it('is known to the next tick, told once, and forgotten by the journal when LATEST has it', async () => {
    const { world } = await story(undefined);
    expect(world.history()).toEqual(['10 → 20 by alice']);
    expectOurs(world, 'undisturbed');
    expect(world.told()).toBe(1);
    expect(await world.ticks.asked('c')).toEqual([]);
  });

  it('loses nothing and nobody is blamed, whichever call of it fails or is its last', async () => {
    const { calls } = await story(undefined);
    expect(calls).toBeGreaterThan(8);
    for (let call = 1; call <= calls; call++)
      for (const isDone of [false, true])
        for (const kind of ['throws', 'dies'] as const) {
          const { world } = await story({ call, isDone, kind });
          const what = `${kind} at call ${call}, done: ${isDone}`;
          expectOurs(world, what);
          expect(world.cluster.replicas(), what).toEqual({ web: 20 });
          // Telling comes last: only who dies between claiming and telling tells nobody.
          const isTold = kind === 'throws' ? world.told() === 1 : world.told() <= 1;
          expect(isTold || call > calls - 2, `${what}: told ${world.told()} times`).toBe(true);
        }
  });
});

describe("a person's pause", () => {
  it('is in the history once with who asked where it took effect, whichever call of it fails or is its last', async () => {
    const story = async (fault: Fault | undefined) => {
      const world = makeSharedWorld();
      await world.clean(NOW);
      world.now = NOW + MINUTE / 2;
      const alice = world.process('alice', undefined, fault);
      await alice.pause().catch(() => undefined);
      for (const minute of [1, 2, 3, 4]) await world.clean(NOW + minute * MINUTE);
      const lines = world.decisions.all().filter(({ requestedBy }) => requestedBy === 'alice');
      return { world, calls: alice.calls(), said: lines.map(({ outcome }) => outcome.message) };
    };
    const { calls, said: undisturbed } = await story(undefined);
    expect(undisturbed).toEqual(['paused; its replicas stay as they are']);
    for (let call = 1; call <= calls; call++)
      for (const isDone of [false, true])
        for (const kind of ['throws', 'dies'] as const) {
          const { world, said: lines } = await story({ call, isDone, kind });
          const what = `${kind} at call ${call}, done: ${isDone}`;
          expect(await world.ticks.asked('c'), what).toEqual([]);
          const done = lines.filter((line) => line.startsWith('paused;'));
          expect(done.length, what).toBe(world.policy === null ? 0 : 1);
          expect(lines.length, what).toBeLessThanOrEqual(1);
        }
  });
});

describe('commands beside a tick and beside each other', () => {
  it('apply nothing twice, lose nobody who asked and blame nobody, in any order of their calls', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), asking, async (scheduler, { people, ticks }) => {
        const world = makeSharedWorld();
        await world.clean(NOW);
        world.cores = 7;
        const turn: Turn = (what) => scheduler.schedule(Promise.resolve(), what);
        const runs = [
          ...ticks.map((minute) => {
            const at = NOW + minute * MINUTE;
            return scheduler.schedule(Promise.resolve(), `tick ${minute}`).then(() => {
              world.now = Math.max(world.now, at);
              return world
                .process(`tick ${minute}`, turn)
                .tick(at)
                .catch(() => 'failed');
            });
          }),
          ...people.map(({ name, fault }) =>
            scheduler.schedule(Promise.resolve(), name).then(() =>
              world
                .process(name, turn, fault)
                .apply()
                .catch(() => 'failed'),
            ),
          ),
        ];
        await scheduler.waitIdle();
        await Promise.all(runs);
        for (const minute of [5, 6, 7]) await world.clean(NOW + minute * MINUTE);
        expectOurs(world, 'after all of them');
        expect(world.cluster.replicas()).toEqual({ web: 20 });
        expect(await world.ticks.asked('c')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

const faults = fc.option(
  fc.record({
    call: fc.integer({ min: 1, max: 16 }),
    isDone: fc.boolean(),
    kind: fc.constantFrom('throws' as const, 'dies' as const),
  }),
  { nil: undefined },
);
/** Where two die who meant the very same at the same instant, nobody can tell which of them did it: one of them at most. */
const asking = fc.record({
  people: fc
    .tuple(faults, fc.integer({ min: 0, max: 2 }))
    .map(([fault, healthy]) => [fault, ...Array.from({ length: healthy }, () => undefined)])
    .map((all) => all.map((fault, i) => ({ name: `person-${i}`, fault }))),
  ticks: fc.subarray([0.3, 0.9], { minLength: 0 }),
});
