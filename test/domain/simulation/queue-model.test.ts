import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { passQueue, type QueueConfig, type QueueStretch } from '../../../lib/domain/simulation/queue-model.ts';
import {
  type SimulationConfig,
  setReplicas,
  startSimulation,
  step,
  visibleUsage,
} from '../../../lib/domain/simulation/workload-model.ts';

/** One request at a time and a tenth of a second each: ten requests a second fill a replica. */
const config: QueueConfig = { serviceSeconds: 0.1, slotsPerReplica: 1, maxWaitSeconds: 30 };
const stretch = { demand: 5, ready: 1, capacity: 10, seconds: 15 };

describe('a queue', () => {
  test.each([
    ['with nothing to do, a request takes its service time', 0, { ...stretch, demand: 0 }, 0.1, 0.1],
    ['half busy, one in twenty waits for 4.6 services and more', 0, stretch, 0.55, 0.57],
    ['near saturation, most wait long', 0, { ...stretch, demand: 9.5 }, 4, 7],
    ['above it, the backlog of a stretch is felt in the next', 150, { ...stretch, demand: 20 }, 29, 31],
  ])('%s', (_, backlog, given, low, high) => {
    const p95 = passQueue(backlog, given, config).window.latency?.p95;
    expect(p95).toBeGreaterThanOrEqual(low);
    expect(p95).toBeLessThanOrEqual(high);
  });

  it('grows by what is too much and drains after', () => {
    const grown = passQueue(0, { ...stretch, demand: 14 }, config);
    expect(grown).toMatchObject({ backlog: 60, served: 150, dropped: 0, window: { successPercent: 100 } });
    const draining = passQueue(grown.backlog, { ...stretch, demand: 4, ready: 2 }, config);
    expect(draining).toMatchObject({ backlog: 0, served: 120 });
    expect(draining.window.latency?.p95).toBeGreaterThan(1);
    expect(passQueue(0, { ...stretch, demand: 4, ready: 2 }, config).window.latency?.p95).toBeLessThan(0.3);
  });

  it('turns away who would wait too long: success falls below 100 %', () => {
    const { backlog, dropped, window } = passQueue(300, { ...stretch, demand: 40 }, config);
    expect(backlog).toBe(300);
    expect(dropped).toBe(450);
    expect(window).toMatchObject({ successPercent: 50, latency: { p95: 30.1 } });
  });

  it('answers nobody without replicas, and says so with no latency at all', () => {
    expect(passQueue(20, { ...stretch, ready: 0 }, config)).toMatchObject({
      backlog: 0,
      served: 0,
      dropped: 95,
      window: { latency: null, successPercent: 0 },
    });
  });

  it('counts requests by their service time and the slots', () => {
    const cores = { demand: 1.5, ready: 4, capacity: 0.5, seconds: 15 };
    const { window } = passQueue(0, cores, { serviceSeconds: 0.2, slotsPerReplica: 2, maxWaitSeconds: 30 });
    expect(window.requestsPerSecond).toBeCloseTo(30);
  });
});

const configs = fc.record({
  serviceSeconds: fc.double({ min: 0.001, max: 10, noNaN: true }),
  slotsPerReplica: fc.integer({ min: 1, max: 32 }),
  maxWaitSeconds: fc.double({ min: 0.1, max: 600, noNaN: true }),
});
const stretches = fc.record({
  demand: fc.double({ min: 0, max: 1e6, noNaN: true }),
  ready: fc.integer({ min: 0, max: 1000 }),
  capacity: fc.double({ min: 0.01, max: 1e4, noNaN: true }),
  seconds: fc.constantFrom(1, 15, 60),
});
const backlogs = fc.double({ min: 0, max: 1e6, noNaN: true });
const nearly = (value: number) => value * (1 + 1e-9) + 1e-9;

