// Holds as constraints, one check per kind: unusable signals, a rollout, pods that are not ready.
import { type Hold, holdsOn } from '../../assessment/holds.ts';
import { atLeast, type ConstraintCheck } from '../constraint.ts';

export const signals = checkFor('signals');
export const rollout = checkFor('rollout');
export const notReady = checkFor('not_ready');

function checkFor(name: Hold['check']): ConstraintCheck {
  const check: ConstraintCheck['check'] = (assessment) =>
    holdsOn(assessment)
      .filter((hold) => hold.check === name)
      .map(({ replicas, code, message }) =>
        atLeast(replicas, { rank: 'hold', code, message: () => message, keeps: true }),
      );
  return { name, check };
}
