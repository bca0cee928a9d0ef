// What fitting leaves behind for one workload: small enough that a tick reads it instead of two weeks of history.

import type { FittedSignal } from '../forecast/fitted.ts';
import type { FittedSizing } from '../sizing/sizing-policy.ts';
import type { KnownWaits } from '../workload/node-wait.ts';
import type { PerSignal } from '../workload/signal.ts';
import type { EpochMs } from '../workload/time.ts';

/** Bumped when the shape changes: an older item is then fitted anew, never misread. */
export const FITTED_VERSION = 3;

export interface Fitted {
  readonly version: typeof FITTED_VERSION;
  readonly at: EpochMs;
  /** When the first sample was taken. */
  readonly since: EpochMs;
  readonly signals: PerSignal<FittedSignal>;
  /** Memory each pod holds before any load, bytes; null where it could not be told apart from what follows load. */
  readonly memoryBaseBytes: number | null;
  /** How to size by CPU; null under a day of history or without a CPU request. */
  readonly sizing: FittedSizing | null;
  /**
   * How to size by each named load that has a target and a day of its own, and as `memory` by what pods hold above
   * `memoryBaseBytes`, where that follows load. Absent where there is none, and in what older releases stored.
   */
  readonly loads?: PerSignal<FittedSizing>;
  /** From a new replica to one that serves, as measured and remembered; null where it never was measured. */
  readonly startupSeconds: number | null;
  /** What new nodes take, and which steps waited for one. Absent where none did lately, and in what older releases stored. */
  readonly nodeWaits?: KnownWaits;
}
