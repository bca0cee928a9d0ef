// On which rung a policy stands: only what is enabled, readable and unlimited goes by itself.
import { describe, expect, it } from 'vitest';
import { nextRung, RUNGS, rungOf } from '../../../lib/domain/workload/rung.ts';
import { policy } from '../../make/workloads.ts';

const readable = { enabled: true, problems: [] } as const;

describe('the rung of a policy', () => {
  it.each([
    [{ enabled: false, mode: 'auto' }, 'look'],
    [{ mode: 'recommend' }, 'recommend'],
    [{ mode: 'auto', problems: ['mistyped'] }, 'recommend'],
    [{ mode: 'propose', limits: { direction: 'up' } }, 'propose'],
    [{ mode: 'scale', limits: { step: { replicas: 2 } } }, 'limited'],
    [{ mode: 'auto', limits: {} }, 'auto'],
    [{ mode: 'hpa-floor' }, 'auto'],
  ] as const)('%j stands on %s', (change, rung) => expect(rungOf(policy({ ...readable, ...change }))).toBe(rung));

  it('is followed by one that asks less of a person, up to the last', () => {
    expect(RUNGS.map(nextRung)).toEqual([...RUNGS.slice(1), null]);
  });
});
