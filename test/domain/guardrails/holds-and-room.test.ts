// The edges of what keeps a workload, a cluster or a namespace from changing: holds by signals and pods, the stop, quotas.

import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../../lib/domain/assessment/assessment.ts';
import { holdsStanding, whyKept } from '../../../lib/domain/assessment/holds.ts';
import { notReady, rollout, signals } from '../../../lib/domain/guardrails/checks/holds.ts';
import { stabilisation } from '../../../lib/domain/guardrails/checks/stabilisation-window.ts';
import {
  type BreakerSettings,
  STEADY,
  type Watched,
  watchReadiness,
  whyBroken,
} from '../../../lib/domain/guardrails/cluster/circuit-breaker.ts';
import {
  type NamespaceLimits,
  type Quota,
  type ReplicaSize,
  roomFor,
  uncounted,
} from '../../../lib/domain/guardrails/cluster/quota.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import { STABILISATION_MS } from '../../../lib/domain/workload/pace.ts';
import { assessment, NO_HISTORY, NOW, observation, policy } from '../../make/workloads.ts';

const MINUTE = 60_000;
const HOLDS = [signals, rollout, notReady, stabilisation];
const pods = (spec: number, ready: number, running: number) => ({ spec, ready, running, total: spec });
const held = (of: Partial<Observation>, change: Partial<Assessment> = {}) => {
  const about = { ...assessment(observation(of)), ...change };
  return HOLDS.flatMap(({ check }) => check(about, NO_HISTORY)).map(({ code, low }) => [code, low]);
};

describe('pods that run and do not serve keep their number', () => {
  it.each([
    { name: 'all serve', replicas: pods(10, 10, 10), keeps: [] },
    { name: 'two run and do not serve', replicas: pods(10, 8, 10), keeps: [['pods_not_ready', 10]] },
    { name: 'two wait for a node, and carry nothing', replicas: pods(10, 8, 8), keeps: [] },
    { name: 'one of three runs and does not serve', replicas: pods(10, 7, 8), keeps: [['pods_not_ready', 8]] },
    { name: 'more run than are asked for', replicas: pods(10, 10, 12), keeps: [] },
    {
      name: 'more run than are asked for, and one of them does not serve',
      replicas: pods(10, 9, 12),
      keeps: [['pods_not_ready', 10]],
    },
  ])('$name', ({ replicas, keeps }) => {
    expect(held({ replicas })).toEqual(keeps);
    const standing = holdsStanding(observation({ replicas }), policy());
    expect(standing).toEqual(keeps.map(([code]) => code));
  });

  it.each([
    { rollout: 'in_progress', minutes: 59, code: ['rollout_in_progress'] },
    { rollout: 'in_progress', minutes: 60, code: [] },
    { rollout: 'paused', minutes: 6000, code: ['deployment_paused'] },
    { rollout: 'settled', minutes: 1, code: [] },
  ] as const)('a rollout that is $rollout for $minutes minutes', ({ rollout, minutes, code }) => {
    const since = NOW - minutes * MINUTE;
    const standing = { rollout_in_progress: since, deployment_paused: since };
    expect(held({ rollout }, { standing }).map(([one]) => one)).toEqual(code);
  });

  it('for a quarter of an hour', () => {
    const heldAfter = (minutes: number) =>
      held({ replicas: pods(10, 8, 10) }, { standing: { pods_not_ready: NOW - minutes * MINUTE } });
    expect([heldAfter(14.9).length, heldAfter(15).length]).toEqual([1, 0]);
  });
});

describe('a signal that cannot be seen keeps the present number', () => {
  it('under the code of what is wrong with it, and says when that ends', () => {
    const unusable = assessment(observation({ signals: {} }));
    const [cpu] = HOLDS.flatMap(({ check }) => check(unusable, NO_HISTORY));
    expect(cpu).toMatchObject({ code: 'signal_missing', low: 10, keeps: true });
    expect(cpu?.message(1)).toMatch(/ends when all of it is measured again\)$/);
    const unrequested = assessment(observation({ capacity: {} }));
    const [request] = HOLDS.flatMap(({ check }) => check(unrequested, NO_HISTORY));
    expect(request?.code).toBe('request_missing');
    expect(request?.message(1)).toMatch(/ends when a request is stated\)$/);
  });
});

