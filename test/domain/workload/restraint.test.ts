// Pauses of one way and limits of what nobody looks at: what is read, and what no decision may do then.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restraintsOn } from '../../../lib/domain/guardrails/checks/restraint.ts';
import { isWithinLimitHours } from '../../../lib/domain/workload/policy-at.ts';
import { readPolicy } from '../../../lib/domain/workload/policy-from-annotations.ts';
import { readHours, stepOf } from '../../../lib/domain/workload/restraint.ts';

const NOON = Date.parse('2026-11-27T12:00:00Z');
const read = (values: Readonly<Record<string, string>>, now = NOON) =>
  readPolicy({
    annotations: Object.fromEntries(Object.entries(values).map(([key, value]) => [`ai4k8s.io/${key}`, value])),
    record: null,
    hpa: null,
    tickSeconds: 60,
    now,
  });

describe('a pause', () => {
  it('may be of one way, with an end and a reason', () => {
    const values = { paused: 'scale-in', 'paused-until': '2026-11-27T14:00:00Z', 'paused-reason': 'INC-42' };
    expect(read(values)).toMatchObject({ paused: 'scale-in', pausedReason: 'INC-42', problems: [] });
    expect(read(values, NOON + 2 * 3_600_000).paused).toBe(false);
    expect(read(values, NOON + 2 * 3_600_000 - 1).paused).toBe('scale-in');
  });

  it.each([
    ['paused', 'in'],
    ['paused-until', 'tomorrow'],
    ['paused-until', '2026-13-01T00:00:00Z'],
    ['limit-step', '0'],
    ['limit-step', '101%'],
    ['limit-direction', 'sideways'],
    ['limit-hours', '09:00-09:00'],
    ['limit-hours', '25:00-26:00'],
    ['limit-hours', 'mon-xyz 09:00-18:00'],
    ['limit-hours', 'mon-tue-wed 09:00-18:00'],
  ])('%s %s is refused, says what is accepted, and nothing is scaled by it', (key, value) => {
    const { mode, problems } = read({ [key]: value });
    expect(mode).toBe('recommend');
    expect(problems[0]).toContain(`ai4k8s.io/${key} is ${JSON.stringify(value)}: expected`);
  });
});

describe('limit-hours', () => {
  const within = (hours: string, at: string, zone = 'UTC') =>
    isWithinLimitHours(read({ 'limit-hours': hours, 'time-zone': zone }), Date.parse(at));

  it('holds from its first minute up to its last, by the clocks of the zone', () => {
    // The 27th of November 2026 is a Friday.
    expect(within('mon-fri 09:00-18:00', '2026-11-27T09:00:00Z')).toBe(true);
    expect(within('mon-fri 09:00-18:00', '2026-11-27T18:00:00Z')).toBe(false);
    expect(within('mon-fri 09:00-18:00', '2026-11-28T12:00:00Z')).toBe(false);
    expect(within('mon-fri 09:00-18:00', '2026-11-27T08:30:00Z', 'Europe/Berlin')).toBe(true);
    expect(within('00:00-24:00', '2026-11-28T23:59:59Z')).toBe(true);
  });

  it('over midnight belongs to the day on which it begins', () => {
    expect(within('fri 22:00-06:00', '2026-11-27T23:00:00Z')).toBe(true);
    expect(within('fri 22:00-06:00', '2026-11-28T05:59:00Z')).toBe(true);
    expect(within('fri 22:00-06:00', '2026-11-28T06:00:00Z')).toBe(false);
    expect(within('fri 22:00-06:00', '2026-11-27T05:00:00Z')).toBe(false);
  });

  it('takes days in any order, once each, around the week', () => {
    expect(readHours('sat-mon,sun 01:00-02:00')?.days).toEqual([6, 0, 1]);
  });
});

const anyValues = fc.record(
  {
    paused: fc.constantFrom('true', 'false', 'scale-in', 'scale-out'),
    'limit-step': fc.oneof(
      fc.integer({ min: 1, max: 50 }).map(String),
      fc.integer({ min: 1, max: 100 }).map((n) => `${n}%`),
    ),
    'limit-direction': fc.constantFrom('up', 'down', 'both'),
  },
  { requiredKeys: [] },
);

describe('whatever is stated', () => {
  it('leaves the present count free, and never lets a change go where it must not', () => {
    fc.assert(
      fc.property(anyValues, fc.integer({ min: 1, max: 500 }), (values, current) => {
        const policy = read(values as Record<string, string>);
        const all = restraintsOn(policy, current);
        for (const { low, high } of all) {
          expect(low).toBeLessThanOrEqual(current);
          expect(high).toBeGreaterThanOrEqual(current);
        }
        const low = Math.max(0, ...all.map((one) => one.low));
        const high = Math.min(Number.POSITIVE_INFINITY, ...all.map((one) => one.high));
        if (policy.paused === 'scale-in' || policy.limits?.direction === 'up') expect(low).toBe(current);
        if (policy.paused === 'scale-out' || policy.limits?.direction === 'down') expect(high).toBe(current);
        const { step } = policy.limits ?? {};
        if (step !== undefined) {
          expect(high - current).toBeLessThanOrEqual(stepOf(step, current));
          expect(current - low).toBeLessThanOrEqual(stepOf(step, current));
        }
      }),
    );
  });
});
