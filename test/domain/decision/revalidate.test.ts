// A decision is carried out on what it was made from, or not at all: each thing that may have moved meanwhile, one by one.
import { describe, expect, it } from 'vitest';
import type { WorkloadSnapshot } from '../../../lib/app/ports/cluster.ts';
import { revalidate } from '../../../lib/domain/decision/revalidate.ts';
import { decisionOf, pods, underHpa } from '../../make/records.ts';
import { observation } from '../../make/workloads.ts';

const DECIDED = observation();
const { signals: _signals, at: _at, ...SEEN } = DECIDED;
const fresh = (change: Partial<WorkloadSnapshot> = {}): WorkloadSnapshot => ({ ...SEEN, pods: [], ...change });
const why = (target: number, change: Partial<WorkloadSnapshot> | null, decided = {}) =>
  revalidate(decisionOf({ target }), { ...DECIDED, ...decided }, change === null ? null : fresh(change));

describe('a decision still holds', () => {
  it('for a workload as it was read, down and up', () => {
    expect([why(6, {}), why(14, {}), why(10, {})]).toEqual([null, null, null]);
  });

  it('to add replicas, whatever pods and rollouts do', () => {
    expect(why(14, { replicas: pods(10, 2), rollout: 'in_progress' })).toBeNull();
    expect(why(10, { replicas: pods(10, 2), rollout: 'in_progress' })).toBeNull();
  });

  it('to take replicas during a rollout that had begun before, and with as many ready pods as then', () => {
    expect(why(6, { rollout: 'in_progress' }, { rollout: 'in_progress' })).toBeNull();
    expect(why(6, { rollout: 'settled' }, { rollout: 'in_progress' })).toBeNull();
    expect(why(6, { replicas: pods(10, 8) }, { replicas: pods(10, 8) })).toBeNull();
    expect(why(6, { replicas: pods(10, 9) }, { replicas: pods(10, 8) })).toBeNull();
  });
});

describe('a decision is stale', () => {
  it.each([
    { name: 'where the workload is gone', change: null, says: 'the Deployment was deleted meanwhile' },
    { name: 'where somebody scaled it', change: { replicas: pods(11) }, says: 'somebody set 11 replicas meanwhile' },
    { name: 'where it got another owner', change: underHpa(), says: 'who owns the replica count changed' },
    { name: 'where its annotations changed', change: { annotations: { a: 'b' } }, says: 'its annotations changed' },
    { name: 'where its requests changed', change: { capacity: { cpu: 1 } }, says: 'its requests changed' },
  ])('$name, whichever way it was to go', ({ change, says }) => {
    expect([6, 14].map((target) => why(target, change)?.slice(0, says.length))).toEqual([says, says]);
  });

  it('for taking replicas once a rollout began, or fewer pods are ready than when it was made', () => {
    expect(why(6, { rollout: 'in_progress' })).toMatch(/^a rollout began meanwhile/);
    expect(why(6, { rollout: 'paused' })).toMatch(/^a rollout began meanwhile/);
    expect(why(6, { replicas: pods(10, 9) })).toMatch(/^no scale-down: 9 of 10 pods are ready/);
  });
});
