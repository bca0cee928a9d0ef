// One tick's blast radius where its shards are evaluated apart from each other: each batch reserves before it changes anything.

import { type Ask, type BlastBudget, keptForGifts, type Turn } from './blast-radius.ts';

/** What may be reserved of a tick's budget: altogether, by those that are short of capacity, and by the others. */
export interface Caps extends Ask {
  readonly all: BlastBudget;
}

export const NOTHING_SPENT: Ask = { short: { replicas: 0, workloads: 0 }, rest: { replicas: 0, workloads: 0 } };

/**
 * At first what is not short may have half, and a tenth is out of reach for what is short, as `shareOut` keeps it: whoever
 * comes first must not take what others need more, nor all of it for ever. After that, what is left is anybody's.
 * @param isEarly within the first seconds of the tick
 */
export function capsOf(whole: BlastBudget, turn: Turn, isEarly: boolean): Caps {
  if (!isEarly) return { all: whole, short: whole, rest: whole };
  const tick = Math.floor(turn.at / turn.tickMs);
  const each = (of: (budget: number) => number) => ({ replicas: of(whole.replicas), workloads: of(whole.workloads) });
  return {
    all: whole,
    short: each((budget) => budget - keptForGifts(budget, tick)),
    rest: each((budget) => Math.ceil(budget / 2)),
  };
}

/**
 * What one batch gets of what it asks for. At first no more than half of what is left for it, so that those who come later
 * find something, too.
 * @param spent what others have reserved so far
 */
export function grantOf(caps: Caps, spent: Ask, ask: Ask, isEarly: boolean): Ask {
  const replicas = grantIn('replicas', caps, spent, ask, isEarly);
  const workloads = grantIn('workloads', caps, spent, ask, isEarly);
  return {
    short: { replicas: replicas.short, workloads: workloads.short },
    rest: { replicas: replicas.rest, workloads: workloads.rest },
  };
}

/** Both together: what the batch may change. */
export function budgetOf({ short, rest }: Ask): BlastBudget {
  return { replicas: short.replicas + rest.replicas, workloads: short.workloads + rest.workloads };
}

function grantIn(unit: keyof BlastBudget, caps: Caps, spent: Ask, ask: Ask, isEarly: boolean) {
  const portion = (left: number) => Math.max(0, isEarly ? Math.ceil(left / 2) : left);
  const left = caps.all[unit] - spent.short[unit] - spent.rest[unit];
  const short = Math.min(ask.short[unit], portion(Math.min(left, caps.short[unit] - spent.short[unit])));
  const rest = Math.min(ask.rest[unit], portion(Math.min(left - short, caps.rest[unit] - spent.rest[unit])));
  return { short, rest };
}
