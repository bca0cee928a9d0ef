// Memory that a container uses is not taken away from it, whatever the level says.
import { compare, exactQuantity, quantityText } from '../workload/exact-quantity.ts';
import type { Amounts } from './container-resources.ts';
import { limitAt } from './scale-container.ts';
import type { LeftCode } from './vertical-code.ts';

/** Beside the working set: what a moment may need. In fifths: 6/5. */
const MARGIN = { num: 6n, den: 5n };
/** Following every breath of a working set would resize at every tick: at least a tenth must be won. */
const WORTH = { num: 9n, den: 10n };

export interface Shrunk {
  readonly amounts: Amounts;
  /** Why it is more than the level asks for; null where it is not. */
  readonly why: Extract<LeftCode, 'memory_in_use' | 'memory_unknown'> | null;
}

/**
 * The memory that one container of one pod has to request: what is wanted, or as much more as it uses now.
 * @param wanted by its template and level
 * @param current as its pod has it
 * @param base as the template states it: the limit keeps that ratio
 * @param usedBytes working set; undefined where it was not measured
 */
export function notUnderUsage(wanted: Amounts, current: Amounts, base: Amounts, usedBytes: number | undefined): Shrunk {
  const [to, from] = [exactQuantity(wanted.request), exactQuantity(current.request)];
  const [limit, limitNow] = [exactQuantity(wanted.limit ?? ''), exactQuantity(current.limit ?? '')];
  const shrinks = to !== null && from !== null && compare(to, from) < 0;
  const limitShrinks = limit !== null && limitNow !== null && compare(limit, limitNow) < 0;
  if (to === null || from === null || !(shrinks || limitShrinks)) return { amounts: wanted, why: null };
  if (usedBytes === undefined || !(usedBytes >= 0) || !Number.isFinite(usedBytes))
    return { amounts: current, why: 'memory_unknown' };
  const needed = { num: BigInt(Math.ceil(usedBytes)) * MARGIN.num, den: MARGIN.den };
  if (compare(to, needed) >= 0) return { amounts: wanted, why: null };
  const request = quantityText(needed, 'memory', mebibytes(base.request));
  const held = exactQuantity(request);
  const worth = { num: from.num * WORTH.num, den: from.den * WORTH.den };
  if (held === null || compare(held, worth) > 0) return { amounts: current, why: 'memory_in_use' };
  return {
    amounts: { request, limit: wanted.limit === null ? null : limitAt(request, base, 'memory') },
    why: 'memory_in_use',
  };
}

/** Usage is a number of bytes: it is rounded up to what people read, whatever the template is written in. */
function mebibytes(model: string): string {
  return /[kMGTPE]$/.test(model) ? model : '1Mi';
}
