// How far a workload is trusted to go by itself: the rungs from looking to acting, and which comes after which.
import type { Policy } from './policy.ts';

/** From what writes nothing to what asks nobody. */
export const RUNGS = ['look', 'recommend', 'propose', 'limited', 'auto'] as const;
export type Rung = (typeof RUNGS)[number];

/** A policy that cannot be read is only recommended by; one demoted proposes what would shrink, and grows as before. */
export function rungOf({ enabled, mode, limits = {}, problems, demoted }: Policy): Rung {
  if (!enabled) return 'look';
  if (problems.length > 0 || mode === 'recommend') return 'recommend';
  if (mode === 'propose' || demoted !== undefined) return 'propose';
  return Object.keys(limits).length > 0 ? 'limited' : 'auto';
}

/** Null on the highest. */
export function nextRung(rung: Rung): Rung | null {
  return RUNGS[RUNGS.indexOf(rung) + 1] ?? null;
}