describe('what was wanted in the last five minutes', () => {
  const keeps = (...wanted: readonly (readonly [secondsAgo: number, replicas: number])[]) => {
    const history = { ...NO_HISTORY, wanted: wanted.map(([ago, replicas]) => ({ at: NOW - ago * 1000, replicas })) };
    const [one] = HOLDS.find(({ name }) => name === 'stabilisation')?.check(assessment(), history) ?? [];
    return one;
  };

  it('keeps its highest, up to the present count', () => {
    expect([keeps([200, 9], [100, 7])?.low, keeps([200, 14])?.low, keeps([301, 9]), keeps()]).toEqual([
      9,
      10,
      undefined,
      undefined,
    ]);
  });

  it('ends five minutes after it was wanted last', () => {
    // In minutes, and none too early.
    const free = (secondsAgo: number) =>
      new Date(NOW - secondsAgo * 1000 + STABILISATION_MS + MINUTE - 1).toISOString().slice(11, 16);
    expect(keeps([200, 9], [150, 9], [100, 7])?.message(1)).toBe(`9 was wanted 3 min ago; free at ${free(150)} UTC`);
    expect(keeps([200, 9])?.message(1)).toBe(`9 was wanted 3 min ago; free at ${free(200)} UTC`);
    expect(keeps([20, 9])?.message(1)).toBe(`9 was wanted just now; free at ${free(20)} UTC`);
  });
});

it('of all that keeps a workload the highest counts, whichever comes first', () => {
  const about = assessment(observation({ rollout: 'in_progress', replicas: pods(10, 7, 8) }));
  expect(whyKept(about)).toMatchObject({ replicas: 10, code: 'rollout_in_progress' });
  expect(whyKept(assessment(observation({ replicas: pods(10, 7, 8) })))).toMatchObject({
    replicas: 8,
    code: 'pods_not_ready',
  });
  expect(whyKept(assessment())).toBeNull();
});

