// A shard that fails after its changes are in LATEST: they are told at once, since no later tick finds them untold.
import { expect, it } from 'vitest';
import { AdapterError } from '../../../lib/app/ports/world.ts';
import { evaluateMessages, type MessagePorts } from '../../../lib/app/tick/evaluate-messages.ts';
import { runTick } from '../../../lib/app/tick/tick.ts';
import type { TickPorts } from '../../../lib/app/tick/tick-ports.ts';
import { MINUTE, makeFanOutWorld } from '../../make/fan-out-world.ts';

const throttled = () => Promise.reject(new AdapterError('dynamodb', 'throttled', { retryable: true }));

/** The same port, of which one method fails. */
function without<T extends object>(port: T, method: keyof T): T {
  return new Proxy(port, {
    get: (target, property, receiver) => (property === method ? throttled : Reflect.get(target, property, receiver)),
  });
}

const failing: Record<string, (ports: TickPorts & MessagePorts) => Partial<TickPorts>> = {
  compacting: ({ series }) => ({ series: without(series, 'compact') }),
  leaving: ({ progress }) => ({ progress: without(progress, 'leave') }),
};

it.each(Object.keys(failing).flatMap((what) => [[what, 0] as const, [what, 8] as const]))(
  'where %s fails, with %i shards in place',
  async (what, shardsInPlace) => {
    const world = makeFanOutWorld([5, 5, 5, 5]);
    Object.assign(world.settings, { shardsInPlace });
    const { ports } = world.process('one');
    const troubled = { ...ports, ...failing[what]?.(ports) };
    await runTick(troubled, world.settings, 'c', world.now).catch(() => 'failed');
    await evaluateMessages(troubled, world.settings, world.takeAll());
    expect(world.writes()).toHaveLength(4);
    await world.clean(world.now + MINUTE);
    await world.clean(world.now + 2 * MINUTE);
    const told = world.events.flatMap(({ type, detail }) => (type === 'DecisionApplied' ? [detail.name] : []));
    expect(told.toSorted()).toEqual(['w0', 'w1', 'w2', 'w3']);
  },
);
