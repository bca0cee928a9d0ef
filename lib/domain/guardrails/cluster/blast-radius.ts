// How much of a cluster one tick may change, and how those share it who want to change.

import type { EpochMs } from '../../workload/time.ts';
import type { Verdict } from '../verdict.ts';
import { placesOf, sharesOf } from './fair-share.ts';

/** One change that a tick wants to make. */
export interface Change {
  /** `namespace/name` */
  readonly key: string;
  readonly current: number;
  readonly target: number;
  /** Replicas that present demand needs at its target. */
  readonly needed: number;
  /** When we changed it last; absent where that is not known. */
  readonly changedAt?: EpochMs;
}

export interface BlastLimits {
  /** Of all replicas of the cluster, how many percent one tick may add and remove together. */
  readonly sharePercent: number;
  /** So many may always change, however small the cluster is: a share of little is nothing. */
  readonly freeReplicas: number;
  /** How many workloads one tick may change. */
  readonly workloads: number;
}

/** What a tick may change. */
export interface BlastBudget {
  readonly replicas: number;
  readonly workloads: number;
}

/** Of a budget: what those take who are short of capacity now, and what the others take. */
export interface Ask {
  readonly short: BlastBudget;
  readonly rest: BlastBudget;
}

/** Which tick this is, on a clock that is the same for every workload. */
export interface Turn {
  readonly at: EpochMs;
  readonly tickMs: number;
}

/** @param clusterReplicas all replicas asked for in the cluster, of every workload observed; what is no count has no share */
export function blastBudget(limits: BlastLimits, clusterReplicas: number): BlastBudget {
  const share = Math.floor((clusterReplicas * limits.sharePercent) / 100);
  return {
    replicas: Number.isSafeInteger(share) ? Math.max(limits.freeReplicas, share) : limits.freeReplicas,
    workloads: limits.workloads,
  };
}

/** A namespace counts for one budget at most, however many workloads are short in it. */
const NAMESPACE_COUNTS_BUDGETS = 1;
/** Those that give replicas back are never kept out for ever: so much is theirs however many others are short. */
const KEPT_FOR_GIFTS = 0.1;
/** Who was served within so many ticks lets those go first that were not. */
const SERVED_TICKS = 3;

/**
 * The target of every change, as far as the budget goes. What is short of capacity now comes first, then growth ahead of
 * time, then what is given back, of which a tenth of the budget is for certain. Each of the three is shared by namespaces
 * first and by the workloads of each then (`sharesOf`), so that neither a greedy workload nor a namespace full of them takes
 * what others wait for. The order of `changes` does not matter.
 * @returns keyed as the changes are; `current` where nothing is left for one
 */
export function shareOut(changes: readonly Change[], budget: BlastBudget, turn: Turn): ReadonlyMap<string, number> {
  const tick = Math.floor(turn.at / turn.tickMs);
  const served = withSlots(changes, budget, turn, tick);
  const given = new Map<string, number>();
  const gifts = sumOf(served.map((change) => layersOf(change)[2]));
  const kept = Math.min(gifts, keptForGifts(budget.replicas, tick));
  let left = budget.replicas - kept;
  for (const layer of [0, 1, 2] as const) {
    if (layer === 2) left += kept;
    const claims = served.map((change) => ({ key: change.key, claim: layersOf(change)[layer] }));
    for (const [key, share] of shareByNamespace(claims, left, tick)) {
      given.set(key, (given.get(key) ?? 0) + share);
      left -= share;
    }
  }
  return new Map(
    changes.map(({ key, current, target }) => [key, current + Math.sign(target - current) * (given.get(key) ?? 0)]),
  );
}

/**
 * Those that are short of capacity now come first, the shortest before all; then those that grow ahead of time; then
 * those that give replicas back, the largest gift last. Names decide where nothing else does, so that two runs agree.
 */
export function mostUrgentFirst<T extends Change>(changes: readonly T[]): readonly T[] {
  return changes.toSorted((a, b) => rank(a) - rank(b) || urgency(b) - urgency(a) || (a.key < b.key ? -1 : 1));
}

/** What changes ask for: what is short of capacity now, and the rest. A workload that lacks anything counts as short. */
export function askOf(changes: readonly Change[]): Ask {
  const short = changes.filter((change) => rank(change) === 0);
  const replicas = sumOf(short.map(shortageOf));
  const all = sumOf(changes.map(({ current, target }) => Math.abs(target - current)));
  return {
    short: { replicas, workloads: short.length },
    rest: { replicas: all - replicas, workloads: changes.length - short.length },
  };
}

/** Replicas that present demand needs and a change would bring. */
export function shortageOf(change: Change): number {
  return layersOf(change)[0];
}

/** Why a change was cut or refused, in words for people. */
export function blastMessage(
  { current, target }: Pick<Change, 'current' | 'target'>,
  granted: number,
  whole: BlastBudget,
): Verdict['message'] {
  const limit = `one tick may change ${whole.replicas} replicas and ${whole.workloads} workloads of this cluster`;
  return granted === current
    ? `${current} → ${target} is left to a later tick: ${limit}, and others that were more urgent or had waited longer took them`
    : `${target} cut to ${granted}: ${limit}, shared among all that are short first`;
}

