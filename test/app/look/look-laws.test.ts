// Looks between ticks: what each may do, and what holds whatever the order, the delays, the repeats and the deaths.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LookTask } from '../../../lib/app/ports/look-task.ts';
import { PAST_KEPT } from '../../../lib/domain/decision/past-changes.ts';
import { NOW } from '../../make/workloads.ts';
import { makeProcess, makeWorld, NEVER, SETTINGS, type Turn, type World } from '../../stand-ins/tick-world.ts';

const MINUTE = 60_000;
const AT_ONCE: Turn = () => Promise.resolve();

async function tick(world: World, at: number, settings = SETTINGS): Promise<void> {
  world.moveTo(at);
  expect(await makeProcess(world, AT_ONCE, `tick ${at}`, NEVER, settings).run(at)).toBe('done');
}

/** A world that has ticked twice and stands still: nothing is left to change. */
async function settledWorld(settings = SETTINGS): Promise<World> {
  const world = makeWorld();
  for (const minute of [0, 1, 2, 3]) await tick(world, NOW + minute * MINUTE, settings);
  return world;
}

const LAST = NOW + 3 * MINUTE;

function lookAt(world: World, seconds: number): LookTask {
  const found = world.looks.find(({ at }) => at === LAST + 1000 * seconds);
  if (found === undefined) throw new Error(`no look at ${seconds} s`);
  return found;
}

