// A workload's maximum as sentences call it: its own, or the cap of a level above where that is what holds.
import { CAP_MAX_KEY } from './level-fields.ts';
import type { Policy } from './policy.ts';

type Max = Pick<Policy, 'max' | 'maxCappedBy'>;

/** `max-replicas 20`, or `cap-max-replicas 10 of the namespace record`. */
export function maxWords({ max, maxCappedBy: by }: Max): string {
  return by === undefined ? `max-replicas ${max}` : `${CAP_MAX_KEY} ${max} of the ${by}`;
}
