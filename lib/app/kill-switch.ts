// The kill switch as everything that decides asks for it: as a reason why nothing may be changed, whoever set it and however.
import type { KillSwitchChange } from './ports/kill-switch-store.ts';
import type { TickHeader } from './ports/shard-task.ts';
import type { DecideSettings } from './tick/decide-shard.ts';

/** The settings of an installation as they hold in a cluster. What the installation itself forbids comes first. */
export function underSwitch<T extends Pick<DecideSettings, 'killSwitch'>>(
  settings: T,
  change: KillSwitchChange | null,
): T {
  if (change === null || settings.killSwitch !== null) return settings;
  return { ...settings, killSwitch: switchedOnMessage(change) };
}

/** As the tick found it that handed a shard on: whoever evaluates the shard may be set otherwise, and what forbids more counts. */
export function underHeader<T extends Pick<DecideSettings, 'killSwitch'>>(
  settings: T,
  { killSwitch }: Pick<TickHeader, 'killSwitch'>,
): T {
  return killSwitch === null ? settings : { ...settings, killSwitch };
}

/** Who switched it on, when and why; what is not known of that is said to be so. */
export function switchedOnMessage({ reason, by, at }: KillSwitchChange): string {
  const since = at === null ? 'at a time nobody knows' : `since ${new Date(at).toISOString()}`;
  const who = by === null ? '' : ` by ${by}`;
  return `the kill switch is on ${since}${who}: ${reason ?? 'no reason can be read; switch it off, or on again with one'}`;
}
