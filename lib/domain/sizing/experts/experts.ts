// The ways of sizing that a workload's own record is kept of, each on days that it had not learned from.
import { CHOICES } from '../demand-ahead/newsvendor.ts';

/** A price of shortage on the learned distribution, or plain headroom over the present. */
export type Expert = {
  /** The highest number wanted within so many minutes is come down to. */
  readonly windowMinutes: number;
} & ({ readonly kind: 'price'; readonly price: number } | { readonly kind: 'headroom'; readonly factor: number });

const HOLDS = [5, 10];
const HEADROOM_HOLDS = [5, 60];
const FACTORS = [1, 1.05, 1.1, 1.17, 1.25, 1.35, 1.5, 1.7, 2, 2.4, 3, 4];
const EPSILON = 1e-6;

/** In the order that records are kept in. */
export const EXPERTS: readonly Expert[] = [
  ...HOLDS.flatMap((windowMinutes) =>
    Array.from({ length: CHOICES }, (_, price) => ({ kind: 'price', price, windowMinutes }) as const),
  ),
  ...HEADROOM_HOLDS.flatMap((windowMinutes) =>
    FACTORS.map((factor) => ({ kind: 'headroom', factor, windowMinutes }) as const),
  ),
];

/**
 * Replicas that carry so much more than the present at each minute from `from` to before `to`; what is outside is 0.
 * @param replicas demand by the minute in replicas that run full
 */
export function headroomOf(replicas: Float64Array, factor: number, from: number, to: number): Int32Array {
  const wanted = new Int32Array(replicas.length);
  for (let i = from; i < to; i++) wanted[i] = Math.max(1, Math.ceil(factor * (replicas[i] ?? 0) - EPSILON));
  return wanted;
}