async function look(world: World, seconds: number, settings = SETTINGS, delay = 0) {
  const task = lookAt(world, seconds);
  world.moveTo(task.due + delay);
  return makeProcess(world, AT_ONCE, `look ${seconds}`, NEVER, settings).look(task);
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

/** Nothing that we did is taken for somebody's, and what each workload knows of its past is what was done to it. */
function expectOwnPast(world: World): void {
  const codes = world.decisions.all().flatMap(({ decision }) => decision.verdicts.map(({ code }) => code));
  expect(codes).not.toContain('scaled_by_other');
  for (const [key, { past, record }] of world.series.latest()) {
    const done = world.cluster.writes.filter(({ name }) => `shop/${name}` === key).map(({ from, to }) => [from, to]);
    const known = past.map(({ from, to }) => [from, to]);
    expect(known.length, key).toBe(Math.min(PAST_KEPT, done.length));
    expect(known, key).toEqual(done.slice(-known.length));
    expect(record.decision.verdicts.map(({ code }) => code)).not.toContain('scaled_by_other');
  }
}

describe('a tick', () => {
  it('sends looks at 15, 30 and 45 s', async () => {
    const world = makeWorld();
    await tick(world, NOW);
    expect(world.looks.map(({ at, due }) => [at - NOW, due - NOW])).toEqual(
      [15, 30, 45].map((s) => [s * 1e3, s * 1e3]),
    );
    expect(world.looks[0]?.shards[0]?.pods.map(([key]) => key)).toEqual(['shop/web', 'shop/api']);
  });

  it.each([
    ['none where they are off', { ...SETTINGS, lookSeconds: 0 }, []],
    ['none where a tick comes as often', { ...SETTINGS, lookSeconds: 60 }, []],
    ['as many as fit', { ...SETTINGS, lookSeconds: 25 }, [25, 50]],
  ])('sends %s', async (_name, settings, seconds) => {
    const world = makeWorld();
    await tick(world, NOW, settings);
    expect(world.looks.map(({ at }) => (at - NOW) / 1000)).toEqual(seconds);
  });

  it('of five minutes sends nineteen, and of an hour no more', async () => {
    for (const tickSeconds of [300, 3600]) {
      const world = makeWorld();
      await tick(world, NOW, { ...SETTINGS, tickSeconds });
      expect(world.looks.length).toBe(19);
    }
  });

  it('sends none while the kill switch is on', async () => {
    const world = makeWorld();
    world.killSwitch = { on: true, reason: 'an incident', by: null, at: null };
    await tick(world, NOW);
    expect(world.looks).toEqual([]);
  });
});

describe('a look', () => {
  it('gives more where load has risen; the next tick tells it, and carries it on as its own', async () => {
    const world = await settledWorld();
    const before = world.cluster.replicas();
    world.load = 1.5;
    expect(await look(world, 15)).toEqual({ kind: 'looked', raised: 2 });
    const after = world.cluster.replicas();
    expect(after.web).toBeGreaterThan(before.web ?? 0);
    const told = world.decisions.all().filter(({ decision }) => decision.id.endsWith('-look'));
    expect(told.map(({ outcome }) => outcome.kind)).toEqual(['applied', 'applied']);
    expect(told[0]?.decision.reason).toMatch(/^look between two ticks: /);
    // The same readings again are no news, nor is what the first look did.
    expect(await look(world, 30)).toEqual({ kind: 'looked', raised: 0 });
    world.load = 1.8;
    expect(await look(world, 45)).toEqual({ kind: 'looked', raised: 2 });
    const risen = world.cluster.replicas();
    await tick(world, LAST + MINUTE);
    expect(world.cluster.replicas()).toEqual(risen);
    const web = world.series.latest().get('shop/web');
    expect(web?.past.slice(-2).map(({ from, to }) => [from, to])).toEqual([
      [before.web, after.web],
      [after.web, risen.web],
    ]);
    expect(web?.record.decision.verdicts.map(({ code }) => code)).not.toContain('scaled_by_other');
    expectHistory(world);
  });

  it('never gives fewer', async () => {
    const world = await settledWorld();
    const before = world.cluster.replicas();
    world.load = 0.1;
    for (const seconds of [15, 30, 45]) expect(await look(world, seconds)).toEqual({ kind: 'looked', raised: 0 });
    expect(world.cluster.replicas()).toEqual(before);
  });

  it('reads nothing of the table but the lease where CPU and memory are hardly higher', async () => {
    const world = await settledWorld();
    world.load = 1.1;
    const asked: string[] = [];
    const process = makeProcess(world, async (what) => asked.push(what), 'look', NEVER);
    for (const seconds of [15, 30, 45]) {
      const task = lookAt(world, seconds);
      world.moveTo(task.due);
      expect(await process.look(task)).toEqual({ kind: 'looked', raised: 0 });
    }
    expect(asked).toEqual(['look after', 'look after', 'look after']);
  });

  it('reads no journal but where it is about to do something after another look', async () => {
    const world = await settledWorld();
    const journals = async (seconds: number, load: number) => {
      world.load = load;
      const asked: string[] = [];
      const process = makeProcess(world, async (what) => asked.push(what), 'look', NEVER);
      const task = lookAt(world, seconds);
      world.moveTo(task.due);
      const report = await process.look(task);
      return { report, journals: asked.filter((what) => what.endsWith('readJournal')).length };
    };
    // One right before writing, so that what an earlier look did is kept.
    expect(await journals(15, 1.5)).toEqual({ report: { kind: 'looked', raised: 2 }, journals: 1 });
    expect(await journals(30, 1)).toEqual({ report: { kind: 'looked', raised: 0 }, journals: 0 });
    expect(await journals(45, 2)).toEqual({ report: { kind: 'looked', raised: 2 }, journals: 2 });
  });

  it('goes on where the tick wanted more than a step may reach, though load is as it was', async () => {
    const world = await settledWorld();
    world.load = 5;
    await tick(world, LAST + MINUTE);
    const after = world.cluster.replicas();
    const task = world.looks.find(({ scheduledAt }) => scheduledAt === LAST + MINUTE) as LookTask;
    world.moveTo(task.due);
    expect(await makeProcess(world, AT_ONCE, 'look').look(task)).toMatchObject({ kind: 'looked' });
    expect(world.cluster.replicas().web).toBeGreaterThan(after.web ?? 0);
  });

  it('is dropped where it is late, ahead of its time, overtaken or delivered twice', async () => {
    const world = await settledWorld();
    world.load = 1.5;
    expect(await look(world, 15, SETTINGS, 10_001)).toEqual({ kind: 'dropped', reason: 'late' });
    expect(await look(world, 45, SETTINGS, -6_000)).toEqual({ kind: 'dropped', reason: 'early' });
    expect(await look(world, 30, SETTINGS, 10_000)).toEqual({ kind: 'looked', raised: 2 });
    expect(await look(world, 30)).toEqual({ kind: 'dropped', reason: 'done' });
    world.moveTo(LAST + MINUTE);
    await world.ticks.acquire('c', LAST + MINUTE, LAST + MINUTE, 54_000);
    world.load = 2;
    expect(await look(world, 45)).toEqual({ kind: 'dropped', reason: 'overtaken' });
  });

  it('does not act before its tick has finished', async () => {
    const world = makeWorld();
    const stuck = makeProcess(world, AT_ONCE, 'tick', { call: 15, done: false });
    expect(await stuck.run(NOW)).toBe('died');
    const [task] = world.looks;
    if (task === undefined) throw new Error('none was sent');
    world.moveTo(task.due);
    expect(await makeProcess(world, AT_ONCE, 'look').look(task)).toEqual({ kind: 'dropped', reason: 'overtaken' });
    expect(world.cluster.writes.filter(({ by }) => by === 'look')).toEqual([]);
  });

  it('does nothing under a kill switch, of the installation or of the cluster', async () => {
    const world = await settledWorld();
    world.load = 1.5;
    const off = { ...SETTINGS, killSwitch: 'an incident' } as unknown as typeof SETTINGS;
    expect(await look(world, 15, off)).toEqual({ kind: 'dropped', reason: 'held' });
    world.killSwitch = { on: true, reason: 'an incident', by: null, at: null };
    expect(await look(world, 30)).toEqual({ kind: 'dropped', reason: 'held' });
  });

  it('does nothing under a circuit breaker', async () => {
    const world = await settledWorld();
    const summary = await world.ticks.last('c');
    if (summary === null) throw new Error('no tick');
    const hold = { since: LAST, reason: 'pods fell', fallen: [], calmTicks: 0 };
    await world.ticks.finish({ ...summary, readiness: { fallingTicks: 0, hold } });
    world.load = 1.5;
    expect(await look(world, 15)).toEqual({ kind: 'dropped', reason: 'held' });
  });

  it('leaves alone what somebody paused, gave an HPA or scaled since the tick', async () => {
    const changes: ((world: World) => void)[] = [
      (world) => world.cluster.annotate({ 'ai4k8s.io/paused': 'true' }),
      (world) => world.cluster.annotate({ 'ai4k8s.io/mode': 'recommend' }),
      (world) => world.cluster.annotate({ 'ai4k8s.io/predictive-autoscaling-enabled': 'false' }),
      (world) => world.cluster.own({ kind: 'hpa', name: 'web' }),
    ];
    for (const change of changes) {
      const world = await settledWorld();
      const before = world.cluster.writes.length;
      world.load = 1.5;
      change(world);
      expect(await look(world, 15)).toEqual({ kind: 'looked', raised: 0 });
      expect(world.cluster.writes.length).toBe(before);
    }
  });

  it('spends what the tick left of the blast radius, and the looks before it', async () => {
    const settings = {
      ...SETTINGS,
      safety: { ...SETTINGS.safety, blast: { sharePercent: 1, freeReplicas: 20, workloads: 1000 } },
    };
    const world = await settledWorld(settings);
    const before = world.cluster.replicas();
    const grown = () => {
      const now = world.cluster.replicas();
      return Object.entries(now).reduce((sum, [name, replicas]) => sum + replicas - (before[name] ?? 0), 0);
    };
    world.load = 1.6;
    await look(world, 15, settings);
    expect(grown()).toBeGreaterThan(0);
    world.load = 3;
    await look(world, 30, settings);
    expect(grown()).toBe(20);
    world.load = 4;
    expect(await look(world, 45, settings)).toEqual({ kind: 'dropped', reason: 'spent' });
    await tick(world, LAST + MINUTE, settings);
    expect(grown()).toBe(40);
  });
});

describe('whatever comes when', () => {
  it('wherever a look dies, the next tick finds what it did and goes on as if it had lived', async () => {
    const outcomes = async (call: number, done: boolean) => {
      const world = await settledWorld();
      world.load = 1.5;
      const task = lookAt(world, 15);
      world.moveTo(task.due);
      const process = makeProcess(world, AT_ONCE, 'look', { call, done });
      await process.look(task);
      await tick(world, LAST + MINUTE);
      await tick(world, LAST + 2 * MINUTE);
      expectHistory(world);
      return { calls: process.calls(), replicas: world.cluster.replicas(), writes: world.cluster.writes };
    };
    const whole = await outcomes(Number.POSITIVE_INFINITY, false);
    let byLook = 0;
    for (let call = 1; call <= whole.calls; call++)
      for (const done of [false, true]) {
        const { replicas, writes } = await outcomes(call, done);
        expect(replicas, `died at call ${call}, done: ${done}`).toEqual(whole.replicas);
        byLook += writes.filter(({ by }) => by === 'look').length;
      }
    expect(byLook).toBeGreaterThan(0);
  });

  it('nothing is lowered, done twice or lost, no tick is held, and no tick and its looks pass the blast radius', async () => {
    let [runs, runsWithRises] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        deliveries,
        fc.infiniteStream(loads),
        turnsBefore,
        async (scheduler, all, load, turns) => {
          const blast = { sharePercent: 1, freeReplicas: 12, workloads: 1000 };
          const settings = { ...SETTINGS, safety: { ...SETTINGS.safety, blast } };
          const world = await settledWorld(settings);
          const sent = world.looks.filter(({ scheduledAt }) => scheduledAt === LAST);
          let writing = 0;
          const turn: Turn = async (what) => {
            const isWrite = what.startsWith('look') && what.endsWith(' scale');
            if (isWrite) writing += 1;
            await scheduler.schedule(Promise.resolve(), what);
            if (isWrite) writing -= 1;
          };
          const before = world.cluster.writes.length;
          const byLooks = all.map(({ look: i, lateSeconds, call, done }, run) => {
            const task = sent[i] as LookTask;
            const process = makeProcess(world, turn, `look ${i} #${run}`, { call, done }, settings);
            return scheduler.schedule(Promise.resolve(), `look ${i}`).then(() => {
              world.moveTo(Math.max(world.clock.now(), task.due + lateSeconds * 1000));
              world.load = load.next().value ?? 1;
              return process.look(task).catch(() => 'failed');
            });
          });
          const next = makeProcess(world, turn, 'tick', NEVER, settings);
          const ticking = async () => {
            for (let i = 0; i < turns; i++) await scheduler.schedule(Promise.resolve(), 'not yet');
            // A look begins no write in the seconds before the next tick.
            while (writing > 0) await scheduler.schedule(Promise.resolve(), 'a write is on its way');
            world.moveTo(Math.max(world.clock.now(), LAST + MINUTE));
            return next.run(LAST + MINUTE);
          };
          const ticked = ticking();
          await scheduler.waitIdle();
          await Promise.all(byLooks);
          expect(await ticked).toBe('done');
          const looked = world.cluster.writes.slice(before).filter(({ by }) => by.startsWith('look'));
          for (const { from, to } of looked) expect(to).toBeGreaterThan(from);
          expect(looked.reduce((sum, { from, to }) => sum + to - from, 0)).toBeLessThanOrEqual(12);
          await tick(world, LAST + 3 * MINUTE, settings);
          await tick(world, LAST + 5 * MINUTE, settings);
          expectHistory(world);
          expectOwnPast(world);
          runs += 1;
          if (looked.length > 0) runsWithRises += 1;
        },
      ),
      { numRuns: 150 },
    );
    // In which no look acts says nothing of looks.
    expect(runsWithRises / runs).toBeGreaterThan(0.1);
  });
});

const loads = fc.constantFrom(0.5, 1, 1.2, 1.5, 2, 3);

/** How often somebody else has a turn before the next tick begins: it claims with its first. */
const turnsBefore = fc.integer({ min: 1, max: 80 });

/** Up to five deliveries of three looks; most live and come on time. */
const deliveries = fc.array(
  fc.record({
    look: fc.integer({ min: 0, max: 2 }),
    lateSeconds: fc.integer({ min: 0, max: 14 }),
    call: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 22 })),
    done: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);
