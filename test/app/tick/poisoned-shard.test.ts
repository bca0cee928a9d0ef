// One shard of which nothing can be read, tick after tick: the others are scaled, watched and told of, in place and through the queue.
import { describe, expect, it } from 'vitest';
import { AdapterError } from '../../../lib/app/ports/world.ts';
import { evaluateMessages } from '../../../lib/app/tick/evaluate-messages.ts';
import { runTick } from '../../../lib/app/tick/tick.ts';
import { type FanOutWorld, MINUTE, makeFanOutWorld } from '../../make/fan-out-world.ts';
import { NOW } from '../../make/workloads.ts';

const POISONED = 1;

/** One tick of a world in which the item of a shard does not hold what it should. */
async function tick(world: FanOutWorld, minute: number) {
  const at = NOW + minute * MINUTE;
  world.moveTo(at);
  const { ports } = world.process(String(at));
  const series = {
    ...ports.series,
    assign: ports.series.assign,
    append: ports.series.append,
    read: ports.series.read,
    readFitted: ports.series.readFitted,
    writeFitted: ports.series.writeFitted,
    writeLatest: ports.series.writeLatest,
    compact: ports.series.compact,
    readLatest: (cluster: string, shard: Parameters<typeof ports.series.readLatest>[1]) =>
      shard.id === POISONED
        ? Promise.reject(new AdapterError('dynamodb', 'LATEST does not hold JSON', { retryable: false }))
        : ports.series.readLatest(cluster, shard),
  };
  const poisoned = { ...ports, series };
  await runTick(poisoned, world.settings, 'c', at).catch((error: Error) => error.message);
  return evaluateMessages(poisoned, world.settings, world.takeAll());
}

describe('a shard that can never be read', () => {
  it.each([0, 8])('harms no other, and status names it, with %i shards in place', async (shardsInPlace) => {
    const world = makeFanOutWorld([7, 7, 7, 7, 7, 7]);
    Object.assign(world.settings, { shardsInPlace });
    const again = await tick(world, 0);
    expect(again).toHaveLength(shardsInPlace === 0 ? 1 : 0);
    expect(world.cluster.replicas()).toEqual({ w0: 20, w1: 20, w2: 10, w3: 10, w4: 20, w5: 20 });
    await tick(world, 1);
    const last = await world.ticks.last('c');
    expect(last).toMatchObject({ scheduledAt: NOW, applied: 4 });
    expect(last?.problems.join()).toContain(`1 of 3 shards were not evaluated in this tick (${POISONED})`);
    expect(world.events.filter(({ type }) => type === 'DecisionApplied')).toHaveLength(4);
    for (let minute = 2; minute < 14; minute++) await tick(world, minute);
    // Whoever watches for silence hears that ticks go on.
    expect((await world.ticks.last('c'))?.scheduledAt).toBe(NOW + 12 * MINUTE);
    expect(world.cluster.writes).toHaveLength(4);
  });
});
