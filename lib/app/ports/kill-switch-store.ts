// The kill switch of each cluster: on by a person's word, at once, until a person ends it.
import type { EpochMs } from '../../domain/workload/time.ts';

/** What was done to the switch, by whom and why. What nobody can read any more is null. */
export interface KillSwitchChange {
  readonly reason: string | null;
  /** Who asked; null where nobody is known, as on a machine of one's own. */
  readonly by: string | null;
  readonly at: EpochMs | null;
}

export interface KillSwitch extends KillSwitchChange {
  readonly on: boolean;
}

export interface KillSwitchStore {
  /** The switch where it is on, else null; read consistently. What cannot be understood is on. */
  whereOn(cluster: string): Promise<KillSwitchChange | null>;
  /** The switch and who touched it last; null where nobody ever has. */
  read(cluster: string): Promise<KillSwitch | null>;
  /** Counts from the moment this returns. Twice is once; the last reason stands. */
  turn(cluster: string, to: KillSwitch): Promise<void>;
}
