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
export function newsvendor(need: NeedAhead, into: Int32Array): void {
  const { least, most, beyond } = need;
  // Dearer never wants fewer: each search begins where the one before ended.
  let from = 0;
  for (let i = 0; i < into.length; i++) {
    const price = PRICES[i] ?? 0;
    let best = from;
    let lowest = least + from + price * (beyond[from] ?? 0);
    // Where replicas alone cost as much, more of them are no cheaper.
    for (let over = from + 1; over <= most - least && least + over < lowest; over++) {
      const cost = least + over + price * (beyond[over] ?? 0);
      if (cost < lowest - 1e-9) {
        lowest = cost;
        best = over;
      }
    }
    into[i] = least + best;
    from = best;
  }
}
