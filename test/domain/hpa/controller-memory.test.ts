// What an HPA remembers from sync to sync, and the edges of what it counts: as its controller does.
import { describe, expect, it } from 'vitest';
import { type HpaBehaviour, type HpaEvents, noted, upLimit } from '../../../lib/domain/hpa/behaviour.ts';
import {
  HPA_START,
  type HpaInput,
  type HpaMemory,
  type HpaPods,
  hpaStep,
  hpaUtilisation,
} from '../../../lib/domain/hpa/controller.ts';
import type { HpaPace, HpaRules } from '../../../lib/domain/workload/hpa-status.ts';

const NOW = 10_000;
const METRIC = { resource: 'cpu', targetPercent: 50, request: 1 } as const;
const pods = (count: number, cpu: number | null, change: Partial<HpaPods> = {}): HpaPods => ({
  count,
  pending: false,
  ready: true,
  startedAt: -1e6,
  readyChangedAt: -1e6,
  usage: cpu === null ? null : { cpu },
  ...change,
});
const input = (of: readonly HpaPods[], change: Partial<HpaInput> = {}): HpaInput => ({
  now: NOW,
  replicas: of.reduce((sum, { count }) => sum + count, 0),
  min: 1,
  max: 100,
  metrics: [METRIC],
  pods: of,
  measuredAt: NOW,
  windowSeconds: 0,
  ...change,
});
const step = (of: readonly HpaPods[], change: Partial<HpaInput> = {}, memory: HpaMemory = HPA_START) => {
  const { desired, reason } = hpaStep(input(of, change), memory);
  return [desired, reason];
};

describe('at its bounds', () => {
  it('a count beyond them is set back, and one at them is left', () => {
    expect(step([pods(10, 0.5)], { max: 8 })).toEqual([8, 'above_max']);
    expect(step([pods(10, 0.5)], { max: 10 })).toEqual([10, 'within_range']);
    expect(step([pods(2, 0.5)], { min: 3 })).toEqual([3, 'below_min']);
    expect(step([pods(3, 0.5)], { min: 3 })).toEqual([3, 'within_range']);
  });

  it('none switches it off, but where it may go to none', () => {
    expect(step([], { replicas: 0 })).toEqual([0, 'switched_off']);
    expect(step([pods(1, 1)], { replicas: 0, min: 0 })[1]).not.toBe('switched_off');
  });

  it('what stops it first is named: its maximum where that is no more than its pace', () => {
    expect(step([pods(4, 2)], { max: 8 })).toEqual([8, 'at_max']);
    expect(step([pods(4, 2)], { max: 9 })).toEqual([8, 'up_limited']);
    const calm = { downStabilisationSeconds: 0 };
    expect(step([pods(8, 0.01)], { min: 3, ...calm }, hadLong(8))).toEqual([3, 'at_min']);
    const down = { paces: [{ kind: 'pods', value: 5, periodSeconds: 60 }], windowSeconds: 0 } as const;
    expect([
      step([pods(8, 0.01)], { min: 3, down }, hadLong(8)),
      step([pods(8, 0.01)], { min: 2, down }, hadLong(8)),
    ]).toEqual([
      [3, 'at_min'],
      [3, 'down_limited'],
    ]);
  });
});

/** It has long wanted what it has. */
function hadLong(replicas: number): HpaMemory {
  return { recommendations: [{ at: NOW - 15, replicas }], scaleUps: [] };
}

