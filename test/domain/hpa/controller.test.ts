import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  HPA_START,
  type HpaInput,
  type HpaMemory,
  type HpaPods,
  hpaStep,
  hpaUtilisation,
} from '../../../lib/domain/hpa/controller.ts';

const DAY = 86_400;
const TARGET = 50;
const REQUEST = 100;

/** Pods that have long been ready, each using so many percent of its request. */
function ready(count: number, percent: number): HpaPods {
  return { count, pending: false, ready: true, startedAt: -DAY, readyChangedAt: -DAY, usage: { cpu: percent } };
}

const starting = (count: number): HpaPods => ({
  ...ready(count, 0),
  ready: false,
  startedAt: 990,
  readyChangedAt: 990,
});
const missing = (count: number): HpaPods => ({ ...ready(count, 0), usage: null });
const pending = (count: number): HpaPods => ({ ...missing(count), pending: true, ready: false });

function input(pods: readonly HpaPods[], more: Partial<HpaInput> = {}): HpaInput {
  const replicas = pods.reduce((sum, { count }) => sum + count, 0);
  const metrics = [{ resource: 'cpu', targetPercent: TARGET, request: REQUEST }] as const;
  return { now: 1000, replicas, min: 1, max: 100, metrics, pods, measuredAt: 985, windowSeconds: 15, ...more };
}

/** Nothing to hold a scale-down back. */
const CALM: HpaMemory = { recommendations: [{ at: 0, replicas: 1 }], scaleUps: [] };

describe('desired = ceil(current × value ÷ target)', () => {
  it.each([
    [10, 50, 10, 'within_range'],
    [10, 55, 10, 'within_range'],
    [10, 45, 10, 'within_range'],
    [10, 56, 12, 'scale_up'],
    [10, 44, 9, 'scale_down'],
    [10, 25, 5, 'scale_down'],
    [10, 100, 20, 'scale_up'],
    [3, 60, 4, 'scale_up'],
    [3, 40, 3, 'within_range'],
    [5, 0, 1, 'at_min'],
  ] as const)('%i pods at %i %% of 50 %% → %i (%s)', (count, percent, desired, reason) => {
    expect(hpaStep(input([ready(count, percent)]), CALM)).toMatchObject({ desired, reason });
  });

  const seventy = [{ resource: 'cpu', targetPercent: 70, request: REQUEST }] as const;

  it('takes whole percents, as the controller reports them: 77.9 % of 70 % is within tolerance, 78 % is not', () => {
    const desired = (percent: number) => hpaStep(input([ready(10, percent)], { metrics: seventy }), CALM).desired;
    expect([77, 77.9, 78].map(desired)).toEqual([10, 10, 12]);
    expect([63, 62.9].map(desired)).toEqual([10, 9]);
  });

  it('does not lose a percent to a rounding error: a share of 0.57 is 57 %', () => {
    // 57 % of 100 pods at a target of 50 %: 100 × 0.57 is 56.99999999999999.
    expect(hpaUtilisation({ resource: 'cpu', targetPercent: 50, request: 1 }, input([ready(1, 0.57)]))).toBe(57);
  });
});

describe('pods that are not ready or not measured', () => {
  it.each([
    ['not-ready pods count 0 on the way up', [ready(4, 100), starting(2)], 8],
    ['and stop a scale-up that they would make good', [ready(4, 70), starting(2)], 6],
    ['if that turns the direction, nothing changes', [ready(4, 60), starting(4)], 8],
    ['not-ready pods are left out on the way down', [ready(4, 20), starting(2)], 2],
    ['pending pods are as not ready', [ready(4, 100), pending(2)], 8],
    ['missing ones count 0 on the way up', [ready(4, 100), missing(2)], 8],
    ['and their whole request on the way down', [ready(4, 10), missing(1)], 3],
    ['which can turn the direction', [ready(4, 10), missing(4)], 8],
    ['a missing one can stop a scale-down', [ready(1, 44), missing(1)], 2],
    ['without any measured pod nothing changes', [missing(3), starting(2)], 5],
  ] as const)('%s', (_case, pods, desired) => {
    expect(hpaStep(input(pods), CALM).desired).toBe(desired);
  });

  it('a pod counts once a whole window was measured after it became ready', () => {
    const young = { ...ready(2, 100), startedAt: 900, readyChangedAt: 975 };
    expect(hpaUtilisation({ resource: 'cpu', targetPercent: 50, request: REQUEST }, input([young]))).toBeNull();
    expect(hpaStep(input([young]), CALM).reason).toBe('metrics_failed');
    expect(hpaStep(input([young], { measuredAt: 990 }), CALM).desired).toBe(4);
  });

  it('memory counts from the start: only CPU is disturbed by starting up', () => {
    const metrics = [{ resource: 'memory', targetPercent: TARGET, request: REQUEST }] as const;
    const pods = [{ ...starting(2), usage: { memory: 100 } }];
    expect(hpaStep(input(pods, { metrics }), CALM).desired).toBe(4);
  });
});

