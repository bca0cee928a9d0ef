// What active windows do to decisions: floors raise, ceilings lower, bounds and holds stay, and a floor is never late.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AdviceResult } from '../../../lib/domain/advice/advice.ts';
import { decide } from '../../../lib/domain/decision/decide.ts';
import type { GuardrailHistory } from '../../../lib/domain/guardrails/constraint.ts';
import { activeSchedule, withinSchedule } from '../../../lib/domain/schedule/active.ts';
import { type ScheduleWindow, WEEKDAYS } from '../../../lib/domain/schedule/window.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import type { Policy } from '../../../lib/domain/workload/policy.ts';
import { weekly } from '../../make/windows.ts';
import { advised, assessment, NO_HISTORY, NOW, observation, policy } from '../../make/workloads.ts';

const ALL_DAY = { days: WEEKDAYS, start: '00:00', end: '24:00' } as const;
const SECOND = 1000;
const window = (effect: ScheduleWindow['effect'], replicas: number) => weekly(ALL_DAY, { effect, replicas });
const floor = (replicas: number) => window('floor', replicas);
const ceiling = (replicas: number) => window('ceiling', replicas);
const pods = (spec: number, ready = spec) => ({ spec, ready, running: spec, total: spec });

interface Row {
  readonly name: string;
  readonly windows: readonly ScheduleWindow[];
  readonly of?: Parameters<typeof observation>[0];
  readonly policy?: Partial<Policy>;
  readonly advice?: AdviceResult;
  readonly history?: Partial<GuardrailHistory>;
  readonly expect: { target: number; source?: string; reason?: string };
}

const IDLE = { cpuPercent: 20, memoryPercent: 20 };
const HOT = { cpuPercent: 140 };
/** Scaled two seconds ago, and ten wanted since. */
const JUST_SCALED = { lastScaledAt: NOW - 2 * SECOND, wanted: [{ at: NOW - 2 * SECOND, replicas: 10 }] };

