// How much of a cluster one tick may change, and who goes first where not everybody may.
import type { Verdict } from './model.ts';

/** One change that a tick wants to make. */
export interface Change {
  /** `namespace/name` */
  readonly key: string;
  readonly current: number;
  readonly target: number;
  /** Replicas that present demand needs at its target. */
  readonly needed: number;
}

export interface BlastLimits {
  /** Of all replicas of the cluster, how many percent one tick may add and remove together. */
  readonly sharePercent: number;
  /** So many may always change, however small the cluster is: a share of little is nothing. */
  readonly freeReplicas: number;
  /** How many workloads one tick may change. */
  readonly workloads: number;
}

/** What a tick may still change. */
export interface BlastBudget {
  readonly replicas: number;
  readonly workloads: number;
}

/** @param clusterReplicas all replicas asked for in the cluster, of every workload observed */
export function blastBudget(limits: BlastLimits, clusterReplicas: number): BlastBudget {
  const share = Math.floor((clusterReplicas * limits.sharePercent) / 100);
  return { replicas: Math.max(limits.freeReplicas, share), workloads: limits.workloads };
}

/**
 * Those that are short of capacity now come first, the shortest before all; then those that grow ahead of time; then
 * those that give replicas back, the largest gift last. Names decide where nothing else does, so that two runs agree.
 */
export function mostUrgentFirst<T extends Change>(changes: readonly T[]): readonly T[] {
  return changes.toSorted((a, b) => rank(a) - rank(b) || urgency(b) - urgency(a) || (a.key < b.key ? -1 : 1));
}

function rank({ current, target, needed }: Change): number {
  if (target <= current) return 2;
  return needed > current ? 0 : 1;
}

/** How many times as much is wanted; for a scale-down, how little is given back. */
function urgency({ current, target, needed }: Change): number {
  const wanted = rank({ key: '', current, target, needed }) === 0 ? needed : target;
  return wanted / Math.max(1, current);
}

/**
 * As much of a change as the budget has room for.
 * @returns the replicas to have (`current` where nothing is left) and what the budget is afterwards
 */
export function spend(
  { current, target }: Pick<Change, 'current' | 'target'>,
  budget: BlastBudget,
): { readonly target: number; readonly left: BlastBudget } {
  const wanted = Math.abs(target - current);
  const granted = budget.workloads < 1 ? 0 : Math.min(wanted, Math.max(0, budget.replicas));
  if (granted === 0) return { target: current, left: budget };
  const left = { replicas: budget.replicas - granted, workloads: budget.workloads - 1 };
  return { target: current + Math.sign(target - current) * granted, left };
}

/** Why a change was cut or refused, in words for people. */
export function blastMessage(
  { current, target }: Pick<Change, 'current' | 'target'>,
  granted: number,
  whole: BlastBudget,
): Verdict['message'] {
  const limit = `one tick may change ${whole.replicas} replicas and ${whole.workloads} workloads of this cluster`;
  return granted === current
    ? `${current} → ${target} is left to a later tick: ${limit}, and more urgent ones took them`
    : `${target} cut to ${granted}: ${limit}`;
}