describe('several metrics', () => {
  const metrics = (cpu: number | null) =>
    [
      { resource: 'cpu', targetPercent: TARGET, request: cpu },
      { resource: 'memory', targetPercent: TARGET, request: REQUEST },
    ] as const;
  const pods = (memory: number): HpaPods[] => [{ ...ready(10, 50), usage: { cpu: 50, memory } }];

  it.each([
    ['the largest wins', REQUEST, 80, 16, 'scale_up'],
    ['even against a scale-down', REQUEST, 10, 10, 'within_range'],
    ['one that fails blocks a scale-down', null, 10, 10, 'metrics_failed'],
    ['but not a scale-up', null, 80, 16, 'scale_up'],
  ] as const)('%s', (_case, cpuRequest, memory, desired, reason) => {
    const result = hpaStep(input(pods(memory), { metrics: metrics(cpuRequest) }), CALM);
    expect(result).toMatchObject({ desired, reason });
  });
});

describe('limits', () => {
  it.each([
    ['above max: down to it at once', 12, 10, { max: 10 }, 10, 'above_max'],
    ['below min: up to it at once', 2, 50, { min: 4 }, 4, 'below_min'],
    ['not beyond max', 10, 100, { max: 15 }, 15, 'at_max'],
    ['not below min', 10, 10, { min: 4 }, 4, 'at_min'],
    ['at most double', 10, 200, {}, 20, 'up_limited'],
    ['or four more, where that is more', 1, 1000, {}, 5, 'up_limited'],
    ['a metrics API that does not answer changes nothing', 10, 200, { measuredAt: null }, 10, 'metrics_failed'],
  ] as const)('%s', (_case, count, percent, more, desired, reason) => {
    expect(hpaStep(input([ready(count, percent)], more), CALM)).toMatchObject({ desired, reason });
  });

  it('without spec.behavior: to 4 or double', () => {
    const desired = (count: number) => hpaStep(input([ready(count, 500)], { behavior: false }), CALM).desired;
    expect([1, 2, 3, 5].map(desired)).toEqual([4, 4, 6, 10]);
  });

  it('without spec.behavior an earlier rise that was cut short is followed up, with one it is not', () => {
    const memory = { ...CALM, recommendations: [{ at: 985, replicas: 40 }] };
    const desired = (behavior: boolean) => hpaStep(input([ready(20, 50)], { behavior }), memory).desired;
    expect([desired(false), desired(true)]).toEqual([40, 20]);
  });

  it('spec.replicas: 0 switches it off', () => {
    expect(hpaStep(input([], { replicas: 0 }), CALM)).toMatchObject({ desired: 0, reason: 'switched_off' });
  });

  it('what was added within 15 s counts towards the limit', () => {
    const memory = { ...CALM, scaleUps: [{ at: 990, added: 8 }] };
    expect(hpaStep(input([ready(16, 200)]), memory).desired).toBe(16);
    expect(hpaStep(input([ready(16, 200)], { now: 1005 }), memory).desired).toBe(32);
  });
});

describe('down-stabilisation', () => {
  it('takes the highest recommendation of 300 s: load falls at 0, replicas at 315', () => {
    const timeline: string[] = [];
    let memory = HPA_START;
    let replicas = 10;
    for (let now = 0; now <= 345; now += 15) {
      const pods = [ready(replicas, now === 0 ? 50 : 10)];
      const result = hpaStep(input(pods, { now, measuredAt: now - 15 }), memory);
      if (result.desired !== replicas) timeline.push(`${now}: ${replicas} → ${result.desired}`);
      ({ desired: replicas, memory } = result);
    }
    expect(timeline).toEqual(['315: 10 → 2']);
  });

  it('an HPA that has just begun does not scale down either', () => {
    expect(hpaStep(input([ready(10, 10)]), HPA_START)).toMatchObject({ desired: 10, reason: 'stabilised' });
  });

  it('its window can be set', () => {
    const first = hpaStep(input([ready(10, 10)], { downStabilisationSeconds: 30 }), HPA_START);
    const later = input([ready(10, 10)], { now: 1045, measuredAt: 1030, downStabilisationSeconds: 30 });
    expect(hpaStep(later, first.memory).desired).toBe(2);
  });
});

describe('laws', () => {
  it('stays within [min, max], and moves up by at most max(4, double) a sync', () => {
    fc.assert(
      fc.property(loads, (percents) => {
        let memory = HPA_START;
        let replicas = 5;
        percents.forEach((percent, i) => {
          const now = i * 15;
          const { desired, memory: next } = hpaStep(
            input([ready(replicas, percent)], { now, measuredAt: now - 15, min: 2, max: 40 }),
            memory,
          );
          expect(desired).toBeGreaterThanOrEqual(2);
          expect(desired).toBeLessThanOrEqual(Math.min(40, Math.max(replicas + 4, replicas * 2)));
          expect(next.recommendations.length).toBeLessThanOrEqual(22);
          [replicas, memory] = [desired, next];
        });
      }),
    );
  });

  it('more load never means fewer replicas', () => {
    fc.assert(
      fc.property(fc.nat({ max: 300 }), fc.nat({ max: 300 }), fc.integer({ min: 1, max: 50 }), (a, b, count) => {
        const desired = (percent: number): number => hpaStep(input([ready(count, percent)]), CALM).desired;
        expect(desired(Math.min(a, b))).toBeLessThanOrEqual(desired(Math.max(a, b)));
      }),
    );
  });
});

const loads = fc.array(fc.nat({ max: 300 }), { maxLength: 60 });