const TABLE: readonly Row[] = [
  {
    name: 'a floor raises what rules decide',
    windows: [floor(14)],
    expect: { target: 14, reason: 'scheduled floor 14' },
  },
  {
    name: 'a floor raises what the LLM decides',
    windows: [floor(14)],
    advice: advised(9, { action: 'scale_down' }),
    expect: { target: 14, reason: 'scheduled floor 14' },
  },
  {
    name: 'a floor is not in the way of more',
    windows: [floor(14)],
    of: HOT,
    expect: { target: 20, source: 'reactive' },
  },
  { name: 'the highest floor wins', windows: [floor(12), floor(15), floor(11)], expect: { target: 15 } },
  {
    name: 'a floor is not delayed by the cooldown',
    windows: [floor(14)],
    history: JUST_SCALED,
    expect: { target: 14 },
  },
  {
    name: 'what is wanted beyond the floor waits for the cooldown',
    windows: [floor(14)],
    of: HOT,
    history: JUST_SCALED,
    expect: { target: 14, source: 'reactive', reason: 'cooldown' },
  },
  { name: 'a floor is not delayed by steps', windows: [floor(45)], expect: { target: 45 } },
  { name: 'a floor over max is kept at max', windows: [floor(45)], policy: { max: 12 }, expect: { target: 12 } },
  {
    name: 'a floor needs no signals',
    windows: [floor(14)],
    of: { signals: {} },
    expect: { target: 14 },
  },
  {
    name: 'a ceiling lowers what rules decide',
    windows: [ceiling(12)],
    of: HOT,
    expect: { target: 12, reason: 'scheduled ceiling 12' },
  },
  {
    name: 'a ceiling lowers what the LLM decides',
    windows: [ceiling(12)],
    of: HOT,
    advice: advised(18, { action: 'scale_up' }),
    expect: { target: 12, reason: '18 is over the ceiling of 12: scheduled ceiling 12' },
  },
  { name: 'the lowest ceiling wins', windows: [ceiling(13), ceiling(11)], of: HOT, expect: { target: 11 } },
  {
    name: 'a ceiling takes replicas away under load, as max does',
    windows: [ceiling(8)],
    of: HOT,
    expect: { target: 8 },
  },
  { name: 'at most half at a step', windows: [ceiling(2)], of: IDLE, expect: { target: 5, reason: 'in one step' } },
  {
    name: 'a ceiling does not wait until less is wanted: it is an order',
    windows: [ceiling(8)],
    of: HOT,
    history: { wanted: [{ at: NOW - 60 * SECOND, replicas: 20 }] },
    expect: { target: 8, reason: 'at 8 replicas cpu at 175 % of requests' },
  },
  {
    name: 'a ceiling under min is kept at min',
    windows: [ceiling(4)],
    of: IDLE,
    policy: { min: 7 },
    expect: { target: 7, source: 'reactive' },
  },
  {
    name: 'a ceiling holds with evidence complete or not: a signal is missing',
    windows: [ceiling(8)],
    of: { signals: {} },
    expect: { target: 8, reason: 'the scheduled ceiling of 8 stands against it' },
  },
  {
    name: 'a ceiling holds with evidence complete or not: a rollout is in progress',
    windows: [ceiling(7)],
    of: { rollout: 'in_progress' },
    expect: { target: 7, reason: 'scheduled ceiling 7' },
  },
  {
    name: 'a ceiling holds with evidence complete or not: a pod is not ready',
    windows: [ceiling(8)],
    of: { replicas: pods(10, 9) },
    expect: { target: 8 },
  },
  { name: 'a size raises', windows: [window('size', 13)], of: IDLE, expect: { target: 13 } },
  { name: 'a size lowers', windows: [window('size', 9)], of: HOT, expect: { target: 9 } },
  {
    name: 'a floor above a ceiling wins, and the reason says so',
    windows: [floor(14), ceiling(6)],
    expect: { target: 14, reason: 'the floor of 14 wins over the ceiling of 6' },
  },
  {
    name: 'a workload switched off stays off',
    windows: [floor(14)],
    of: { replicas: pods(0) },
    expect: { target: 14, reason: '' },
  },
];

function decided({ windows, of = {}, policy: change = {}, advice, history }: Omit<Row, 'name' | 'expect'>) {
  const assessed = assessment(observation(of), { policy: policy(change), windows });
  return decide(assessed, advice ?? null, { ...NO_HISTORY, ...history });
}

describe('an active window', () => {
  it.each(TABLE)('$name', (row) => {
    const decision = decided(row);
    const { target, source = 'scheduled', reason = '' } = row.expect;
    expect(decision).toMatchObject({ target, source, reason: expect.stringContaining(reason) });
  });

  it('never wakes a workload at zero', () => {
    expect(decided({ windows: [floor(14)], of: { replicas: pods(0) } }).blockedBy).toBe('workload_at_zero');
  });

  it('leaves a verdict with the source, the numbers and the window', () => {
    const { verdicts } = decided({ windows: [floor(14)] });
    const message =
      '8 is under the floor of 14: scheduled floor 14 (mon,tue,wed,thu,fri,sat,sun 00:00-24:00 Europe/Berlin)';
    expect(verdicts).toContainEqual({
      guardrail: 'schedule_floor',
      source: 'reactive',
      effect: 'clipped',
      code: 'below_schedule',
      from: 8,
      to: 14,
      message,
    });
  });

  it('is a proposal of its own: what runs, moved into what it asks', () => {
    const proposals = (windows: readonly ScheduleWindow[]) => assessment(observation(), { windows }).proposals;
    const scheduled = (windows: readonly ScheduleWindow[]) =>
      proposals(windows).find(({ source }) => source === 'scheduled');
    expect(scheduled([floor(14)])).toMatchObject({ action: 'scale_up', replicas: 14 });
    expect(scheduled([ceiling(4)])).toMatchObject({ action: 'scale_down', replicas: 4 });
    expect(scheduled([floor(4)])).toMatchObject({ action: 'maintain', replicas: 10 });
    expect(scheduled([])).toBeUndefined();
    expect(scheduled([weekly({ start: '20:00', end: '21:00' })])).toBeUndefined();
  });

  it('shows in the envelope that the model is told', () => {
    expect(assessment(observation(), { windows: [floor(14)] }).envelope.floor).toBe(14);
    expect(assessment(observation(HOT), { windows: [ceiling(12)] }).envelope.ceiling).toBe(12);
  });
});

