// Whose turn it is: a pod at first, and more at a time only where one that was resized serves. A bad resize must harm little.
import { compare, exactQuantity } from '../workload/exact-quantity.ts';
import { RESOURCES } from '../workload/signal.ts';
import type { PodWish } from './pod-patch.ts';
import type { VerticalCode } from './vertical-code.ts';
import type { PodPatch } from './vertical-view.ts';

export interface Turns {
  /** Those that may be resized now; none where there is something to wait for. */
  readonly now: readonly PodWish[];
  /** What it waits for; null where it does not. */
  readonly waits: { readonly code: VerticalCode; readonly message: string } | null;
}

/** Pods of a cluster whose requests one tick changes: what a mistake in a range harms at most, before anybody sees it. */
export const RESIZES_A_TICK = 10;
/** Once one of them serves as it was resized, a quarter of the pods at a time, and no more than these. */
const MOST_AT_ONCE = 5;
const SHARE_AT_ONCE = 4;

/** @param wishes of all pods of a workload, of which one at least is not as it should be */
export function turnsOf(wishes: readonly PodWish[]): Turns {
  const waits = whyWaiting(wishes);
  if (waits !== null) return { now: [], waits };
  const due = wishes.filter(({ patch, pod }) => patch !== null && (pod.isServing || pod.condition !== null));
  const back = due.filter(({ pod }) => pod.condition !== null);
  // What a node has no room for is taken back first, and alone.
  if (back.length > 0) return { now: back.slice(0, 1), waits: null };
  if (due.length === 0)
    return {
      now: [],
      waits: { code: 'pods_not_ready', message: 'its pods are not ready yet: those that serve are resized' },
    };
  if (due.some(({ restarts }) => restarts)) return restartTurn(wishes, due);
  const isProven = wishes.some(({ pod, patch }) => patch === null && pod.isResized && pod.isServing);
  const share = Math.min(MOST_AT_ONCE, Math.ceil(wishes.length / SHARE_AT_ONCE));
  return { now: byName(due).slice(0, isProven ? share : 1), waits: null };
}

/** A restart takes a pod out of service for a while: one, and only while all the others serve. */
function restartTurn(wishes: readonly PodWish[], due: readonly PodWish[]): Turns {
  const away = wishes.find(({ pod }) => !pod.isServing);
  if (away === undefined) return { now: byName(due).slice(0, 1), waits: null };
  const message = `a resize restarts its containers, and pod ${away.pod.name} does not serve: one at a time`;
  return { now: [], waits: { code: 'pods_not_ready', message } };
}

function whyWaiting(wishes: readonly PodWish[]): Turns['waits'] {
  for (const { pod, patch } of wishes) {
    if (pod.condition === null) continue;
    const { kind, message } = pod.condition;
    // Asked for less than it waits for, the kubelet looks at it afresh.
    if (kind !== 'in_progress' && patch !== null && isLess(patch)) continue;
    return {
      code: CONDITION_CODES[kind],
      message: `pod ${pod.name}: ${CONDITION_WORDS[kind]}${message === '' ? '' : ` (${message})`}`,
    };
  }
  const fallen = wishes.find(({ pod }) => pod.isResized && !pod.isServing);
  if (fallen === undefined) return null;
  return {
    code: 'resized_not_ready',
    message: `pod ${fallen.pod.name} was resized and does not serve: no other is resized before it does`,
  };
}

const CONDITION_CODES = {
  infeasible: 'resize_infeasible',
  deferred: 'resize_deferred',
  in_progress: 'resize_in_progress',
} as const;

const CONDITION_WORDS = {
  infeasible: 'its node never has room for this: lower the range in the annotation, or give it a larger node',
  deferred: 'its node has no room for this now, and the kubelet tries again by itself',
  in_progress: 'the kubelet is at it',
} as const;

/** Nothing in it is more than what was asked for before. */
function isLess({ containers }: PodPatch): boolean {
  return containers.every(({ from, to }) =>
    RESOURCES.every((resource) => {
      const [now, before] = [exactQuantity(to[resource]?.request ?? ''), exactQuantity(from[resource]?.request ?? '')];
      return now === null || before === null || compare(now, before) <= 0;
    }),
  );
}

function byName(wishes: readonly PodWish[]): readonly PodWish[] {
  return wishes.toSorted((a, b) => (a.pod.name < b.pod.name ? -1 : 1));
}
