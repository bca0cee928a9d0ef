// How often a cluster is ticked, and all that follows from it: one setting that is true everywhere.
import { Duration } from 'aws-cdk-lib';

/** Of a function that must be done before the next tick: 50 s of 60, ahead of the lease, which ends at nine tenths. */
const TIMEOUT_SHARE = 5 / 6;
/** Lambda's own limit. */
const LONGEST_SECONDS = 900;
const MINUTE = 60;
const LONGEST_TICK_SECONDS = 3600;

export class Pace {
  readonly tickSeconds: number;

  /** @param tickSeconds a multiple of 60: EventBridge Scheduler knows no shorter interval */
  constructor(tickSeconds = MINUTE) {
    this.tickSeconds = tickSeconds;
  }

  get tick(): Duration {
    return this.ticks(1);
  }

  get timeoutSeconds(): number {
    return Math.min(LONGEST_SECONDS, Math.floor(this.tickSeconds * TIMEOUT_SHARE));
  }

  /** How long so many ticks take: alarms count in it. */
  ticks(count: number): Duration {
    return Duration.minutes((count * this.tickSeconds) / MINUTE);
  }

  /** The watchdog's: it stands in after ten ticks without one, and looks twice meanwhile. */
  get watch(): Duration {
    return this.ticks(5);
  }

  /** Why this is no rate of ticks; null where it is one. */
  static problemOf(text: string): string | null {
    const seconds = Number(text);
    if (Number.isInteger(seconds) && seconds >= MINUTE && seconds <= LONGEST_TICK_SECONDS && seconds % MINUTE === 0)
      return null;
    return 'expected a multiple of 60 from 60 to 3600: EventBridge Scheduler counts in minutes';
  }
}
