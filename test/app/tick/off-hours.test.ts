// Off by a person's window: whole ticks, with everything that may come between a 0 and what comes back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScheduleRecord } from '../../../lib/app/ports/schedule-store.ts';
import { NOW } from '../../make/workloads.ts';
import { makeProcess, makeWorld, NEVER, SETTINGS, type World } from '../../stand-ins/tick-world.ts';

const MINUTE = 60_000;
const FORMER = 10;

/** From the third minute on, for ten. */
function windowOf(from = 3, minutes = 10): ScheduleRecord {
  const start = new Date(NOW + from * MINUTE);
  const cron = `${start.getUTCMinutes()} ${start.getUTCHours()} * * *`;
  const times = { kind: 'cron', cron, durationMinutes: minutes } as const;
  const window = { timeZone: 'UTC', times, effect: 'size', replicas: 0, by: 'ada', from: null, until: null } as const;
  const workload = { cluster: 'c', namespace: 'shop', name: 'web' };
  return { workload, id: 'off', window, createdAt: NOW, createdBy: 'ada' };
}

function offWorld(...windows: readonly ScheduleRecord[]): World {
  const world = makeWorld();
  // What its ten replicas are sized for.
  world.load = 0.5;
  world.above = { installation: { 'allow-zero': 'shop' } };
  world.schedules = new Map([['shop/web', windows.length > 0 ? windows : [windowOf()]]]);
  return world;
}

async function tick(world: World, minute: number, diesAt = NEVER): Promise<void> {
  world.moveTo(NOW + minute * MINUTE);
  await makeProcess(world, () => Promise.resolve(), `tick ${minute}`, diesAt, SETTINGS).run(world.now);
}

const web = (world: World) => world.cluster.replicas().web;
const memory = (world: World) => world.series.latest().get('shop/web');
const outcome = (world: World) => memory(world)?.record.outcome;

async function ticks(world: World, from: number, to: number): Promise<void> {
  for (let minute = from; minute <= to; minute++) await tick(world, minute);
}

