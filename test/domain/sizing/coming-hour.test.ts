// What the coming hour took on earlier days: the highest of seven, each signal by its own target, and nothing made up.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comingHours, highestNeed, raisedTo } from '../../../lib/domain/sizing/coming-hour.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';
import { NOW } from '../../make/workloads.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const MIB = 2 ** 20;
const SIZING = {
  capacity: { cpu: 0.5, memory: 512 * MIB },
  targetPercent: { cpu: 70, memory: 80 },
  memoryBaseBytes: 0,
};

/** An hour by the minute, of constant memory. */
function hour(cpu: readonly number[], memory = 0, replicas = 4): Series {
  return {
    at: Float64Array.from(cpu, (_, i) => NOW - DAY + i * MINUTE),
    demand: { cpu: Float64Array.from(cpu), memory: Float64Array.from(cpu, () => memory) },
    replicas: Float64Array.from(cpu, () => replicas),
  };
}

describe('the coming hours of seven days', () => {
  it('begin now, a day and up to a week ago', () => {
    const hours = comingHours(NOW);
    expect(hours).toHaveLength(7);
    expect(hours[0]).toEqual({ from: NOW - DAY, to: NOW - DAY + 60 * MINUTE });
    expect(hours[6]).toEqual({ from: NOW - 7 * DAY, to: NOW - 7 * DAY + 60 * MINUTE });
  });
});

describe('the highest need', () => {
  it('is of the busiest minute of the busiest day', () => {
    const need = highestNeed([hour([1, 2]), hour([1, 3.5, 2]), hour([0.5])], SIZING);
    expect(need).toEqual({ replicas: 10, signal: 'cpu', at: NOW - DAY + MINUTE, demand: 3.5 });
  });

  it('is of memory where that needs more, what pods hold at rest taken out', () => {
    const busy = hour([0.1], 4 * 400 * MIB);
    expect(highestNeed([busy], SIZING)).toMatchObject({ replicas: 4, signal: 'memory' });
    expect(highestNeed([busy], { ...SIZING, memoryBaseBytes: 350 * MIB })).toMatchObject({
      replicas: 4,
      signal: 'memory',
    });
    expect(highestNeed([hour([0.1], 8 * 300 * MIB, 8)], { ...SIZING, memoryBaseBytes: 300 * MIB })).toMatchObject({
      replicas: 1,
    });
  });

  it.each([
    ['no day was measured', [], SIZING],
    ['every sample is missing', [hour([Number.NaN], Number.NaN)], SIZING],
    ['no request is stated', [hour([9], 9e9)], { ...SIZING, capacity: {} }],
    ['a request is 0', [hour([9], 9e9)], { ...SIZING, capacity: { cpu: 0, memory: 0 } }],
    ['no target is set', [hour([9], 9e9)], { ...SIZING, targetPercent: { cpu: 'off', memory: null } }],
    ['a figure is no number', [hour([Number.POSITIVE_INFINITY, -1], Number.NaN)], SIZING],
  ])('is not known where %s', (_, hours, sizing) => {
    expect(highestNeed(hours, sizing)).toBeNull();
    expect(raisedTo(3, highestNeed(hours, sizing), 10)).toBe(3);
  });

  it('leaves out what has no number: the rest counts', () => {
    const gaps = hour([Number.NaN, 2.1, Number.NaN], Number.NaN);
    expect(highestNeed([hour([]), gaps], { ...SIZING, targetPercent: { cpu: 70, memory: 'off' } })?.replicas).toBe(6);
  });
});

describe('laws of raising', () => {
  const settings = { numRuns: 500 };
  const need = (hours: readonly Series[]) => highestNeed(hours, SIZING);

  it('never under what runs, and never over max but where more runs', () => {
    const given = fc.tuple(hoursOfAnything(), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(given, ([hours, current, max]) => {
        const target = raisedTo(current, need(hours), max);
        expect(target).toBeGreaterThanOrEqual(current);
        expect(target).toBeLessThanOrEqual(Math.max(current, max));
        expect(Number.isInteger(target)).toBe(true);
      }),
      settings,
    );
  });

  it('more demand at any minute never ends lower, nor does one more day', () => {
    const given = fc.tuple(
      hoursOfAnything(),
      hoursOfAnything(),
      fc.nat({ max: 200 }),
      fc.double({ min: 0, max: 50, noNaN: true }),
    );
    fc.assert(
      fc.property(given, ([hours, more, at, extra]) => {
        const before = raisedTo(2, need(hours), 100);
        expect(raisedTo(2, need([...hours, ...more]), 100)).toBeGreaterThanOrEqual(before);
        const raised = hours.map(({ demand, ...rest }) => ({
          ...rest,
          demand: {
            ...demand,
            cpu: demand.cpu.map((cores, i) => (i === at % Math.max(1, demand.cpu.length) ? cores + extra : cores)),
          },
        }));
        expect(raisedTo(2, need(raised), 100)).toBeGreaterThanOrEqual(before);
      }),
      settings,
    );
  });

  it('a sample that is missing never raises, and losing one never raises either', () => {
    fc.assert(
      fc.property(fc.tuple(hoursOfAnything(), fc.nat()), ([hours, at]) => {
        const holed = hours.map(({ demand, ...rest }) => ({
          ...rest,
          demand: {
            ...demand,
            cpu: demand.cpu.map((cores, i) => (i === at % Math.max(1, demand.cpu.length) ? Number.NaN : cores)),
          },
        }));
        expect(raisedTo(2, need(holed), 100)).toBeLessThanOrEqual(raisedTo(2, need(hours), 100));
      }),
      settings,
    );
  });
});

function hoursOfAnything(): fc.Arbitrary<readonly Series[]> {
  const cores = fc.oneof(fc.double({ min: 0, max: 60, noNaN: true }), fc.constant(Number.NaN));
  const memory = fc.double({ min: 0, max: 60 * 2 ** 30, noNaN: true });
  const one = fc
    .tuple(fc.array(cores, { maxLength: 12 }), memory, fc.integer({ min: 0, max: 30 }))
    .map(([cpu, bytes, replicas]) => hour(cpu, bytes, replicas));
  return fc.array(one, { maxLength: 7 });
}
