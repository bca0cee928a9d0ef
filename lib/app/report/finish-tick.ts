// The last word of a tick: its summary is stored, and only then it counts as finished.

import type { EpochMs } from '../../domain/workload/time.ts';
import type { Meter } from '../ports/meter.ts';
import type { TickStore, TickSummary } from '../ports/tick-store.ts';

/**
 * @param settings.killSwitch why nothing may be changed anywhere, or null
 * @param now the tick that closes an earlier one
 * @throws AdapterError where the table is away: nothing is counted then
 */
export async function finishTick(
  ports: { readonly ticks: TickStore; readonly meter?: Meter },
  settings: { readonly killSwitch: string | null },
  summary: TickSummary,
  now?: EpochMs,
): Promise<void> {
  await ports.ticks.finish(summary, now);
  const { cluster, scheduledAt, finishedAt, problems, readiness } = summary;
  ports.meter?.tickFinished({
    cluster,
    seconds: Math.max(0, finishedAt - scheduledAt) / 1000,
    problems: problems.length,
    isOnHold: settings.killSwitch !== null || (readiness?.hold ?? null) !== null,
  });
}
