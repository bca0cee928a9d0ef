// Only a tick that finished counts: a skipped one, one that failed, and one that could not leave its summary do not.
import { afterEach, expect, it } from 'vitest';
import { makeHandler } from '../../../functions/tick.ts';
import type { Meter, TickMeasures } from '../../../lib/app/ports/meter.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

let system: Embedded;
afterEach(() => system.close());

async function metered(workloads = [simulated()]) {
  system = await startEmbedded(workloads);
  const counted: TickMeasures[] = [];
  const limited: string[] = [];
  const meter: Meter = {
    tickFinished: (measures) => void counted.push(measures),
    blastRadiusReached: (cluster) => void limited.push(cluster),
  };
  const handlerOf = (ticks = system.ports.ticks) =>
    makeHandler({ ports: { ...system.ports, ticks, meter }, settings: system.settings });
  const at = () => ({ cluster: 'demo', scheduled_at: new Date(system.now()).toISOString() });
  return { counted, limited, handlerOf, at };
}

it('counts a tick that finished, with the seconds since its time', async () => {
  const { counted, handlerOf, at } = await metered();
  const event = at();
  await handlerOf()(event);
  expect(counted).toEqual([{ cluster: 'demo', seconds: 0, problems: expect.any(Number), isOnHold: false }]);
});

it('counts neither a tick that came twice, nor one that is late, nor one that is dated ahead', async () => {
  const { counted, handlerOf, at } = await metered();
  const event = at();
  await handlerOf()(event);
  await handlerOf()(event);
  const hour = 3_600_000;
  for (const shift of [-hour, hour])
    await handlerOf()({ ...event, scheduled_at: new Date(system.now() + shift).toISOString() });
  expect(counted).toHaveLength(1);
});

it('does not count one that fails, nor one whose summary could not be stored', async () => {
  const { counted, handlerOf, at } = await metered();
  const away = () => Promise.reject(new Error('the table is away'));
  await expect(handlerOf({ ...system.ports.ticks, finish: away })(at())).rejects.toThrow('the table is away');
  await system.loseTable();
  system.advance(1);
  await expect(handlerOf()(at())).rejects.toThrow();
  expect(counted).toEqual([]);
});

it('tells of problems that stand, of a blast radius that is reached, and of a workload that cannot be read', async () => {
  const annotations = {
    'ai4k8s.io/predictive-autoscaling-enabled': 'true',
    'ai4k8s.io/mode': 'scale',
    'ai4k8s.io/max-replicas': '400',
  };
  const busy = (name: string) => simulated({ name, annotations, replicas: 20, load: () => 20 });
  const mistyped = simulated({ name: 'odd', annotations: { ...annotations, 'ai4k8s.io/min-replicas': 'abc' } });
  const { counted, limited, handlerOf, at } = await metered([
    ...Array.from({ length: 5 }, (_, i) => busy(`busy-${i}`)),
    mistyped,
  ]);
  await handlerOf()(at());
  expect(counted).toEqual([{ cluster: 'demo', seconds: 0, problems: expect.any(Number), isOnHold: false }]);
  expect(limited).toEqual(['demo']);
  expect(counted[0]?.problems).toBeGreaterThan(0);
});

it('tells of a cluster whose kill switch is on, in every tick, until it is off', async () => {
  const { counted, handlerOf, at } = await metered();
  for (const state of ['on', 'on', 'off']) {
    await system.post('/api/autoscaling/kill-switch/demo', { state, reason: 'INC-42' });
    await handlerOf()(at());
    system.advance(1);
  }
  expect(counted.map(({ isOnHold }) => isOnHold)).toEqual([true, true, false]);
});