describe('the stabilisation window', () => {
  const past = (secondsAgo: number, replicas: number): HpaMemory => ({
    recommendations: [{ at: NOW - secondsAgo, replicas }],
    scaleUps: [],
  });
  const idle = [pods(10, 0.2)];

  it('keeps the highest of five minutes, one exactly as old included', () => {
    expect([step(idle, {}, past(300, 7)), step(idle, {}, past(301, 7))]).toEqual([
      [7, 'stabilised'],
      [4, 'scale_down'],
    ]);
  });

  it('is told from a step down that nothing held', () => {
    expect(step(idle, { downStabilisationSeconds: 0 }, past(15, 4))).toEqual([4, 'scale_down']);
    expect(step(idle, {}, past(15, 10))).toEqual([10, 'stabilised']);
  });

  it('upwards keeps the lowest of its own', () => {
    const up: HpaRules = { windowSeconds: 60 };
    const busy = [pods(4, 1)];
    const low = (secondsAgo: number): HpaMemory => ({
      recommendations: [],
      lows: [{ at: NOW - secondsAgo, replicas: 5 }],
      scaleUps: [],
    });
    expect([step(busy, { up }, low(60)), step(busy, { up }, low(61))]).toEqual([
      [5, 'stabilised'],
      [8, 'scale_up'],
    ]);
  });

  it('keeps in mind only what may still be the highest, the newest last', () => {
    const memory: HpaMemory = {
      recommendations: [400, 200, 100].map((ago, i) => ({ at: NOW - ago, replicas: 9 - i })),
      scaleUps: [],
    };
    const { recommendations } = hpaStep(input([pods(10, 0.4)]), memory).memory;
    // 8 percent over target makes 8: what was 8 or less before can never be the highest again.
    expect(recommendations).toEqual([{ at: NOW, replicas: 8 }]);
    const lower = hpaStep(input([pods(10, 0.2)]), memory).memory.recommendations;
    expect(lower.map(({ replicas }) => replicas)).toEqual([8, 7, 4]);
  });
});

describe('pods that cannot be counted', () => {
  it('pending ones are not ready: on the way up they count as using nothing', () => {
    // 4 of 5 at 100 % of a target of 50 %: 8 wanted of those, and of five with one using nothing as well.
    expect(step([pods(4, 1), pods(1, null, { pending: true })])).toEqual([8, 'scale_up']);
    expect(step([pods(4, 0.6), pods(1, null, { pending: true })])).toEqual([5, 'within_range']);
    expect(step([pods(4, 0.25), pods(1, null, { pending: true })], {}, hadLong(2))).toEqual([2, 'scale_down']);
  });

  it('missing ones count against moving: as nothing on the way up, as a whole request on the way down', () => {
    expect(step([pods(4, 1), pods(4, null)])).toEqual([8, 'within_range']);
    expect(step([pods(2, 1), pods(1, null)])).toEqual([4, 'scale_up']);
    expect(step([pods(8, 0.1), pods(2, null)], {}, hadLong(6))).toEqual([6, 'scale_down']);
    expect(step([pods(8, 0.35), pods(2, null)], {}, hadLong(1))).toEqual([10, 'within_range']);
    // Of a target over the request, the target is what they count as.
    const metrics = [{ ...METRIC, targetPercent: 200 }];
    expect(step([pods(8, 1), pods(2, null)], { metrics }, hadLong(1))).toEqual([6, 'scale_down']);
  });

  it('a metric that fails keeps the others from scaling in, and not from scaling out', () => {
    const broken = { resource: 'memory', targetPercent: 50, request: null } as const;
    const metrics = [METRIC, broken];
    expect(step([pods(4, 0.1)], { metrics }, hadLong(1))).toEqual([4, 'metrics_failed']);
    expect(step([pods(4, 0.5)], { metrics })).toEqual([4, 'within_range']);
    expect(step([pods(4, 1)], { metrics })).toEqual([8, 'scale_up']);
    expect(step([pods(4, 1)], { metrics: [broken] })).toEqual([4, 'metrics_failed']);
    expect(step([pods(4, 1)], { measuredAt: null })).toEqual([4, 'metrics_failed']);
  });

  it('no pod at all has no utilisation, nor has a metric without a request', () => {
    expect(hpaUtilisation(METRIC, input([pods(2, 0.345)]))).toBe(34);
    expect(hpaUtilisation(METRIC, input([pods(2, null)]))).toBeNull();
    expect(hpaUtilisation({ ...METRIC, request: null }, input([pods(2, 1)]))).toBeNull();
  });

  it.each([
    {
      name: 'within five minutes of its start and not ready',
      startedAgo: 299,
      ready: false,
      changedAgo: 1,
      counts: false,
    },
    {
      name: 'within five minutes of its start, ready before it was measured',
      startedAgo: 299,
      ready: true,
      changedAgo: 30,
      counts: true,
    },
    {
      name: 'within five minutes of its start, ready within what was measured',
      startedAgo: 299,
      ready: true,
      changedAgo: 29,
      counts: false,
    },
    { name: 'five minutes old, ready or not long', startedAgo: 300, ready: true, changedAgo: 1, counts: true },
    {
      name: 'older and not ready since its first half minute',
      startedAgo: 400,
      ready: false,
      changedAgo: 371,
      counts: false,
    },
    { name: 'older and not ready any more', startedAgo: 400, ready: false, changedAgo: 370, counts: true },
  ])('CPU of a pod $name counts: $counts', ({ startedAgo, ready, changedAgo, counts }) => {
    const pod = pods(1, 0.5, { ready, startedAt: NOW - startedAgo, readyChangedAt: NOW - changedAgo });
    expect(hpaUtilisation(METRIC, input([pod], { windowSeconds: 30 }))).toBe(counts ? 50 : null);
  });
});

