// Ticks that hand their shards on, whatever the queue and its consumers do: nothing is applied twice, nothing is lost, no budget exceeded.
import { describe, expect, it } from 'vitest';
import { progressStoreContract } from '../../contracts/progress-store.ts';
import { type FanOutWorld, MINUTE, makeFanOutWorld } from '../../make/fan-out-world.ts';
import { NOW } from '../../make/workloads.ts';
import { makeMemoryProgressStore } from '../../stand-ins/memory-progress-store.ts';

const SHARED = makeMemoryProgressStore();
progressStoreContract('in memory, the stand-in of fan-out', () => SHARED);

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

describe('a tick that hands its shards on', () => {
  it('ends as one that evaluates them itself, and is closed by whoever does the last', async () => {
    const world = makeFanOutWorld(CORES);
    expect(await world.process(String(NOW)).tick(NOW)).toBe('handed_on');
    expect(world.writes()).toEqual([]);
    const messages = world.takeAll();
    expect(messages).toHaveLength(3);
    for (const message of messages) {
      expect(await world.ticks.last('c')).toBeNull();
      expect(await world.process(String(NOW)).consume([message])).toEqual([]);
    }
    const inPlace = makeFanOutWorld(CORES);
    Object.assign(inPlace.settings, { shardsInPlace: 3 });
    expect(await inPlace.process(String(NOW)).tick(NOW)).toBe('done');
    expect(world.cluster.replicas()).toEqual(inPlace.cluster.replicas());
    expect(world.history()).toEqual(inPlace.history());
    const finished = ({ events }: FanOutWorld) => events.filter(({ type }) => type === 'TickFinished');
    expect(finished(world)).toEqual(finished(inPlace));
    expect(await world.ticks.last('c')).toEqual(await inPlace.ticks.last('c'));
  });

  it('applies once what is delivered twice, at once or one after the other, and counts it once', async () => {
    const world = makeFanOutWorld(CORES);
    await world.process(String(NOW)).tick(NOW);
    const messages = world.takeAll();
    const consumers = [1, 2].map(() => world.process(String(NOW)).consume(messages));
    await Promise.all(consumers);
    expect(await world.process(String(NOW)).consume(messages)).toEqual([]);
    expectSound(world);
    expect((await world.ticks.last('c'))?.applied).toBe(world.cluster.writes.length);
    expect(world.events.filter(({ type }) => type === 'TickFinished')).toHaveLength(1);
  });

  it('drops what comes after its time, and leaves it to the next tick, which does it', async () => {
    const world = makeFanOutWorld(CORES);
    await world.process(String(NOW)).tick(NOW);
    const late = world.takeAll();
    world.moveTo(NOW + 50_000);
    expect(await world.process('late').consume(late)).toEqual([]);
    expect(world.writes()).toEqual([]);
    expect(world.lines).toContain('shards dropped');
    await world.clean(NOW + MINUTE);
    expect(world.cluster.writes.every(({ by }) => by === String(NOW + MINUTE))).toBe(true);
    await world.clean(NOW + 3 * MINUTE);
    expect(world.cluster.replicas()).toEqual((await alone()).cluster.replicas());
  });

  it('drops what is of an earlier tick by the progress alone, also for a consumer whose clock stands still', async () => {
    const world = makeFanOutWorld(CORES);
    await world.process(String(NOW)).tick(NOW);
    const late = world.takeAll();
    world.moveTo(NOW + MINUTE);
    await world.process(String(NOW + MINUTE)).tick(NOW + MINUTE);
    const frozen = world.process('frozen');
    const ports = { ...frozen.ports, wall: { now: () => NOW } };
    const { evaluateMessages } = await import('../../../lib/app/tick/evaluate-messages.ts');
    expect(await evaluateMessages(ports, world.settings, late)).toEqual([]);
    expect(world.writes()).toEqual([]);
  });

  it('names a message again that failed before and is stale by now, so that it is put aside and does not vanish', async () => {
    const world = makeFanOutWorld(CORES);
    await world.process(String(NOW)).tick(NOW);
    const [first, second] = world.takeAll();
    if (first === undefined || second === undefined) throw new Error('no messages');
    world.moveTo(NOW + 50_000);
    expect(await world.process('late').consume([{ ...first, receives: 2 }, second])).toEqual([first.id]);
  });

  it('closes what was not closed: as a tick where most was done, as a failure where not', async () => {
    const world = makeFanOutWorld(CORES);
    await world.process(String(NOW)).tick(NOW);
    const [, ...most] = world.takeAll();
    await world.process(String(NOW)).consume(most);
    expect(await world.ticks.last('c')).toBeNull();
    world.moveTo(NOW + MINUTE);
    await world.process(String(NOW + MINUTE)).tick(NOW + MINUTE);
    const last = await world.ticks.last('c');
    expect(last).toMatchObject({ scheduledAt: NOW, workloads: 6 });
    expect(last?.problems.join()).toMatch(/1 of 3 shards were not evaluated in this tick \(\d\): .* next tick/);
    const [one] = world.takeAll();
    await world.process(String(NOW + MINUTE)).consume(one === undefined ? [] : [one]);
    world.moveTo(NOW + 2 * MINUTE);
    await world.process(String(NOW + 2 * MINUTE)).tick(NOW + 2 * MINUTE);
    expect((await world.ticks.last('c'))?.scheduledAt).toBe(NOW);
    expect(await world.ticks.lastFailure('c')).toMatchObject({ scheduledAt: NOW + MINUTE });
    expect(world.events.at(-1)).toMatchObject({ type: 'TickFailed' });
  });

  it('evaluates in place what the queue does not take, as the same tick', async () => {
    const world = makeFanOutWorld(CORES);
    world.isQueueAway = true;
    expect(await world.process(String(NOW)).tick(NOW)).toBe('handed_on');
    expect(world.queue).toEqual([]);
    expect((await world.ticks.last('c'))?.scheduledAt).toBe(NOW);
    await world.clean(NOW + 2 * MINUTE);
    expect(world.cluster.replicas()).toEqual((await alone()).cluster.replicas());
    expectSound(world);
  });

  it('is harmed by no message that cannot be read: those are named, the others done', async () => {
    const world = makeFanOutWorld(CORES);
    await world.process(String(NOW)).tick(NOW);
    const sound = world.takeAll();
    const task = JSON.parse(sound[0]?.body ?? '{}').task;
    const bodies = {
      text: 'no JSON at all',
      nothing: '',
      shape: JSON.stringify({ v: 1, task: Buffer.from('{}').toString('base64') }),
      list: '[]',
      cut: JSON.stringify({ v: 1, task: task.slice(0, 40) }),
    };
    const bad = Object.entries(bodies).map(([id, body]) => ({ id, body, receives: 1 }));
    const other = { id: 'other', body: JSON.stringify({ v: 99, task }), receives: 1 };
    const again = await world
      .process(String(NOW))
      .consume([bad[0], other, ...sound, ...bad.slice(1)].flatMap((m) => m ?? []));
    expect(again).toEqual(Object.keys(bodies));
    expect((await world.ticks.last('c'))?.scheduledAt).toBe(NOW);
    expect(world.cluster.writes.length).toBeGreaterThan(0);
  });
});
