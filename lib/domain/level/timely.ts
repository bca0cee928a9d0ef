// Whether a reading is of now: what is old, or dated ahead, says nothing of the present.
import type { Observation } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';
import type { EpochMs } from '../workload/time.ts';

/** Null where it is missing, too old, or dated ahead. */
export function timely<T extends { readonly at: EpochMs }>(
  reading: T | undefined,
  { at }: Observation,
  { staleAfterTicks, tickSeconds }: Policy,
): T | null {
  const staleMs = staleAfterTicks * tickSeconds * 1000;
  return reading !== undefined && Math.abs(at - reading.at) <= staleMs ? reading : null;
}