describe('the pace', () => {
  const pace = (kind: HpaPace['kind'], value: number, periodSeconds: number): HpaPace => ({
    kind,
    value,
    periodSeconds,
  });
  const none: HpaEvents = { scaleUps: [] };
  const slow: HpaBehaviour = { up: { paces: [pace('pods', 2, 60)] } };

  it('counts what was added within its period from the count at its beginning', () => {
    const added = (secondsAgo: number) => upLimit(10, NOW, slow, { scaleUps: [{ at: NOW - secondsAgo, added: 2 }] });
    expect([added(59), added(60), added(61)]).toEqual([10, 12, 12]);
    const removed = { scaleUps: [], scaleDowns: [{ at: NOW - 10, removed: 3 }] };
    expect(upLimit(10, NOW, slow, removed)).toBe(15);
  });

  it('remembers what was added as long as the longest of its periods, and what was removed where a pace asks', () => {
    const up = (events: HpaEvents, by: HpaBehaviour = slow) => noted(10, 12, NOW, by, events);
    const down = (by: HpaBehaviour, events = none) => noted(10, 7, NOW, by, events);
    expect(noted(10, 10, NOW, slow, none)).toBe(none);
    expect(up(none)).toEqual({ scaleUps: [{ at: NOW, added: 2 }] });
    const old = { scaleUps: [59, 60, 61].map((ago) => ({ at: NOW - ago, added: 1 })) };
    expect(up(old).scaleUps).toEqual([
      { at: NOW - 59, added: 1 },
      { at: NOW, added: 2 },
    ]);
    expect(up(old, { down: { paces: [pace('pods', 1, 61)] } }).scaleUps.map(({ at }) => NOW - at)).toEqual([59, 60, 0]);
    expect(down({})).toBe(none);
    expect(down(slow)).toEqual({ scaleUps: [], scaleDowns: [{ at: NOW, removed: 3 }] });
    const stepwise = { down: { paces: [pace('percent', 50, 60)] } };
    const before = {
      scaleUps: [],
      scaleDowns: [
        { at: NOW - 59, removed: 1 },
        { at: NOW - 60, removed: 1 },
      ],
    };
    expect(down(stepwise, before).scaleDowns).toEqual([
      { at: NOW - 59, removed: 1 },
      { at: NOW, removed: 3 },
    ]);
  });

  it('by default doubles, or adds four, every fifteen seconds', () => {
    let memory = HPA_START;
    const counts: number[] = [];
    let replicas = 2;
    for (let i = 0; i < 4; i++) {
      const result = hpaStep(input([pods(replicas, 50)], { now: NOW + 15 * i, replicas }), memory);
      ({ desired: replicas, memory } = result);
      counts.push(replicas);
    }
    expect(counts).toEqual([6, 12, 24, 48]);
  });

  it('without a spec.behavior goes up to four or double, and down at once', () => {
    expect(step([pods(1, 50)], { behavior: false })).toEqual([4, 'up_limited']);
    expect(step([pods(10, 50)], { behavior: false })).toEqual([20, 'up_limited']);
    expect(step([pods(10, 0.01)], { behavior: false, down: { select: 'disabled' } }, hadLong(1))).toEqual([
      1,
      'scale_down',
    ]);
  });
});