describe('laws', () => {
  it('a floor never lowers a decision', () => {
    fc.assert(
      fc.property(situation(), fc.integer({ min: 1, max: 60 }), (row, replicas) => {
        const raised = decided({ ...row, windows: [...row.windows, floor(replicas)] });
        expect(raised.target).toBeGreaterThanOrEqual(decided(row).target);
      }),
    );
  });

  it('no window moves a workload out of the bounds of its policy', () => {
    fc.assert(
      fc.property(situation(), (row) => {
        const { target } = decided(row);
        const { min, max } = policy(row.policy);
        expect(target).toBeGreaterThanOrEqual(min);
        expect(target).toBeLessThanOrEqual(max);
      }),
    );
  });

  it('a floor is met at once, whatever was decided before', () => {
    fc.assert(
      fc.property(situation(), fc.integer({ min: 1, max: 60 }), (row, replicas) => {
        const { min, max } = policy(row.policy);
        const { target } = decided({ ...row, windows: [...row.windows, floor(replicas)] });
        expect(target).toBeGreaterThanOrEqual(Math.min(max, Math.max(min, replicas)));
      }),
    );
  });

  it('the order of windows changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyWindow()), fc.nat(60), (windows, replicas) => {
        const [one, other] = [windows, windows.toReversed()].map((list) => activeSchedule(list, NOW, policy()));
        expect(withinSchedule(one ?? null, replicas)).toBe(withinSchedule(other ?? null, replicas));
      }),
    );
  });
});

function anyWindow(): fc.Arbitrary<ScheduleWindow> {
  return fc
    .tuple(fc.constantFrom('floor' as const, 'ceiling' as const, 'size' as const), fc.integer({ min: 1, max: 60 }))
    .map(([effect, replicas]) => window(effect, replicas));
}

function situation(): fc.Arbitrary<Omit<Row, 'name' | 'expect'>> {
  return fc
    .record({
      windows: fc.array(anyWindow(), { maxLength: 3 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      notReady: fc.nat(1),
      cpuPercent: fc.integer({ min: 5, max: 190 }),
      min: fc.integer({ min: 1, max: 10 }),
      more: fc.nat(40),
      advice: fc.option(fc.integer({ min: 1, max: 50 }).map((to) => advised(to))),
      lastScaledAt: fc.option(fc.integer({ min: NOW - 400 * SECOND, max: NOW })),
      wanted: fc.array(fc.integer({ min: 1, max: 50 }).map((replicas) => ({ at: NOW - 60 * SECOND, replicas }))),
      rollout: fc.constantFrom<Observation['rollout']>('settled', 'in_progress'),
      unusable: fc.boolean(),
    })
    .map(({ windows, share, notReady, cpuPercent, min, more, advice, lastScaledAt, wanted, rollout, unusable }) => ({
      windows,
      of: {
        replicas: podsWithin(min, min + more, share, notReady),
        cpuPercent,
        rollout,
        ...(unusable ? { signals: {} } : {}),
      },
      policy: { min, max: min + more },
      ...(advice === null ? {} : { advice }),
      history: { lastScaledAt, wanted },
    }));
}

function podsWithin(min: number, max: number, share: number, notReady: number) {
  const spec = Math.round(min + share * (max - min));
  return pods(spec, Math.max(0, spec - notReady));
}