describe('the stop of a cluster', () => {
  const SETTINGS: BreakerSettings = { fallPercent: 20, calmTicks: 2 };
  const watched = (key: string, ready: number, change: Partial<Watched> = {}): Watched => ({
    key,
    changedAt: NOW - MINUTE,
    expected: 10,
    ready,
    ...change,
  });
  const stopAfter = (of: readonly Watched[], clearedAt = 0) =>
    watchReadiness({ fallingTicks: 1, hold: null }, of, () => 10, NOW, clearedAt, SETTINGS);

  it.each([
    { ready: 8, isHeld: false },
    { ready: 7, isHeld: true },
  ])('of ten pods $ready ready: held is $isHeld, a fifth may be missing', ({ ready, isHeld }) => {
    expect(stopAfter([watched('a', ready)]).hold !== null).toBe(isHeld);
  });

  it('counts what is missing, not what is too much elsewhere', () => {
    expect(stopAfter([watched('a', 0), watched('b', 30)]).hold).toMatchObject({ fallen: [{ key: 'a', expected: 10 }] });
  });

  it('holds no change against anybody that was made before a person cleared it', () => {
    expect(stopAfter([watched('a', 0)], NOW - MINUTE).hold).toBeNull();
    expect(stopAfter([watched('a', 0)], NOW - MINUTE - 1).hold).not.toBeNull();
  });

  it('names the three that lack the most, and how many more there are', () => {
    const reason = (count: number) =>
      stopAfter(Array.from({ length: count }, (_, i) => watched(`w${i}`, i))).hold?.reason ?? '';
    expect(reason(3)).toContain('(w0 0 of 10, w1 1 of 10, w2 2 of 10)');
    expect(reason(5)).toContain('(w0 0 of 10, w1 1 of 10, w2 2 of 10 and 2 more)');
    const shuffled = stopAfter([watched('x', 5), watched('y', 1), watched('z', 3), watched('v', 9)]).hold?.reason;
    expect(shuffled).toContain('(y 1 of 10, z 3 of 10, x 5 of 10 and 1 more)');
  });

  it('waits for five hundred at the most, those that lack the most', () => {
    const many = Array.from({ length: 510 }, (_, i) => watched(`w${i}`, i < 10 ? 9 : 0));
    const fallen = stopAfter(many).hold?.fallen ?? [];
    expect(fallen).toHaveLength(500);
    expect(fallen.some(({ key }) => key === 'w3')).toBe(false);
  });

  const hold = {
    since: NOW,
    reason: 'why',
    fallen: [
      { key: 'a', expected: 10 },
      { key: 'b', expected: 10 },
    ],
    calmTicks: 0,
  };
  const next = (ready: number, now = NOW + MINUTE, clearedAt = 0, calmTicks = 0) =>
    watchReadiness({ fallingTicks: 0, hold: { ...hold, calmTicks } }, [], () => ready, now, clearedAt, SETTINGS);

  it('ends after calm ticks in a row, where no more than a fifth of what fell is missing', () => {
    expect([next(8).hold?.calmTicks, next(7).hold?.calmTicks]).toEqual([1, 0]);
    expect(next(8, NOW + MINUTE, 0, 1)).toEqual(STEADY);
    expect(next(7, NOW + MINUTE, 0, 1).hold?.calmTicks).toBe(0);
  });

  it('ends by the word of a person that came after it, and in any case after six hours', () => {
    expect([next(0, NOW + MINUTE, NOW + 1).hold, next(0, NOW + MINUTE, NOW).hold === null]).toEqual([null, false]);
    expect([next(0, NOW + 360 * MINUTE - 1).hold === null, next(0, NOW + 360 * MINUTE).hold]).toEqual([false, null]);
  });

  it('forbids scaling in for an hour, and those that fell everything; growing is free to the others', () => {
    const why = (key: string, target: number, minutes = 1) =>
      whyBroken(hold, key, { current: 5, target }, NOW + minutes * MINUTE) !== null;
    expect([why('c', 4), why('c', 5), why('c', 6), why('c', 4, 60)]).toEqual([true, false, false, false]);
    expect([why('a', 4), why('b', 6), why('b', 6, 300)]).toEqual([true, true, true]);
    expect(whyBroken(null, 'a', { current: 5, target: 4 }, NOW)).toBeNull();
    const at = (minutes: number) => new Date(NOW + minutes * MINUTE).toISOString();
    expect(whyBroken(hold, 'c', { current: 5, target: 4 }, NOW)).toContain(`at ${at(60)} at the latest`);
    expect(whyBroken(hold, 'a', { current: 5, target: 4 }, NOW)).toContain(`at ${at(360)} at the latest`);
  });
});