describe('laws of a queue', () => {
  it('work is conserved, and nothing is ever negative', () => {
    fc.assert(
      fc.property(backlogs, stretches, configs, (before, given, queue) => {
        const { backlog, served, dropped } = passQueue(before, given, queue);
        const there = before + given.demand * given.seconds;
        expect(Math.abs(backlog + served + dropped - there)).toBeLessThanOrEqual(1e-9 * Math.max(1, there));
        for (const part of [backlog, served, dropped]) expect(part).toBeGreaterThanOrEqual(0);
        expect(served).toBeLessThanOrEqual(nearly(given.ready * given.capacity * given.seconds));
      }),
    );
  });

  it('no latency is under the service time or over the longest wait, and quantiles are in order', () => {
    fc.assert(
      fc.property(backlogs, stretches, configs, (before, given, queue) => {
        const { latency, successPercent } = passQueue(before, given, queue).window;
        expect(successPercent).toBeGreaterThanOrEqual(0);
        expect(successPercent).toBeLessThanOrEqual(100);
        if (latency === null) {
          expect(given.ready).toBe(0);
          return;
        }
        const most = nearly(queue.serviceSeconds + queue.maxWaitSeconds);
        for (const value of Object.values(latency)) {
          expect(value).toBeGreaterThanOrEqual(queue.serviceSeconds);
          expect(value).toBeLessThanOrEqual(most);
        }
        expect(latency.p50).toBeLessThanOrEqual(latency.p95);
      }),
    );
  });

  it('more replicas are never worse, whatever came before', () => {
    const loads = fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        loads,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        configs,
        (demand, a, b, q) => {
          const few = windows(demand, a, q);
          const many = windows(demand, a + b, q);
          for (const [i, { latency, successPercent }] of many.entries()) {
            const worse = few[i];
            expect(successPercent).toBeGreaterThanOrEqual((worse?.successPercent ?? 0) - 1e-6);
            for (const which of ['p50', 'p95', 'average'] as const)
              expect(latency?.[which]).toBeLessThanOrEqual(nearly(worse?.latency?.[which] ?? 0));
          }
        },
      ),
    );
  });

  it('more demand is never better', () => {
    fc.assert(
      fc.property(
        backlogs,
        stretches,
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        configs,
        (before, given, more, q) => {
          const calm = passQueue(before, given, q).window;
          const busy = passQueue(before, { ...given, demand: given.demand + more }, q).window;
          expect(busy.latency?.p95 ?? 0).toBeGreaterThanOrEqual((calm.latency?.p95 ?? 0) / (1 + 1e-9));
        },
      ),
    );
  });
});

describe('a Deployment with a queue', () => {
  const simulation: SimulationConfig = { capacity: 10, startupSeconds: 30, queue: config };

  it('shows latency 15 s late, as it shows usage', () => {
    let state = startSimulation(1, 0, simulation);
    state = step(state, 5, 15, simulation);
    state = step(state, 25, 15, simulation);
    expect(visibleUsage(state)).toMatchObject({ at: 15, demand: 10, saturated: true });
    state = step(state, 5, 15, simulation);
    expect(visibleUsage(state)?.queue?.latency?.p95).toBeGreaterThan(10);
  });

  it('works off its backlog when replicas come: the latency falls only then', () => {
    let state = startSimulation(1, 0, simulation);
    for (let i = 0; i < 4; i++) state = step(state, 12, 15, simulation);
    const before = state.queue?.backlog ?? 0;
    state = setReplicas(state, 4);
    for (let i = 0; i < 2; i++) state = step(state, 12, 15, simulation);
    expect(state.queue?.backlog).toBeGreaterThan(before);
    for (let i = 0; i < 4; i++) state = step(state, 15, 15, simulation);
    expect(state.queue?.backlog).toBe(0);
  });

  it('is the same Deployment without one', () => {
    const { queue: _queue, ...plain } = simulation;
    let state = startSimulation(1, 0, plain);
    for (let i = 0; i < 4; i++) state = step(state, 15, 15, plain);
    expect(state).not.toHaveProperty('queue');
    expect(visibleUsage(state)).toStrictEqual({
      at: 45,
      demand: 15,
      saturated: false,
      ready: 1,
      replicas: 1,
      memoryBytes: 0,
    });
  });
});

function windows(demand: readonly number[], ready: number, queue: QueueConfig) {
  let backlog = 0;
  return demand.map((now) => {
    const given: QueueStretch = { demand: now, ready, capacity: 10, seconds: 15 };
    const after = passQueue(backlog, given, queue);
    backlog = after.backlog;
    return after.window;
  });
}
