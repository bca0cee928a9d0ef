// Why nothing was changed, where more is needed than a maximum allows: whose maximum it is.
import { expect, it } from 'vitest';
import { whyNoChange } from '../../../lib/domain/decision/why-no-change.ts';
import { bounds } from '../../../lib/domain/guardrails/checks/bounds.ts';
import { decisionOf } from '../../make/records.ts';
import { policy } from '../../make/workloads.ts';

const UNCHANGED = { kind: 'unchanged', code: 'at_target', message: 'already at 10 replicas' } as const;

it.each([
  ['its own', policy({ max: 10 }), '10 replicas are all that max-replicas allows, and more are needed'],
  [
    'the cap of a level above',
    policy({ max: 10, maxCappedBy: 'namespace record' }),
    '10 replicas are all that cap-max-replicas 10 of the namespace record allows, and more are needed',
  ],
  // Set since it was decided.
  [
    'a newer cap',
    policy({ max: 4, maxCappedBy: 'cluster record' }),
    '10 replicas are all that max-replicas allows, and more are needed',
  ],
])('is %s', (_, of, message) => {
  const made = decisionOf({ current: 10, target: 10, action: 'at_max' });
  expect(whyNoChange(made, UNCHANGED, of)).toEqual({ code: 'above_max', message });
});

it('is named where it stands against more', () => {
  const capped = policy({ max: 10, maxCappedBy: 'namespace record' });
  const [, most] = bounds.check(...([{ policy: capped }] as unknown as Parameters<typeof bounds.check>));
  expect(most?.called).toBe('cap-max-replicas 10 of the namespace record');
});