describe('room in a namespace', () => {
  const SIZE: ReplicaSize = { requests: { cpu: 0.5, memory: 1000 }, limits: { cpu: 1, memory: 2000 } };
  const limits = (change: Partial<NamespaceLimits>): NamespaceLimits => ({
    quotas: [],
    podMax: {},
    defaultRequests: {},
    defaultLimits: {},
    ...change,
  });
  const quota = (left: Quota['left'], change: Partial<Quota> = {}): Quota => ({ name: 'q', left, ...change });
  const room = (of: Partial<NamespaceLimits>, size = SIZE) => roomFor(limits(of), size);

  it.each<{ readonly left: Quota['left']; readonly replicas: number }>([
    { left: { pods: 3 }, replicas: 3 },
    { left: { 'requests.cpu': 1.5 }, replicas: 3 },
    { left: { 'requests.cpu': 1.4 }, replicas: 2 },
    { left: { 'requests.memory': 3500 }, replicas: 3 },
    { left: { 'limits.cpu': 3 }, replicas: 3 },
    { left: { 'limits.memory': 3999 }, replicas: 1 },
    { left: { pods: -2 }, replicas: 0 },
    { left: { pods: 9, 'requests.cpu': 2, 'limits.memory': 6000 }, replicas: 3 },
    { left: {}, replicas: Number.POSITIVE_INFINITY },
  ])('of $left is for $replicas', ({ left, replicas }) => {
    expect(room({ quotas: [quota(left)] }).replicas).toBe(replicas);
  });

  it('is that of the tightest quota, the first of equals', () => {
    const two = [
      quota({ pods: 4 }, { name: 'wide' }),
      quota({ pods: 2 }, { name: 'tight' }),
      quota({ pods: 2 }, { name: 'as tight' }),
    ];
    expect(room({ quotas: two })).toMatchObject({
      replicas: 2,
      code: 'quota_exceeded',
      message: expect.stringContaining('ResourceQuota tight has pods left for 2'),
    });
  });

  it('is none where a counted resource is stated nowhere, and by default where a LimitRange gives one', () => {
    const bare: ReplicaSize = { requests: {}, limits: {} };
    const left = { 'requests.memory': 3000 };
    expect(room({ quotas: [quota(left)] }, bare).replicas).toBe(0);
    expect(room({ quotas: [quota(left)], defaultRequests: { memory: 1000 } }, bare).replicas).toBe(3);
    expect(room({ quotas: [quota({ 'limits.cpu': 3 })], defaultLimits: { cpu: 1 } }, bare).replicas).toBe(3);
    expect(room({ quotas: [quota({ 'requests.cpu': 3 })] }, { requests: { cpu: 0 }, limits: {} }).replicas).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(
      room({ quotas: [quota({ 'limits.cpu': 3, 'limits.memory': 3 })] }, { requests: {}, limits: null }).replicas,
    ).toBe(Number.POSITIVE_INFINITY);
  });

  it('is none where a LimitRange refuses such pods, by request or by limit', () => {
    const refused = (podMax: NamespaceLimits['podMax'], size = SIZE) => room({ podMax }, size);
    expect([refused({ cpu: 1 }).code, refused({ cpu: 0.9 }).code]).toEqual(['ok', 'limit_range']);
    expect(refused({ memory: 1999 })).toMatchObject({ replicas: 0, code: 'limit_range' });
    expect(refused({ cpu: 0.4 }, { requests: { cpu: 0.5 }, limits: null }).code).toBe('limit_range');
    expect(refused({ cpu: 0.6 }, { requests: { cpu: 0.5 }, limits: null }).code).toBe('ok');
    expect(refused({ cpu: 9 }, { requests: {}, limits: {} }).message).toContain('a container states no limit');
    expect(refused({ cpu: 9 }, { requests: { cpu: 10 }, limits: { cpu: 1 } }).code).toBe('limit_range');
  });

  it('is not taken by quotas for other pods; a pod that gets defaults is no best effort', () => {
    const traits = {
      qos: 'BestEffort',
      priorityClass: null,
      terminating: false,
      crossNamespaceAffinity: false,
    } as const;
    const bestEffort = quota({ pods: 1 }, { scopes: [{ name: 'BestEffort', operator: 'Exists', values: [] }] });
    const of = (size: ReplicaSize, change: Partial<NamespaceLimits> = {}) =>
      room({ quotas: [bestEffort], ...change }, size).replicas;
    const bare = { requests: {}, limits: {} };
    expect(of({ ...bare, traits })).toBe(1);
    expect(of({ ...bare, traits }, { defaultRequests: { cpu: 0.1 } })).toBe(Number.POSITIVE_INFINITY);
    expect(of({ ...bare, traits }, { defaultRequests: { cpu: 0 } })).toBe(1);
    expect(of({ ...bare, traits: { ...traits, qos: 'Burstable' } })).toBe(Number.POSITIVE_INFINITY);
    expect(of(bare)).toBe(Number.POSITIVE_INFINITY);
    expect([uncounted(limits({ quotas: [bestEffort, quota({ pods: 1 })] }), bare), uncounted(undefined, bare)]).toEqual(
      [['q (BestEffort)'], []],
    );
  });
});
