// The kill switch where shards go through a queue: turned on before a tick, and between a tick and its shards.
import { expect, it } from 'vitest';
import { stoppable } from '../../../lib/app/apply/kill-switch-guard.ts';
import { AdapterError } from '../../../lib/app/ports/world.ts';
import { evaluateMessages, type MessagePorts } from '../../../lib/app/tick/evaluate-messages.ts';
import { runTick } from '../../../lib/app/tick/tick.ts';
import { MINUTE, makeFanOutWorld } from '../../make/fan-out-world.ts';

const ON = { reason: 'INC-9', by: 'anna', at: 0 };
const outcomes = (world: ReturnType<typeof makeFanOutWorld>) =>
  new Set(world.decisions.all().map(({ outcome }) => `${outcome.kind} ${outcome.code}`));

it('a tick tells its shards that it is on: all are decided, and none is written', async () => {
  const world = makeFanOutWorld([5, 5, 5, 5]);
  world.killSwitch = ON;
  expect(await world.clean(world.now)).toBe('handed_on');
  expect(world.writes()).toEqual([]);
  expect(outcomes(world)).toEqual(new Set(['refused kill_switch']));
  expect(world.decisions.all()).toHaveLength(4);
  world.killSwitch = null;
  await world.clean(world.now + MINUTE);
  expect(world.writes()).toHaveLength(4);
});

it('shards that were handed on before it was on write nothing either', async () => {
  const world = makeFanOutWorld([5, 5, 5, 5]);
  const { ports, tick } = world.process('one');
  expect(await tick(world.now)).toBe('handed_on');
  world.killSwitch = ON;
  const whereOn = async () => world.killSwitch;
  const doors = {
    ...ports,
    resizer: { isServed: async () => false, resize: () => Promise.reject(new Error('resized')) },
  };
  const guarded = stoppable(doors, { whereOn } as never, () => world.now);
  await evaluateMessages(guarded, world.settings, world.takeAll());
  expect(world.writes()).toEqual([]);
  expect(outcomes(world)).toEqual(new Set(['refused kill_switch']));
});

it('is that of the tick also for an evaluator that is set otherwise: it tells the cluster nothing, and the bus why', async () => {
  const world = makeFanOutWorld([5, 5, 5, 5]);
  // Done and not said: the next tick has something to tell of it.
  const { ports } = world.process('dies');
  expect(await runTick(ports, world.settings, 'c', world.now)).toMatchObject({ kind: 'handed_on' });
  const lost = () => Promise.reject(new AdapterError('dynamodb', 'ECONNRESET', { retryable: true }));
  await evaluateMessages(
    { ...ports, series: { ...seriesOf(ports), writeLatest: lost } },
    world.settings,
    world.takeAll(),
  );
  expect(world.writes()).toHaveLength(4);
  world.moveTo(world.now + MINUTE);
  world.killSwitch = ON;
  await runTick(ports, world.settings, 'c', world.now);
  const posted: unknown[] = [];
  const noticeBoard = { post: async (notices: readonly unknown[]) => void posted.push(...notices) };
  await evaluateMessages({ ...ports, noticeBoard }, world.settings, world.takeAll());
  expect(posted).toEqual([]);
  const ends = world.events.filter(({ type }) => type === 'TickFinished');
  expect(ends.at(-1)?.detail.kill_switch).toContain('INC-9');
});

function seriesOf({ series }: MessagePorts): MessagePorts['series'] {
  const { assign, append, read, readFitted, writeFitted, readLatest, writeLatest, compact } = series;
  return { ...series, assign, append, read, readFitted, writeFitted, readLatest, writeLatest, compact };
}
