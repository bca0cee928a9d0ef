// Whose number it is that is found after a write of ours whose answer was lost.
import { expect, it } from 'vitest';
import type { OtherWriters } from '../../../lib/domain/workload/observation.ts';
import { scaledByOther } from '../../../lib/domain/workload/other-writers.ts';

const AT = Date.parse('2026-03-04T12:00:00.400Z');
const by = (writer: OtherWriters['writer']) => ({ otherWriters: { manager: null, writer, vpa: null, overlaps: [] } });
const kubectl = (ms: number, through: 'scale' | 'object' = 'scale') => ({ name: 'kubectl', at: AT + ms, through });

it.each([
  ['nobody is recorded', by(null), false],
  ['nothing is recorded at all', {}, false],
  ['somebody wrote long before', by(kubectl(-60_000)), false],
  ['somebody scaled after it', by(kubectl(5000)), true],
  ['somebody patched the object after it', by(kubectl(5000, 'object')), true],
  ['somebody scaled within the same second, as far as it is dated', by(kubectl(-400)), true],
] as const)('is somebody else’s where %s: %j', (_when, observed, isHis) => {
  expect(scaledByOther(observed, AT)).toBe(isHis);
});
