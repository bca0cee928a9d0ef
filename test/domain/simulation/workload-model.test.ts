import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  podGroups,
  readyReplicas,
  type SimulationConfig,
  type SimulationState,
  setReplicas,
  startSimulation,
  step,
  visibleUsage,
} from '../../../lib/domain/simulation/workload-model.ts';

const CONFIG: SimulationConfig = { capacity: 10, startupSeconds: 90 };

function run(state: SimulationState, demands: readonly number[], config = CONFIG): SimulationState {
  return demands.reduce((now, demand) => step(now, demand, 15, config), state);
}

describe('pods', () => {
  it('a new pod serves after its start-up, not before', () => {
    let state = setReplicas(startSimulation(2, 0, CONFIG), 3);
    const ready: number[] = [];
    for (let i = 0; i < 7; i++) {
      ready.push(readyReplicas(state, CONFIG));
      state = step(state, 0, 15, CONFIG);
    }
    expect(ready).toEqual([2, 2, 2, 2, 2, 2, 3]);
  });

  it('removed pods leave at once, newest first', () => {
    const grown = setReplicas(run(setReplicas(startSimulation(2, 0, CONFIG), 4), [0, 0]), 7);
    const shrunk = setReplicas(grown, 3);
    expect(shrunk.replicas).toBe(3);
    expect(
      podGroups(shrunk, CONFIG).map(({ count, startedAt }) => [count, startedAt < 0 ? 'first' : startedAt]),
    ).toEqual([
      [2, 'first'],
      [1, 0],
    ]);
    expect(readyReplicas(shrunk, CONFIG)).toBe(2);
  });

  it('can go to zero and come back', () => {
    const state = setReplicas(setReplicas(startSimulation(3, 0, CONFIG), 0), 2);
    expect([state.replicas, readyReplicas(state, CONFIG)]).toEqual([2, 0]);
    expect(readyReplicas(run(state, [0, 0, 0, 0, 0, 0]), CONFIG)).toBe(2);
  });
});

describe('readings', () => {
  it('are 15 s late: a step shows what was used when it began', () => {
    const first = startSimulation(2, 0, CONFIG);
    expect(visibleUsage(first)).toBeNull();
    const second = step(first, 8, 15, CONFIG);
    expect(visibleUsage(second)).toMatchObject({ at: 0, demand: 8, saturated: false });
    expect(visibleUsage(step(second, 12, 15, CONFIG))).toMatchObject({ at: 15, demand: 12 });
  });

  it('are 15 s late in shorter and in longer steps too', () => {
    const short = [1, 2, 3, 4, 5].reduce((now, demand) => step(now, demand, 5, CONFIG), startSimulation(1, 0, CONFIG));
    expect(visibleUsage(short)).toMatchObject({ at: 10, demand: 3 });
    expect(visibleUsage(step(startSimulation(1, 0, CONFIG), 7, 60, CONFIG))).toMatchObject({ at: 45, demand: 7 });
  });

  it.each([
    ['below the cap', 2, 39, { demand: 39, saturated: false }],
    ['at 200 % of the requests', 2, 40, { demand: 40, saturated: true }],
    ['beyond it', 2, 500, { demand: 40, saturated: true }],
    ['with nobody to serve', 0, 5, { demand: 0, saturated: true }],
  ])('%s', (_case, replicas, demand, expected) => {
    expect(visibleUsage(step(startSimulation(replicas, 0, CONFIG), demand, 15, CONFIG))).toMatchObject(expected);
  });

  it('only ready pods serve; all pods hold their base of memory', () => {
    const config = { ...CONFIG, memoryBaseBytes: 100, memoryPerDemandBytes: 3 };
    const state = step(setReplicas(startSimulation(1, 0, config), 2), 30, 15, config);
    expect(visibleUsage(state)).toMatchObject({ demand: 20, ready: 1, replicas: 2, memoryBytes: 2 * 100 + 20 * 3 });
    expect(podGroups(state, config).map((group) => group.usage)).toEqual([
      { cpu: 20, memory: 160 },
      { cpu: 0, memory: 100 },
    ]);
  });

  it('a pod younger than the reading was not measured', () => {
    const state = setReplicas(step(startSimulation(1, 0, CONFIG), 5, 15, CONFIG), 2);
    expect(podGroups(state, CONFIG).map(({ usage, pending }) => [usage === null, pending])).toEqual([
      [false, false],
      [true, true],
    ]);
  });
});

describe('laws', () => {
  it('replicas are what was asked for, and never fewer than are ready', () => {
    fc.assert(
      fc.property(histories, (history) => {
        let state = startSimulation(3, 0, CONFIG);
        for (const { replicas, demand } of history) {
          state = step(setReplicas(state, replicas), demand, 15, CONFIG);
          expect(state.replicas).toBe(replicas);
          expect(podGroups(state, CONFIG).reduce((sum, group) => sum + group.count, 0)).toBe(replicas);
          expect(readyReplicas(state, CONFIG)).toBeLessThanOrEqual(replicas);
          expect(visibleUsage(state)?.demand).toBeLessThanOrEqual(demand);
        }
      }),
    );
  });

  it('whatever stands still for a start-up serves in full', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const state = history.reduce(
          (now, { replicas }) => run(setReplicas(now, replicas), [1]),
          startSimulation(1, 0, CONFIG),
        );
        expect(readyReplicas(run(state, [1, 1, 1, 1, 1, 1]), CONFIG)).toBe(state.replicas);
      }),
    );
  });

  it('what finds no room serves a wait for its node later, and all else as ever', () => {
    const nodes = { room: 5, waitSeconds: 120 };
    const config = { ...CONFIG, nodes };
    fc.assert(
      fc.property(histories, (history) => {
        let state = startSimulation(3, 0, config);
        let roomy = startSimulation(3, 0, CONFIG);
        for (const { replicas } of history) {
          state = run(setReplicas(state, replicas, config), [1]);
          roomy = run(setReplicas(roomy, replicas), [1]);
          const inRoom = readyReplicas(roomy, CONFIG);
          expect(readyReplicas(state, config)).toBeLessThanOrEqual(inRoom);
          expect(readyReplicas(state, config)).toBeGreaterThanOrEqual(Math.min(inRoom, nodes.room));
          const ready = podGroups(state, config).reduce((sum, group) => sum + (group.ready ? group.count : 0), 0);
          expect(readyReplicas(state, config)).toBe(ready);
        }
        const later = { ...state, seconds: state.seconds + CONFIG.startupSeconds + nodes.waitSeconds };
        expect(readyReplicas(later, config)).toBe(state.replicas);
      }),
    );
    const grown = setReplicas(startSimulation(3, 0, config), 8, config);
    const at = (seconds: number) => readyReplicas({ ...grown, seconds }, config);
    expect([0, 89, 90, 209, 210].map(at)).toEqual([3, 3, 5, 5, 8]);
  });

  it('a step leaves its input alone, and gives the same again', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const play = (): SimulationState =>
          history.reduce(
            (now, { replicas, demand }) => step(frozen(setReplicas(now, replicas)), demand, 15, CONFIG),
            frozen(startSimulation(2, 0, CONFIG)),
          );
        expect(play()).toEqual(play());
      }),
    );
  });
});

function frozen(state: SimulationState): SimulationState {
  Object.freeze(state.bornAt);
  Object.freeze(state.counts);
  return Object.freeze(state);
}

const histories = fc.array(
  fc.record({ replicas: fc.nat({ max: 20 }), demand: fc.double({ min: 0, max: 500, noNaN: true }) }),
  { maxLength: 30 },
);
