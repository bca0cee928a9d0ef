// What every HistorySource must do, wherever the past of a workload is kept.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HistorySource } from '../../lib/app/ports/cluster.ts';
import type { WorkloadRef } from '../../lib/domain/workload/identity.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

export interface PreparedHistory {
  readonly source: HistorySource;
  close(): Promise<void>;
}

/**
 * @param make prepares a source that knows `ref` alone: `cpuAt` over the ten days that end at `now`, the last of them by the
 * minute, and half a core requested by each replica
 */
export function historySourceContract(
  kind: string,
  make: (ref: WorkloadRef, cpuAt: (at: EpochMs) => number, now: EpochMs) => Promise<PreparedHistory>,
): void {
  describe(`a HistorySource: ${kind}`, () => {
    const ref = { cluster: 'demo', namespace: 'shop', name: 'web' };
    const now = Date.UTC(2026, 2, 4, 12);
    const cpuAt = (at: EpochMs) => 4 + Math.sin((2 * Math.PI * at) / DAY);
    let prepared: PreparedHistory;
    beforeAll(async () => {
      prepared = await make(ref, cpuAt, now);
    });
    afterAll(() => prepared.close());

    test('reads what was measured, by the minute, ascending, from … to', async () => {
      const { series } = await prepared.source.read(ref, now - DAY / 2, now);
      expect(series.at.length).toBeGreaterThanOrEqual(720);
      expect(series.at.length).toBeLessThanOrEqual(721);
      expect(series.at.every((at, i) => i === 0 || at - (series.at[i - 1] ?? 0) === MINUTE)).toBe(true);
      expect(series.at[0]).toBeGreaterThanOrEqual(now - DAY / 2);
      expect(series.at.at(-1)).toBeLessThanOrEqual(now);
      for (const [i, at] of series.at.entries()) expect(series.demand.cpu[i]).toBeCloseTo(cpuAt(at), 1);
    });

    test('knows what a replica requests', async () => {
      expect((await prepared.source.read(ref, now - DAY, now)).coresPerReplica).toBe(0.5);
    });

    test('reads ten days in one go, whatever limits lie underneath', async () => {
      const { series } = await prepared.source.read(ref, now - 10 * DAY, now);
      expect((series.at.at(-1) ?? 0) - (series.at[0] ?? 0)).toBeGreaterThan(9.9 * DAY);
    });

    test('of a workload it does not know, an empty series', async () => {
      for (const other of [
        { ...ref, name: 'api' },
        { ...ref, namespace: 'bank' },
      ]) {
        const { series, coresPerReplica } = await prepared.source.read(other, now - DAY, now);
        expect(series.at.length).toBe(0);
        expect(coresPerReplica).toBeNull();
      }
    });
  });
}
