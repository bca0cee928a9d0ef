// What following advice costs is charged to it, and only that; past an allowance it loses its room until half is forgotten.
import { describe, expect, it } from 'vitest';
import { chargeAdvice, NO_REGRET, type TrackedTick } from '../../../lib/domain/assessment/regret-budget.ts';
import { DEFAULT_POLICY } from '../../../lib/domain/workload/policy.ts';
import { NOW, observation } from '../../make/workloads.ts';

const MINUTE = 60_000;

interface Case {
  /** Cores in use; a replica takes 0.9 of its one core before it is short. */
  readonly demand: number;
  readonly ready: number;
  readonly spec?: number;
  readonly baseline: readonly number[];
  readonly advised?: boolean;
}

const observationOf = ({ demand, ready, spec = ready }: Case, at: number) =>
  observation({
    at,
    replicas: { spec, ready, running: spec, total: spec },
    capacity: { cpu: 1 },
    signals: { cpu: { demand, at, coverage: 1, atLimit: false } },
  });
const ticksOf = ({ baseline, advised = true, ready }: Case, at: number): readonly TrackedTick[] =>
  baseline.map((wanted, i) => ({
    at: at - (baseline.length - i) * MINUTE,
    replicas: ready,
    baseline: wanted,
    advised,
  }));
const afterMinutes = (count: number, given: Case, start = { ...NO_REGRET, at: NOW }) => {
  let track = start;
  for (let i = 1; i <= count; i++) {
    const at = start.at + i * MINUTE;
    track = chargeAdvice(track, ticksOf(given, at), observationOf(given, at), DEFAULT_POLICY);
  }
  return track;
};

describe('what is charged to advice', () => {
  it.each<{ what: string; given: Case; short: number; spare: number }>([
    { what: 'too few, where rules had enough', given: { demand: 9, ready: 8, baseline: [10, 10] }, short: 1, spare: 0 },
    {
      what: 'nothing, where rules were short as well',
      given: { demand: 9, ready: 8, baseline: [10, 9] },
      short: 0,
      spare: 0,
    },
    {
      what: 'nothing, where advice did not lead',
      given: { demand: 9, ready: 8, baseline: [10], advised: false },
      short: 0,
      spare: 0,
    },
    {
      what: 'nothing for fewer replicas that were enough',
      given: { demand: 6, ready: 8, baseline: [10, 10] },
      short: 0,
      spare: 0,
    },
    { what: 'more than rules wanted', given: { demand: 6, ready: 14, baseline: [10, 9] }, short: 0, spare: 4 },
    {
      what: 'only what the load did not need',
      given: { demand: 11, ready: 14, baseline: [10, 9] },
      short: 0,
      spare: 1,
    },
    {
      what: 'pods asked for and not ready yet',
      given: { demand: 6, ready: 10, spec: 15, baseline: [10] },
      short: 0,
      spare: 5,
    },
  ])('$what', ({ given, short, spare }) => {
    const track = afterMinutes(1, given);
    expect(track.shortMinutes).toBeCloseTo(short, 6);
    expect(track.spareMinutes).toBeCloseTo(spare, 6);
  });

  it('a gap between ticks counts as five minutes at most', () => {
    const given: Case = { demand: 9, ready: 8, baseline: [10] };
    const at = NOW + 60 * MINUTE;
    const track = chargeAdvice({ ...NO_REGRET, at: NOW }, ticksOf(given, at), observationOf(given, at), DEFAULT_POLICY);
    expect(track.shortMinutes).toBeCloseTo(5, 6);
  });
});

describe('room for advice', () => {
  const tooFew: Case = { demand: 9, ready: 8, baseline: [10, 10] };
  const fine: Case = { demand: 6, ready: 8, baseline: [8, 8] };

  it('downwards closes after 3 % of the budget of a week: a minute and a half for an SLO of 99.5 %', () => {
    expect(afterMinutes(1, tooFew).downClosed).toBe(false);
    expect(afterMinutes(2, tooFew)).toMatchObject({ downClosed: true, upClosed: false });
  });

  it('comes back when half of the allowance is left of it, about a week later', () => {
    const closed = afterMinutes(2, tooFew);
    expect(afterMinutes(6 * 1440, fine, closed).downClosed).toBe(true);
    expect(afterMinutes(8 * 1440, fine, closed).downClosed).toBe(false);
  });

  it('upwards closes after spending a twelfth of what rules alone would have', () => {
    const tooMany: Case = { demand: 6, ready: 20, baseline: [10] };
    const minutes = Math.ceil((0.08 * 1440 * 10) / (10 - 0.8));
    expect(afterMinutes(minutes - 3, tooMany).upClosed).toBe(false);
    expect(afterMinutes(minutes + 3, tooMany)).toMatchObject({ upClosed: true, downClosed: false });
  });
});
