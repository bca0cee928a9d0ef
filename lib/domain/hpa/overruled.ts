// A number of ours that somebody set against: how often, and until when his is left alone.
import type { EpochMs } from '../workload/time.ts';

/** A number of ours that somebody overruled: how often in a row, and until when his is left alone. */
export interface Overruled {
  readonly times: number;
  readonly until: EpochMs;
}
