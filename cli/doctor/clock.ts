// How far somebody else's clock is from ours: tokens, leases and the age of readings all lean on it.
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { broken, type Check, ok, skipped, warning } from '../check.ts';

/** HTTP dates are cut to the second, so up to one is nothing; five are still no harm to a tick of sixty. */
const FINE_MS = 5_000;
/** From here on readings look stale or from the future, and a lease of a minute may be taken too early. */
const HARMFUL_MS = 30_000;

/**
 * @param whose clock it is, for the message
 * @param date the answer's Date header
 * @param seen when we asked and when the answer was there
 */
export function clockCheck(
  name: string,
  whose: string,
  date: string | undefined,
  seen: { readonly asked: EpochMs; readonly answered: EpochMs },
): { readonly check: Check; readonly theirs: EpochMs | null } {
  const said = Date.parse(date ?? '');
  if (Number.isNaN(said)) return { check: skipped(name, `${whose} does not state its time`), theirs: null };
  const theirs = said + 500; // the middle of the second it was cut to
  const skew = Math.max(seen.asked - theirs, theirs - seen.answered, 0) - 500;
  const direction = theirs > seen.answered ? 'ahead of' : 'behind';
  const found = `${whose} is ${Math.round(skew / 1000)} s ${direction} this machine`;
  const mend =
    'compare both with a time server: timedatectl status (or chronyc tracking) on each; on AWS they are right';
  if (skew <= FINE_MS) return { check: ok(name, `${whose} and this machine agree within ${FINE_MS / 1000} s`), theirs };
  const check = skew <= HARMFUL_MS ? warning(name, found, mend) : broken(name, found, mend);
  return { check, theirs };
}
