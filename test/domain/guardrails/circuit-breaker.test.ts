// The automatic stop, as timelines: ready counts fall after changes of ours, stay down, and come back.
import { describe, expect, it } from 'vitest';
import {
  type Readiness,
  STEADY,
  type Watched,
  watchReadiness,
  whyBroken,
} from '../../../lib/domain/guardrails/cluster/circuit-breaker.ts';
import { NOW } from '../../make/workloads.ts';

const SETTINGS = { fallPercent: 20, calmTicks: 3 };
const MINUTE = 60_000;

/** One tick a minute; each number is how many of ten pods of shop/web serve, null where it is gone. */
function run(ready: readonly (number | null)[], options: { others?: readonly Watched[]; clearedAt?: number } = {}) {
  let state: Readiness = STEADY;
  return ready.map((serving, i) => {
    const web = { key: 'shop/web', changedAt: NOW, expected: 10, ready: serving ?? 10 };
    const at = NOW + (i + 1) * MINUTE;
    const cleared = options.clearedAt !== undefined && at >= options.clearedAt ? options.clearedAt : 0;
    state = watchReadiness(state, [web, ...(options.others ?? [])], () => serving, at, cleared, SETTINGS);
    return state.hold !== null;
  });
}

describe('the automatic stop', () => {
  it('holds a cluster whose pods fall and stay down, and lets go once they have served for a while', () => {
    expect(run([10, 6, 6, 6, 10, 10, 10])).toEqual([false, false, true, true, true, true, false]);
  });

  it('does not mind a single bad tick, nor a small loss', () => {
    expect(run([6, 10, 6, 10])).toEqual([false, false, false, false]);
    expect(run([8, 8, 8, 8])).toEqual([false, false, false, false]);
  });

  it('starts to count anew where they fall again', () => {
    expect(run([6, 6, 10, 10, 6, 10, 10, 10]).slice(2)).toEqual([true, true, true, true, true, false]);
  });

  it('counts all that were changed: one failing among many is no reason to stop everything', () => {
    const others = Array.from({ length: 5 }, (_, i) => ({ key: `shop/${i}`, changedAt: NOW, expected: 10, ready: 10 }));
    expect(run([0, 0, 0], { others })).toEqual([false, false, false]);
    expect(run([0, 0, 0], { others: others.slice(0, 3) })).toEqual([false, true, true]);
  });

  it('no longer waits for what was deleted', () => {
    expect(run([6, 6, null, null, null])).toEqual([false, true, true, true, false]);
  });

  it('ends where a person says so, and does not come back for the same changes', () => {
    expect(run([6, 6, 6, 6, 6], { clearedAt: NOW + 4 * MINUTE })).toEqual([false, true, true, false, false]);
  });

  it('does not wait for pods that nobody asks for any more, nor for ever', () => {
    expect(run([6, 6, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]).at(-1)).toBe(
      false,
    );
    const hold = { since: NOW, reason: 'r', fallen: [{ key: 'shop/web', expected: 10 }], calmTicks: 0 };
    const heldAfter = (hours: number) =>
      watchReadiness({ fallingTicks: 0, hold }, [], () => 4, NOW + hours * 60 * MINUTE, 0, SETTINGS).hold;
    expect(heldAfter(5)).not.toBeNull();
    expect(heldAfter(6)).toBeNull();
  });

  it('says which workloads fell', () => {
    const web = { key: 'shop/web', changedAt: NOW, expected: 10, ready: 4 };
    const { hold } = watchReadiness({ fallingTicks: 1, hold: null }, [web], () => 4, NOW, 0, SETTINGS);
    expect(hold?.reason).toBe('6 pods stopped serving after changes made here (shop/web 4 of 10)');
  });

  it('stops every scale-down and whatever fell; others may grow', () => {
    const hold = { since: NOW, reason: 'r', fallen: [{ key: 'shop/web', expected: 10 }], calmTicks: 0 };
    const why = (of: typeof hold | null, key: string, target: number, minutes = 1) =>
      whyBroken(of, key, { current: 10, target }, NOW + minutes * MINUTE);
    expect(why(null, 'shop/web', 5)).toBeNull();
    expect(why(hold, 'shop/api', 12)).toBeNull();
    expect(why(hold, 'shop/api', 9)).toContain('nothing is scaled down');
    expect(why(hold, 'shop/web', 12)).toContain('left as it is');
    // One that never serves again must not keep the whole cluster large.
    expect(why(hold, 'shop/api', 9, 59)).toContain('for 59 min; ends when they serve again');
    expect(why(hold, 'shop/api', 9, 60)).toBeNull();
    expect(why(hold, 'shop/web', 12, 60)).toContain('left as it is');
  });
});
