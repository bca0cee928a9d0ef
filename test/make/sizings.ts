// What learning leaves behind of one load, for tests that need no learning: plain headroom over the present.
import { NO_RECORD, packRecord } from '../../lib/domain/sizing/experts/record.ts';
import { demandPerReplica, type FittedSizing, type SizingPolicy } from '../../lib/domain/sizing/sizing-policy.ts';

/** A tenth over the present, with a promise and what an HPA would have done. */
export function sizingPolicy(change: Partial<SizingPolicy> = {}): SizingPolicy {
  return {
    expert: { kind: 'headroom', factor: 1.1, windowMinutes: 5 },
    expected: { violationPercent: 0.1, cost: 1.2 },
    changesPerHour: 2.5,
    hpa70: { violationPercent: 0, cost: 1.4 },
    days: 14,
    ...change,
  };
}

/** @param by over the present: 0.1 for a tenth @param unit demand that one replica takes */
export function headroomSizing(by: number, unit: number = demandPerReplica(1)): FittedSizing {
  return {
    policy: sizingPolicy({ expert: { kind: 'headroom', factor: 1 + by, windowMinutes: 5 } }),
    unit,
    leadMinutes: 2,
    usual: { from: 0, most: 0, slots: '' },
    model: null,
    record: packRecord(NO_RECORD),
  };
}
