// Giving way to whoever sets a number against ours, and when a floor may stand: each on both of its sides.
import { describe, expect, it } from 'vitest';
import {
  FLOOR_ANNOTATION,
  floorFor,
  heldFloor,
  mayHoldFloor,
  OWN_MIN_ANNOTATION,
  overruledFloor,
} from '../../../lib/domain/hpa/floor.ts';
import type { Owner } from '../../../lib/domain/workload/observation.ts';
import { isYieldedTo, yieldCountTo, yieldTo } from '../../../lib/domain/workload/overruled.ts';
import type { Policy } from '../../../lib/domain/workload/policy.ts';
import { decisionOf, HPA } from '../../make/records.ts';
import { NOW, policy } from '../../make/workloads.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const annotations = (own: string, floor: string) => ({ [OWN_MIN_ANNOTATION]: own, [FLOOR_ANNOTATION]: floor });

describe('the number of an HPA', () => {
  it('is ours where it is the one that we set, and overruled where it is another', () => {
    const at = (minReplicas: number) => [
      heldFloor(minReplicas, annotations('2', '5')),
      overruledFloor(minReplicas, annotations('2', '5')),
    ];
    const ours = { own: 2, floor: 5 };
    expect([at(5), at(4)]).toEqual([
      [ours, null],
      [null, ours],
    ]);
  });

  it('is no business of ours where we never set one; what the table remembers counts where annotations are gone', () => {
    expect([heldFloor(5, {}), overruledFloor(5, {})]).toEqual([null, null]);
    expect(overruledFloor(4, {}, { own: 1, floor: 5 })).toEqual({ own: 1, floor: 5 });
    expect(overruledFloor(4, annotations('2', '5'), { own: 1, floor: 4 })).toEqual({ own: 2, floor: 5 });
  });

  it.each(['', '-1', '1.5', '07', '1e3', '1234567', ' 5', '5a', 'a5'])('is not read out of "%s"', (text) => {
    expect(heldFloor(5, annotations(text, '5'))).toBeNull();
    expect(heldFloor(5, annotations('2', text))).toBeNull();
  });

  it.each(['0', '7', '123456'])('is read out of "%s", half an annotation is none', (text) => {
    expect(heldFloor(5, annotations(text, '5'))?.own).toBe(Number(text));
    expect(heldFloor(5, { [FLOOR_ANNOTATION]: '5' })).toBeNull();
    expect(heldFloor(5, { [OWN_MIN_ANNOTATION]: '2' })).toBeNull();
  });
});

describe('whoever overrules a floor', () => {
  it('is given way to for ten minutes, then twice as long each time, for a day at the most', () => {
    const minutes: number[] = [];
    let overruled = yieldTo(undefined, NOW);
    for (let times = 1; times <= 9; times++) {
      minutes.push((overruled.until - NOW) / MINUTE);
      expect(overruled.times).toBe(times);
      overruled = yieldTo(overruled, NOW);
    }
    expect(minutes).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 1440]);
  });

  it('is forgotten a day after the last time ended', () => {
    const before = { times: 3, until: NOW };
    expect(yieldTo(before, NOW + DAY - 1).times).toBe(4);
    expect(yieldTo(before, NOW + DAY).times).toBe(1);
  });

  it('with the count costs nothing the first time, and then as much', () => {
    expect(yieldCountTo(undefined, NOW)).toEqual({ times: 1, until: NOW });
    const minutes = [1, 2, 3, 8, 9, 10].map((times) => (yieldCountTo({ times, until: NOW }, NOW).until - NOW) / MINUTE);
    expect(minutes).toEqual([10, 20, 40, 1280, 1440, 1440]);
    const before = { times: 3, until: NOW };
    expect(yieldCountTo(before, NOW + DAY - 1).times).toBe(4);
    expect(yieldCountTo(before, NOW + DAY)).toEqual({ times: 1, until: NOW + DAY });
  });

  it('is given way to until then; a time more than a day ahead is of a wrong clock', () => {
    const until = (ahead: number) => isYieldedTo({ times: 1, until: NOW + ahead }, NOW);
    expect([until(-1), until(0), until(1), until(DAY), until(DAY + 1)]).toEqual([false, false, true, true, false]);
  });
});

describe('a floor may stand', () => {
  const hpa: Owner = { kind: 'hpa', name: 'web' };
  const may = (change: Partial<Policy> = {}, owner: Owner = hpa) => mayHoldFloor(policy(change), owner);

  it('where the policy is enabled, in a mode that works through an HPA, and an HPA owns the count', () => {
    expect([may(), may({ mode: 'hpa-floor' }), may({ mode: 'scale' }), may({ mode: 'recommend' })]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([may({ enabled: false }), may({}, { kind: 'none' })]).toEqual([false, false]);
  });

  it('not where it is paused or mistyped', () => {
    expect([may({ paused: true }), may({ problems: ['target-cpu: "x" is no number'] })]).toEqual([false, false]);
  });
});

describe('the floor that a decision means', () => {
  const floor = (decision: Parameters<typeof decisionOf>[0], change: Partial<typeof HPA> = {}, max = 50) =>
    floorFor(decisionOf(decision), { ...HPA, ...change }, max);

  it('is its target, between the own minimum and the maximum of the HPA, and under that of the policy', () => {
    expect(floor({ current: 10, target: 15 })).toBe(15);
    expect([floor({ current: 10, target: 40 }), floor({ current: 10, target: 40 }, {}, 20)]).toEqual([30, 20]);
    expect(floor({ current: 10, target: 1 })).toBe(2);
  });

  it('is not raised for what is only kept for now', () => {
    expect(floor({ current: 10, target: 10, wanted: 4 })).toBe(4);
    expect(floor({ current: 10, target: 10 })).toBe(10);
    expect(floor({ current: 10, target: 10, wanted: 4 }, { minReplicas: 8, ownMinReplicas: 2 })).toBe(8);
    expect(floor({ current: 10, target: 12, wanted: 20 })).toBe(12);
  });

  it('comes down by half at a time of what it is', () => {
    const held = { minReplicas: 9, ownMinReplicas: 2 };
    expect(floor({ current: 20, target: 10, wanted: 3 }, held)).toBe(5);
    expect(floor({ current: 20, target: 4, wanted: 3 }, held)).toBe(4);
  });

  it('of an HPA that may go to none is none where one would do', () => {
    const toNone = { minReplicas: 0 };
    expect([1, 2].map((target) => floor({ current: 1, target }, toNone))).toEqual([0, 2]);
    expect(floor({ current: 3, target: 1 }, { minReplicas: 1, ownMinReplicas: 1 })).toBe(1);
  });
});