/** @param short replicas that are still missing after this tick, by workload; those without a shortage are not named */
export function shortMessage(short: ReadonlyMap<string, number>, whole: BlastBudget): string | null {
  const named = [...short].filter(([, missing]) => missing > 0).toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  if (named.length === 0) return null;
  const missing = sumOf(named.map(([, replicas]) => replicas));
  const list = named.slice(0, NAMED).map(([key, replicas]) => `${key} ${replicas}`);
  const more = named.length > NAMED ? ` and ${named.length - NAMED} more` : '';
  return (
    `the blast radius leaves ${counted(named.length, 'workload')} short of ${counted(missing, 'replica')} until later ticks: ` +
    `${list.join(', ')}${more}; one tick may change ${whole.replicas} replicas and ${whole.workloads} workloads`
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

const NAMED = 10;

/** What a change is made of: what is short now, what it grows ahead of time, what it gives back. */
function layersOf({ current, target, needed }: Change): readonly [number, number, number] {
  if (target <= current) return [0, 0, current - target];
  const short = Math.max(0, Math.min(target, needed) - current);
  return [short, target - current - short, 0];
}

function rank(change: Change): number {
  const [short, ahead] = layersOf(change);
  return short > 0 ? 0 : ahead > 0 ? 1 : 2;
}

/** How many times as much is wanted; for a scale-down, how little is given back. */
function urgency(change: Change): number {
  const wanted = rank(change) === 0 ? change.needed : change.target;
  return wanted / Math.max(1, change.current);
}

/** Rounded over the ticks: of any ten in a row a tenth of their budgets is kept, however small each is. */
export function keptForGifts(budget: number, tick: number): number {
  const until = (ticks: number) => Math.floor(ticks * budget * KEPT_FOR_GIFTS + 1e-9);
  return until((tick % 10) + 1) - until(tick % 10);
}

/**
 * As many changes as workloads may change. Among equals in rank those go first that were not served of late, by namespaces as
 * replicas are shared; of one namespace every so many in turn, since nothing may be known of earlier ticks, and then the most
 * urgent.
 */
function withSlots(changes: readonly Change[], budget: BlastBudget, turn: Turn, tick: number): readonly Change[] {
  const wanting = changes.filter(({ current, target }) => target !== current);
  const gifts = wanting.filter((change) => rank(change) === 2).length;
  const kept = Math.min(gifts, keptForGifts(budget.workloads, tick));
  const chosen: Change[] = [];
  for (const level of [0, 1, 2])
    for (const served of [false, true]) {
      const of = wanting.filter((change) => rank(change) === level && wasServed(change, turn) === served);
      chosen.push(...inTurn(of, budget.workloads - chosen.length - (level === 2 ? 0 : kept), tick));
    }
  return chosen.toSorted(byKey);
}

function inTurn(of: readonly Change[], slots: number, tick: number): readonly Change[] {
  if (of.length <= slots) return of;
  const groups = byNamespace(of.toSorted(byKey));
  const shares = placesOf(
    groups.map((group) => group.length),
    Math.max(0, slots),
    tick,
  );
  return groups.flatMap((group, i) => {
    const share = shares[i] ?? 0;
    const rounds = Math.ceil(group.length / Math.max(1, share));
    const due = new Set(group.filter((_, at) => at % rounds === tick % rounds));
    return mostUrgentFirst(group)
      .toSorted((a, b) => Number(due.has(b)) - Number(due.has(a)))
      .slice(0, share);
  });
}

function wasServed({ changedAt }: Change, { at, tickMs }: Turn): boolean {
  return changedAt !== undefined && at - changedAt <= SERVED_TICKS * tickMs;
}

interface Claim {
  readonly key: string;
  readonly claim: number;
}

/** Namespaces share first, then the workloads of each. */
function shareByNamespace(claims: readonly Claim[], budget: number, tick: number) {
  const groups = byNamespace(claims.filter(({ claim }) => claim > 0));
  const totals = groups.map((of) => sumOf(of.map(({ claim }) => claim)));
  return sharesOf(totals, budget, tick, NAMESPACE_COUNTS_BUDGETS).flatMap((share, i) => {
    const of = groups[i] ?? [];
    const shares = sharesOf(
      of.map(({ claim }) => claim),
      share,
      tick,
    );
    return of.map(({ key }, j) => [key, shares[j] ?? 0] as const);
  });
}

function byNamespace<T extends { readonly key: string }>(of: readonly T[]): readonly (readonly T[])[] {
  return [...Map.groupBy(of, ({ key }) => key.slice(0, Math.max(0, key.indexOf('/')))).values()];
}

function byKey(a: Change, b: Change): number {
  return a.key < b.key ? -1 : 1;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