describe('a window of size 0', () => {
  it('switches off, says until when and by whom, and gives the former count back', async () => {
    const world = offWorld();
    await ticks(world, 0, 3);
    expect(web(world)).toBe(0);
    await tick(world, 4);
    expect(outcome(world)).toMatchObject({
      kind: 'unchanged',
      code: 'off_by_schedule',
      message: expect.stringMatching(
        /^off until \d{4}-\d\d-\d\d \d\d:\d\d UTC by schedule of ada; 10 replicas come back then$/,
      ),
    });
    await ticks(world, 5, 13);
    expect(web(world)).toBe(FORMER);
    expect(memory(world)?.off).toBeUndefined();
    expect(world.cluster.writes.filter(({ name }) => name === 'web').map(({ to }) => to)).toEqual([0, FORMER]);
  });

  it('has no effect where the namespace is not listed, and says so', async () => {
    const world = offWorld();
    world.above = {};
    await ticks(world, 0, 5);
    expect(web(world)).not.toBe(0);
    expect(memory(world)?.record.decision.reason).toContain('not listed for that (allow-zero)');
  });

  it('leaves a 0 of somebody else, within and after', async () => {
    const world = offWorld();
    await tick(world, 0);
    world.cluster.set('web', 0);
    await ticks(world, 1, 15);
    expect(world.cluster.writes.filter(({ name }) => name === 'web')).toEqual([]);
    expect(outcome(world)).toMatchObject({ code: 'workload_at_zero' });
  });

  it('gives in to a floor at the same time', async () => {
    const floor = windowOf(6, 3);
    const world = offWorld(windowOf(), {
      ...floor,
      id: 'floor',
      window: { ...floor.window, effect: 'floor', replicas: 4 },
    });
    await ticks(world, 0, 5);
    expect(web(world)).toBe(0);
    await tick(world, 6);
    expect(web(world)).toBe(FORMER);
  });

  it('leaves a count that somebody sets meanwhile, until its end and after', async () => {
    const world = offWorld();
    await ticks(world, 0, 4);
    world.cluster.set('web', 12);
    await ticks(world, 5, 14);
    expect(world.cluster.writes.filter(({ name, to }) => name === 'web' && to === 0)).toHaveLength(1);
    expect(web(world)).not.toBe(0);
  });

  it.each([
    ['its window is deleted', (world: World) => void world.schedules.clear()],
    ['its namespace is listed no more', (world: World) => Object.assign(world, { above: {} })],
    [
      'it is disabled',
      (world: World) => world.cluster.annotate({ 'ai4k8s.io/predictive-autoscaling-enabled': 'false' }),
    ],
    ['it is only recommended for', (world: World) => world.cluster.annotate({ 'ai4k8s.io/mode': 'recommend' })],
    ['its policy cannot be read', (world: World) => world.cluster.annotate({ 'ai4k8s.io/mode': 'x' })],
    ['each change takes an approval', (world: World) => world.cluster.annotate({ 'ai4k8s.io/mode': 'propose' })],
    ['ticks are lost', () => undefined],
  ])('gives back though %s', async (what, change) => {
    const world = offWorld();
    await ticks(world, 0, 4);
    change(world);
    if (what !== 'ticks are lost') await ticks(world, 5, 12);
    await tick(world, 14);
    expect(web(world)).toBe(FORMER);
  });

  it('says what keeps it from giving back, and does so after', async () => {
    const world = offWorld();
    await ticks(world, 0, 4);
    world.killSwitch = { on: true, reason: 'INC-42', by: null, at: null };
    await ticks(world, 12, 14);
    expect(web(world)).toBe(0);
    expect(outcome(world)?.message).toMatch(
      /^the window that had it off is over, and its 10 replicas do not come back: .*INC-42/,
    );
    world.killSwitch = null;
    world.cluster.annotate({ 'ai4k8s.io/paused': 'scale-out' });
    await tick(world, 15);
    expect(outcome(world)).toMatchObject({ kind: 'refused', code: 'paused_scale_out' });
    world.cluster.annotate({ 'ai4k8s.io/paused': 'false' });
    await tick(world, 16);
    expect(web(world)).toBe(FORMER);
  });

  it('knows the former count also after steps within the blast radius', async () => {
    const world = offWorld();
    const blast = { sharePercent: 20, freeReplicas: 4, workloads: 10 };
    const slow = { ...SETTINGS, safety: { ...SETTINGS.safety, blast } };
    const step = async (minute: number) => {
      world.moveTo(NOW + minute * MINUTE);
      await makeProcess(world, () => Promise.resolve(), `tick ${minute}`, NEVER, slow).run(world.now);
    };
    for (let minute = 0; minute <= 12; minute++) await step(minute);
    const before = world.cluster.writes.filter(({ name }) => name === 'web').map(({ to }) => to);
    expect(before.length).toBeGreaterThan(1);
    expect(before.at(-1)).toBe(0);
    for (let minute = 13; minute <= 22; minute++) await step(minute);
    expect(Math.max(...world.cluster.writes.filter(({ name }) => name === 'web').map(({ to }) => to))).toBe(FORMER);
  });

  it('survives a tick that dies at any call, while it switches off and while it gives back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(3, 13), fc.nat({ max: 45 }), fc.boolean(), async (minute, call, done) => {
        const world = offWorld();
        for (let now = 0; now <= 20; now++) await tick(world, now, now === minute ? { call, done } : NEVER);
        expect(web(world)).not.toBe(0);
        const zeros = world.cluster.writes.filter(({ name, to }) => name === 'web' && to === 0);
        expect(zeros).toHaveLength(1);
        const back = world.cluster.writes.filter(({ name, from }) => name === 'web' && from === 0);
        expect(back.map(({ to }) => to)).toEqual([FORMER]);
      }),
      { numRuns: 25 },
    );
  });
});
