// How many replicas to have where too few cost a price: the newsvendor's number (Arrow, Harris and Marschak, Econometrica 19, 1951).
import type { NeedAhead } from './distribution.ts';

/** What being short costs, in replicas kept for as long: each is a third dearer than the one before. */
export const PRICES: readonly number[] = Array.from({ length: 30 }, (_, i) => 5.2 * 1.32 ** i);
/** Up to the number of a price at once; down only where one so many dearer wants fewer still. */
export const BAND = 6;
export const CHOICES = PRICES.length - BAND;

/**
 * For each price the replicas n that make n + price × P(need > n) the least, and never fewer than the present takes.
 * @param into one number per price, or of as many as it has room for, the cheapest first
 */
export function newsvendor(need: Pick<NeedAhead, 'least' | 'beyond' | 'steps' | 'stepCount'>, into: Int32Array): void {
  const { least, beyond, steps, stepCount } = need;
  // Dearer never wants fewer: each search begins where the one before ended. Between steps, more of them help nobody.
  let from = stepCount - 1;
  for (let i = 0; i < into.length; i++) {
    const price = PRICES[i] ?? 0;
    let best = from;
    let lowest = costOf(least, steps[from] ?? 0, price, beyond);
    for (let step = from - 1; step >= 0; step--) {
      const over = steps[step] ?? 0;
      // Where replicas alone cost as much, more of them are no cheaper.
      if (least + over >= lowest) break;
      const cost = costOf(least, over, price, beyond);
      if (cost < lowest - 1e-9) {
        lowest = cost;
        best = step;
      }
    }
    into[i] = least + (steps[best] ?? 0);
    from = best;
  }
}

function costOf(least: number, over: number, price: number, beyond: Float64Array): number {
  return least + over + price * (beyond[over] ?? 0);
}
