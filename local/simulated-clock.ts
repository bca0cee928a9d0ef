// A clock that may run faster than ours; everything embedded reads it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../lib/app/ports/world.ts';
import type { EpochMs } from '../lib/domain/model.ts';

export interface SimulatedClock extends Clock {
  /** Waits until the clock shows `at`; rejects with the signal's reason when aborted. */
  until(at: EpochMs, signal: AbortSignal): Promise<void>;
}

/** @param start what the clock shows now · @param speed how many of its seconds pass in one of ours */
export function makeSimulatedClock(start: EpochMs, speed: number): SimulatedClock {
  const origin = performance.now();
  const now = () => Math.round(start + (performance.now() - origin) * speed);
  return {
    now,
    until: (at, signal) => sleep(Math.max(0, (at - now()) / speed), undefined, { signal }),
  };
}
