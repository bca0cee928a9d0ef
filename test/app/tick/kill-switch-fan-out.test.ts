// The kill switch where shards go through a queue: turned on before a tick, and between a tick and its shards.
import { expect, it } from 'vitest';
import { stoppable } from '../../../lib/app/apply/kill-switch-guard.ts';
import { evaluateMessages } from '../../../lib/app/tick/evaluate-messages.ts';
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
