// What a look at a score asks for: never less than what is evidence for more, and never more than demand and factor make.
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import { blind, DEFINITIONS, look, looks, type Minute, times } from '../../make/score-look.ts';
import { NOW, observation } from '../../make/workloads.ts';

describe('what a look asks for', () => {
  const waits = (waiting: number, more: Minute = {}) => ({ score: 60, waiting, ...more });

  it('no fewer while a queue grows, although its factor asks for fewer', () => {
    const { view } = looks([1, 2, 3, 4, 5].map((waiting) => waits(waiting, { replicas: 9, cpuPercent: 5 })));
    expect(view).toMatchObject({ least: 9, raised: { base: 1, isRaised: true } });
  });

  it('a queue that is a load is one as well, and counts in what demand needs', () => {
    const definitions = { ...DEFINITIONS, waiting: { kind: 'load', unit: 'requests' } } as const;
    const growing = (demand: number) => (seen: Observation) => {
      const waiting = { demand, at: seen.at - 1000, coverage: 1, atLimit: false };
      return { ...seen, signals: { ...seen.signals, waiting } };
    };
    const { view } = looks([1, 2, 3, 4].map((demand) => ({ score: 40, definitions, change: growing(demand) })));
    expect(view.raised).toMatchObject({ isRaised: true, triggers: ['queue'], base: 2 });
    const many = growing(4500);
    expect(look(0, { score: 40, definitions, change: many }).view.raised?.base).toBe(5);
  });

  it.each([
    ['queue', (seen: Observation) => ({ ...seen, levels: { waiting: { value: 9, at: seen.at - 3_600_000 } } })],
    ['score', (seen: Observation) => ({ ...seen, levels: { complexity: { value: 99, at: seen.at - 3_600_000 } } })],
  ])('nothing by a %s of an hour ago', (_, change) => {
    const { view, memories } = looks(times(5, { score: 40, waiting: 1, change }));
    expect(view.raised).toMatchObject({ isRaised: false, triggers: [] });
    expect(memories.complexity?.raisedBy?.queue).toEqual([]);
  });

  it('as many as run while a trigger has not stood for long, and while the score is missing', () => {
    expect(look(0, { score: 75, replicas: 9 }).view.least).toBe(9);
    expect(look(0, { replicas: 9 }).view.least).toBe(9);
    expect(look(0, { replicas: 9, signal: { missing: 'ignore' } }).view.least).toBe(1);
    const raised = { score: 75, replicas: 9, cpuPercent: 5 };
    const { view, memories } = looks(times(3, raised));
    expect(view.least).toBe(2);
    expect(look(3, { ...raised, score: null }, memories).view.least).toBe(9);
    expect(look(3, { ...raised, score: null, signal: { missing: 'ignore' } }, memories).view.least).toBe(2);
  });

  it.each([
    ['up', 0, 1],
    ['up', 3, 6],
    ['down', 0, 4],
    ['down', 3, 4],
    ['both', 0, 4],
  ] as const)('with direction %s, after %d more looks at a high score: %d', (direction, more, least) => {
    const { view } = looks(times(1 + more, { score: 95, cpuPercent: 52, signal: { direction } }));
    expect(view.least).toBe(least);
  });

  it('nothing away where no load tells what demand needs, and no factor while nothing is raised', () => {
    expect(look(0, { score: 10, change: blind, replicas: 7 }).view).toMatchObject({ least: 7, raised: { factor: 1 } });
    expect(look(0, { score: 90, replicas: 7 }).view.raised).toMatchObject({ factor: 1, level: 'high' });
  });

  it('by memory where it follows load, and not by what is held at rest', () => {
    const known = (baseBytes: number) => ({ baseBytes, at: NOW, since: 0, trial: null });
    const at = (baseBytes: number) =>
      look(0, { score: 40, memoryPercent: 90, policy: { memoryOff: false }, memory: known(baseBytes) }).view.raised;
    const perPod = observation({ memoryPercent: 90 }).signals.memory?.demand ?? 0;
    expect(at(perPod / 100)?.triggers).toEqual(['memory']);
    expect(at(perPod / 10)?.triggers).toEqual([]);
  });

  it('of CPU no more than pods that run full, as its direction has it, and none that is not heard', () => {
    const base = (percent: number, more: Minute = {}) =>
      look(0, { score: 40, cpuPercent: percent, ...more }).view.raised?.base;
    expect(base(90, { policy: { targetPercent: { cpu: 100, memory: 80 } } })).toBe(4);
    expect(base(95, { policy: { targetPercent: { cpu: 100, memory: 80 } } })).toBe(5);
    const down = { cpu: { direction: 'down', missing: 'hold' } } as const;
    expect(base(95, { policy: { resources: down } })).toBe(4);
    const stale = (seen: Observation): Observation => {
      const { cpu } = seen.signals;
      return { ...seen, signals: { ...(cpu && { cpu: { ...cpu, at: seen.at - 3_600_000 } }) } };
    };
    const ignored = { cpu: { direction: 'both', missing: 'ignore' } } as const;
    expect(base(95, { change: stale, policy: { resources: ignored } })).toBeNull();
    const tiny = (seen: Observation): Observation => ({ ...seen, capacity: { cpu: 1e-12 } });
    expect(base(95, { change: tiny })).toBe(10_000);
  });
});
