// What `spec.behavior` makes an HPA do: tolerance, windows, paces and a direction that is switched off, as documented.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HPA_START, type HpaInput, type HpaMemory, hpaStep } from '../../../lib/domain/hpa/controller.ts';
import type { HpaRules } from '../../../lib/domain/workload/hpa-status.ts';

const LONG_AGO = -100_000;
const input = (count: number, percent: number, more: Partial<HpaInput> = {}): HpaInput => ({
  now: 1000,
  replicas: count,
  min: 1,
  max: 100,
  metrics: [{ resource: 'cpu', targetPercent: 50, request: 1 }],
  pods: [
    {
      count,
      pending: false,
      ready: true,
      startedAt: LONG_AGO,
      readyChangedAt: LONG_AGO + 60,
      usage: { cpu: percent / 100 },
    },
  ],
  measuredAt: 985,
  windowSeconds: 0,
  ...more,
});
/** Nothing stands against a rise or a fall. */
const CALM: HpaMemory = { recommendations: [{ at: 0, replicas: 0 }], scaleUps: [] };
const NOW: HpaRules = { windowSeconds: 0 };

describe('spec.behavior', () => {
  it.each([
    ['tolerance up leaves a ratio within it alone', 10, 59, { up: { tolerance: 0.2 } }, 10, 'within_range'],
    ['a small tolerance up acts on little', 10, 52, { up: { tolerance: 0.02 } }, 11, 'scale_up'],
    ['tolerance up says nothing of the way down', 10, 44, { up: { tolerance: 0.5 }, down: NOW }, 9, 'scale_down'],
    [
      'tolerance down leaves a ratio within it alone',
      10,
      30,
      { down: { tolerance: 0.5, windowSeconds: 0 } },
      10,
      'within_range',
    ],
    ['a small tolerance down acts on little', 20, 47, { down: { tolerance: 0, windowSeconds: 0 } }, 19, 'scale_down'],
    ['up switched off', 10, 200, { up: { select: 'disabled' } }, 10, 'up_limited'],
    ['down switched off', 10, 5, { down: { select: 'disabled', windowSeconds: 0 } }, 10, 'down_limited'],
    ['up switched off does not bar the way down', 10, 25, { up: { select: 'disabled' }, down: NOW }, 5, 'scale_down'],
    ['up switched off gives way to minReplicas', 2, 50, { min: 6, up: { select: 'disabled' } }, 6, 'below_min'],
    ['pods up', 10, 200, { up: { paces: [{ kind: 'pods', value: 2, periodSeconds: 60 }] } }, 12, 'up_limited'],
    [
      'percent up is rounded up',
      7,
      200,
      { up: { paces: [{ kind: 'percent', value: 10, periodSeconds: 60 }] } },
      8,
      'up_limited',
    ],
    ['the larger of two paces up', 10, 200, { up: { paces: twoPaces(3, 50) } }, 15, 'up_limited'],
    ['the smaller where it says Min', 10, 200, { up: { select: 'min', paces: twoPaces(3, 50) } }, 13, 'up_limited'],
    [
      'pods down',
      10,
      5,
      { down: { windowSeconds: 0, paces: [{ kind: 'pods', value: 3, periodSeconds: 60 }] } },
      7,
      'down_limited',
    ],
    [
      'percent down',
      11,
      5,
      { down: { windowSeconds: 0, paces: [{ kind: 'percent', value: 10, periodSeconds: 60 }] } },
      9,
      'down_limited',
    ],
    ['the larger step down of two', 20, 5, { down: { windowSeconds: 0, paces: twoPaces(3, 50) } }, 10, 'down_limited'],
    [
      'the smaller step down where it says Min',
      20,
      5,
      { down: { select: 'min', windowSeconds: 0, paces: twoPaces(3, 50) } },
      17,
      'down_limited',
    ],
  ] as const)('%s', (_what, count, percent, more, desired, reason) => {
    expect(hpaStep(input(count, percent, more), CALM)).toMatchObject({ desired, reason });
  });

  it('counts what was added and removed within the period of a pace', () => {
    const pace = { paces: [{ kind: 'pods', value: 4, periodSeconds: 120 }] } as const;
    const after = { ...CALM, scaleUps: [{ at: 950, added: 3 }] };
    expect(hpaStep(input(10, 200, { up: pace }), after).desired).toBe(11);
    expect(hpaStep(input(10, 200, { up: pace, now: 1071 }), after).desired).toBe(14);
    const removed = { ...CALM, scaleDowns: [{ at: 950, removed: 3 }] };
    expect(hpaStep(input(10, 5, { down: { ...NOW, ...pace } }), removed).desired).toBe(9);
  });

  it('goes up only to the lowest of the window for scaling up', () => {
    const up = { windowSeconds: 60 };
    let memory = HPA_START;
    const seen: number[] = [];
    for (const [i, percent] of [50, 200, 200, 90, 200, 200, 200, 200, 200].entries()) {
      const now = 1000 + 15 * i;
      const result = hpaStep(input(10, percent, { now, measuredAt: now - 5, up }), memory);
      memory = result.memory;
      seen.push(result.desired);
    }
    // The first five hold the sync at 50 %, the next three the one at 90 % (18 wanted); only then the rest counts.
    expect(seen.slice(0, 5)).toEqual([10, 10, 10, 10, 10]);
    expect(seen.slice(5, 8)).toEqual([18, 18, 18]);
    expect(seen[8]).toBeGreaterThan(18);
  });

  it('measures one container where the metric is of one', () => {
    const pods = input(4, 10).pods.map((pod) => ({ ...pod, containers: { app: { cpu: 0.4 } } }));
    const metrics = [{ resource: 'cpu', container: 'app', targetPercent: 50, request: 0.25 }] as const;
    expect(hpaStep(input(4, 10, { pods, metrics }), CALM).desired).toBe(8);
    const other = [{ ...metrics[0], container: 'proxy' }];
    expect(hpaStep(input(4, 10, { pods, metrics: other }), CALM).reason).toBe('metrics_failed');
  });

  it('never moves in a direction that is switched off, whatever is measured, while within the bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 400 }), (count, percent) => {
        const off = { select: 'disabled' } as const;
        expect(hpaStep(input(count, percent, { up: off }), CALM).desired).toBeLessThanOrEqual(count);
        expect(hpaStep(input(count, percent, { down: off }), CALM).desired).toBeGreaterThanOrEqual(count);
      }),
    );
  });

  it('written out as the documented defaults is the same as none written', () => {
    const up = {
      windowSeconds: 0,
      select: 'max',
      paces: [
        { kind: 'pods', value: 4, periodSeconds: 15 },
        { kind: 'percent', value: 100, periodSeconds: 15 },
      ],
      tolerance: 0.1,
    } as const;
    const down = {
      windowSeconds: 300,
      select: 'max',
      paces: [{ kind: 'percent', value: 100, periodSeconds: 15 }],
      tolerance: 0.1,
    } as const;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 40 }),
        (first, percents) => {
          const play = (of: Partial<HpaInput>) => {
            let [memory, replicas] = [HPA_START, first];
            return percents.map((percent, i) => {
              const now = 15 * i;
              const result = hpaStep(input(replicas, percent, { now, measuredAt: now - 5, ...of }), memory);
              ({ memory, desired: replicas } = result);
              return replicas;
            });
          };
          expect(play({ up, down: { ...down, paces: down.paces } })).toEqual(play({}));
        },
      ),
    );
  });
});

function twoPaces(pods: number, percent: number) {
  return [
    { kind: 'pods', value: pods, periodSeconds: 60 },
    { kind: 'percent', value: percent, periodSeconds: 60 },
  ] as const;
}
