// Where a number ends that several constraints have something against.
import type { Constraint } from './constraint.ts';
import { RANKS } from './precedence.ts';

interface Interval {
  readonly low: number;
  readonly high: number;
}

interface Projection {
  /** Where the workload is to go in the end. */
  readonly aim: number;
  /** What it may have now: the aim, as near as the pace allows. */
  readonly replicas: number;
}

/**
 * Projects a number onto the intersection of the constraints. Rank by rank, the highest first: where a rank leaves nothing of
 * what those above it allow, it gives in and only chooses the nearest end. Within a rank the lower bound wins: too many
 * replicas cost money, too few cost users. The pace then limits the way to the aim. The order of the list does not matter.
 */
export function project(proposed: number, constraints: readonly Constraint[]): Projection {
  const aim = within(allowed(constraints), proposed);
  const pace = intersection(constraints.filter(({ rank }) => rank === 'pace'));
  return { aim, replicas: within(pace, aim) };
}

/** What orders, evidence and holds leave together. */
function allowed(constraints: readonly Constraint[]): Interval {
  return RANKS.filter((rank) => rank !== 'pace')
    .map((rank) => intersection(constraints.filter((constraint) => constraint.rank === rank)))
    .reduce(narrowed, EVERYTHING);
}

const EVERYTHING: Interval = { low: 0, high: Number.POSITIVE_INFINITY };

/** Of constraints of one rank. */
function intersection(constraints: readonly Constraint[]): Interval {
  const low = Math.max(EVERYTHING.low, ...constraints.map((one) => one.low));
  return { low, high: Math.max(low, Math.min(EVERYTHING.high, ...constraints.map((one) => one.high))) };
}

function narrowed(above: Interval, below: Interval): Interval {
  return { low: within(above, below.low), high: within(above, below.high) };
}

export function within({ low, high }: Pick<Constraint, 'low' | 'high'>, replicas: number): number {
  return Math.min(high, Math.max(low, replicas));
}
