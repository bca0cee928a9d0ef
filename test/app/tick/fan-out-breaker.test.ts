// The circuit breaker where shards are evaluated apart from each other: what each leaves, the next tick adds up.
import { describe, expect, it } from 'vitest';
import { evaluateMessages } from '../../../lib/app/tick/evaluate-messages.ts';
import { runTick } from '../../../lib/app/tick/tick.ts';
import { type FanOutWorld, MINUTE, makeFanOutWorld } from '../../make/fan-out-world.ts';
import { NOW } from '../../make/workloads.ts';

/** Four that grow at the first tick, two that stay. */
const CORES = [7, 7, 7, 7, 3.5, 3.5];

/** Of what was changed, only so many pods serve. */
function withFallen(world: FanOutWorld, at: number, ready: number | null) {
  const { ports } = world.process(String(at));
  const snapshot = async (cluster: string) => {
    const seen = await ports.reader.snapshot(cluster);
    const workloads = [...seen.workloads].map(([key, one]) => {
      const isFallen = ready !== null && one.replicas.spec > 10;
      return [key, isFallen ? { ...one, replicas: { ...one.replicas, ready } } : one] as const;
    });
    return { ...seen, workloads: new Map(workloads) };
  };
  return { ...ports, reader: { ...ports.reader, snapshot, workload: ports.reader.workload } };
}

/** @param deliver which of a tick's messages arrive */
async function tick(world: FanOutWorld, minute: number, ready: number | null, deliver = (_i: number) => true) {
  const at = NOW + minute * MINUTE;
  world.moveTo(at);
  const ports = withFallen(world, at, ready);
  await runTick(ports, world.settings, 'c', at);
  await evaluateMessages(
    ports,
    world.settings,
    world.takeAll().filter((_, i) => deliver(i)),
  );
}

const typesOf = ({ events }: FanOutWorld) => events.map(({ type }) => type).filter((type) => /Hold/.test(type));

describe('a cluster whose pods stop serving after changes in several shards', () => {
  it.each([0, 8])(
    'is on hold with the second tick that sees it, also with %i shards in place',
    async (shardsInPlace) => {
      const world = makeFanOutWorld(CORES);
      Object.assign(world.settings, { shardsInPlace });
      await tick(world, 0, null);
      expect(world.cluster.writes).toHaveLength(4);
      await tick(world, 1, 4);
      expect((await world.ticks.last('c'))?.readiness).toEqual({ fallingTicks: 1, hold: null });
      await tick(world, 2, 4);
      const hold = (await world.ticks.last('c'))?.readiness?.hold;
      expect(hold?.reason).toContain('24 pods stopped serving after changes made here');
      expect(hold?.fallen.map(({ key }) => key).toSorted()).toEqual(['shop/w0', 'shop/w1', 'shop/w2', 'shop/w3']);
      expect((await world.ticks.last('c'))?.problems.join()).toContain('on hold since');
      expect(typesOf(world)).toEqual(['ClusterOnHold']);
      for (let minute = 3; minute < 13; minute++) await tick(world, minute, null);
      expect(typesOf(world)).toEqual(['ClusterOnHold', 'HoldEnded']);
    },
  );

  it('is on hold as soon where the ticks that see it are not closed', async () => {
    const world = makeFanOutWorld(CORES);
    await tick(world, 0, null);
    await tick(world, 1, 4, (i) => i === 0);
    await tick(world, 2, 4, () => false);
    const opening = await world.progress.opening('c');
    expect(opening?.readiness.hold?.fallen).toHaveLength(4);
    await tick(world, 3, 4);
    expect(typesOf(world)).toEqual(['ClusterOnHold']);
    expect((await world.ticks.last('c'))?.readiness?.hold?.since).toBe(NOW + 2 * MINUTE);
  });

  it('is not held for changes of which nobody left a word before this release', async () => {
    const world = makeFanOutWorld(CORES);
    await tick(world, 0, null);
    for (const shard of [0, 1, 2])
      await world.progress.leave('c', shard, { changed: [], problems: [], dueSince: null });
    await tick(world, 1, 4);
    expect((await world.ticks.last('c'))?.readiness).toEqual({ fallingTicks: 0, hold: null });
    await tick(world, 2, 4);
    expect((await world.ticks.last('c'))?.readiness).toEqual({ fallingTicks: 1, hold: null });
  });

  it('costs a write of a shard where something is new to tell, and none where not', async () => {
    const world = makeFanOutWorld(CORES);
    Object.assign(world.settings, { shardsInPlace: 8 });
    let writes = 0;
    const { leave } = world.progress;
    world.progress.leave = (...given) => {
      writes += 1;
      return leave(...given);
    };
    await tick(world, 0, null);
    expect(writes).toBe(2);
    for (let minute = 1; minute < 15; minute++) await tick(world, minute, null);
    expect(writes).toBe(2);
  });
});
