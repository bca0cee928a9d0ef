// KillSwitchStore on the table. The switch is an item among the policies of its cluster, so that every tick reads it without a
// read of its own. That there is one says that it is on: no content of it, however broken, says otherwise.
import type { KillSwitchChange, KillSwitchStore } from '../../app/ports/kill-switch-store.ts';
import { cleanText } from '../../domain/text/clean-text.ts';
import { expiry, VERSIONS } from './items.ts';
import { type Key, policyPk } from './keys.ts';
import type { Item, Table } from './table.ts';

/** Sorts before every workload, and can be none: their names begin with a lower-case letter or a digit. */
const SWITCH = '!KILL_SWITCH';
/** Sorts after what a tick reads: who touched it last, for whoever asks. */
const LAST_CHANGE = '~KILL_SWITCH';
const SHOWN_CHARS = 500;

/** A switch that is turned off expires at once; nothing is ever removed. */
export function makeKillSwitchStore(table: Table): KillSwitchStore {
  const whereOn = async (cluster: string) => {
    const item = await table.get(keyOf(cluster, SWITCH), { consistent: true });
    return item === null ? null : changeOf(item);
  };
  return {
    whereOn,
    async read(cluster) {
      const on = await whereOn(cluster);
      if (on !== null) return { on: true, ...on };
      const last = await table.get(keyOf(cluster, LAST_CHANGE), { consistent: true });
      return last === null ? null : { on: false, ...changeOf(last) };
    },
    async turn(cluster, { on, reason, by, at }) {
      const v = VERSIONS.killSwitch;
      const said = { state: on ? 'on' : 'off', reason, by, at };
      await table.put({ ...keyOf(cluster, SWITCH), v, ...said, ...(!on && { expires_at: expiry(0) }) });
      await table.put({ ...keyOf(cluster, LAST_CHANGE), v, ...said });
    },
  };
}

/** Takes the switch out of what was read of a cluster's policies. */
export function switchAmong(items: readonly Item[]): {
  readonly killSwitch: KillSwitchChange | null;
  readonly others: readonly Item[];
} {
  const found = items.find(({ sk }) => sk === SWITCH);
  const others = items.filter(({ sk }) => sk !== SWITCH);
  return { killSwitch: found === undefined ? null : changeOf(found), others };
}

function keyOf(cluster: string, sk: string): Key {
  return { pk: policyPk(cluster), sk };
}

/** Whatever is in it, also what a later release wrote. */
function changeOf({ reason, by, at }: Item): KillSwitchChange {
  return { reason: textOf(reason), by: textOf(by), at: isTime(at) ? at : null };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? cleanText(value, SHOWN_CHARS) : null;
}

/** What a Date can hold. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}
