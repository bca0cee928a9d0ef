// Times as the API writes them.
import type { EpochMs } from '../../domain/workload/time.ts';

export function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}
