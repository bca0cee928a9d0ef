// A clock that may run faster than ours; everything embedded reads it. It waits for those who work by it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../lib/app/ports/world.ts';
import type { EpochMs } from '../lib/domain/workload/time.ts';

export interface SimulatedClock extends Clock {
  /** Lets the clock run until it shows `at`, and stands there; rejects with the signal's reason when aborted. */
  until(at: EpochMs, signal: AbortSignal): Promise<void>;
  /**
   * Goes at our own pace until the work is done, however fast it was: what somebody measures or decides takes as long on
   * this clock as it takes, and no reading is old before it is read.
   */
  whileWorking<T>(work: () => Promise<T>): Promise<T>;
  /** How many of its seconds passed in one of ours since this was last asked. */
  pace(): number;
}

/** How far it may fall behind the speed that was asked for and still catch up, in its own time: about a tick. */
const CATCH_UP_MS = 60_000;

/**
 * Stands still until it is first waited for. It never goes back.
 * @param start what the clock shows now
 * @param speed how many of its seconds pass in one of ours, at most
 * @param ours milliseconds of ours since whenever; for tests
 */
export function makeSimulatedClock(
  start: EpochMs,
  speed: number,
  ours: () => number = () => performance.now(),
): SimulatedClock {
  /** What it showed when it last changed its pace, and when that was. */
  let shown = start;
  let shownAt = ours();
  /** Where it stands until somebody waits for more. */
  let limit = start;
  /** Where the speed asked for would have brought it by `shownAt`. */
  let asked = start;
  let working = 0;
  let pacedFrom = { shown, at: shownAt };

  const exact = (): number => {
    const passed = ours() - shownAt;
    if (working > 0) return shown + passed;
    return Math.max(shown, Math.min(limit, asked + passed * speed));
  };
  const settle = (): void => {
    const now = ours();
    const before = exact();
    asked = Math.min(asked + (now - shownAt) * speed, before + CATCH_UP_MS);
    shown = before;
    shownAt = now;
  };

  return {
    now: () => Math.round(exact()),
    async until(at, signal) {
      settle();
      limit = Math.max(limit, at);
      while (exact() < at) await sleep(Math.max(1, (at - exact()) / speed), undefined, { signal });
    },
    async whileWorking(work) {
      settle();
      working++;
      try {
        return await work();
      } finally {
        settle();
        working--;
      }
    },
    pace() {
      const from = pacedFrom;
      pacedFrom = { shown: exact(), at: ours() };
      return (pacedFrom.shown - from.shown) / Math.max(1, pacedFrom.at - from.at);
    },
  };
}

/** Our own time, for a cluster that is not simulated: it waits for nobody. */
export const OUR_CLOCK: SimulatedClock = {
  now: Date.now,
  async until(at, signal) {
    while (Date.now() < at) await sleep(at - Date.now(), undefined, { signal });
  },
  whileWorking: (work) => work(),
  pace: () => 1,
};
