// What an HPA's `spec.behavior` makes of a wanted count: stabilisation windows, paces, a direction that is switched off.
// Source: kubernetes/kubernetes pkg/controller/podautoscaler/horizontal.go, defaults of autoscaling/v2.

import type { HpaPace, HpaRules } from '../workload/hpa-status.ts';
import { TOLERANCE } from '../workload/pace.ts';

const DOWN_WINDOW_SECONDS = 300;
const DEFAULT_PERIOD_SECONDS = 15;
const UP_PACES: readonly HpaPace[] = [
  { kind: 'pods', value: 4, periodSeconds: DEFAULT_PERIOD_SECONDS },
  { kind: 'percent', value: 100, periodSeconds: DEFAULT_PERIOD_SECONDS },
];
const ROUNDING = 1e-9;

/** What an HPA states; where it states nothing, the documented defaults stand. */
export interface HpaBehaviour {
  readonly up?: HpaRules;
  readonly down?: HpaRules;
  /** `behavior.scaleDown.stabilizationWindowSeconds` where that is all that is stated. */
  readonly downStabilisationSeconds?: number;
}

export interface Recommendation {
  readonly at: number;
  readonly replicas: number;
}

/** Changes an HPA made of late, as far as its paces look back. */
export interface HpaEvents {
  readonly scaleUps: readonly { readonly at: number; readonly added: number }[];
  readonly scaleDowns?: readonly { readonly at: number; readonly removed: number }[];
}

/** Whether the ratio of usage to target is left alone. */
export function isTolerated(ratio: number, { up, down }: HpaBehaviour): boolean {
  // As written in Kubernetes since 1.33. Before, 77 % of 70 % was out of tolerance: |1 - 1.1| is 0.10000000000000009.
  return 1 - (down?.tolerance ?? TOLERANCE) <= ratio && ratio <= 1 + (up?.tolerance ?? TOLERANCE);
}

export function upWindowSeconds({ up }: HpaBehaviour): number {
  return up?.windowSeconds ?? 0;
}

export function downWindowSeconds({ down, downStabilisationSeconds }: HpaBehaviour): number {
  return down?.windowSeconds ?? downStabilisationSeconds ?? DOWN_WINDOW_SECONDS;
}

/** The most replicas it may go up to now. */
export function upLimit(replicas: number, now: number, { up }: HpaBehaviour, events: HpaEvents): number {
  if (up?.select === 'disabled') return replicas;
  const limits = (up?.paces ?? UP_PACES).map(({ kind, value, periodSeconds }) => {
    const before = startOf(replicas, now - periodSeconds, events);
    return kind === 'pods' ? before + value : Math.ceil(before * (1 + value / 100) - ROUNDING);
  });
  return Math.max(replicas, up?.select === 'min' ? Math.min(...limits) : Math.max(...limits));
}

/** The fewest replicas it may go down to now; without paces of its own every pod may go at once. */
export function downLimit(replicas: number, now: number, { down }: HpaBehaviour, events: HpaEvents): number {
  if (down?.select === 'disabled') return replicas;
  if (down?.paces === undefined) return 0;
  const limits = down.paces.map(({ kind, value, periodSeconds }) => {
    const before = startOf(replicas, now - periodSeconds, events);
    return kind === 'pods' ? before - value : Math.floor(before * (1 - value / 100) + ROUNDING);
  });
  return Math.min(replicas, down.select === 'min' ? Math.max(...limits) : Math.min(...limits));
}

/** The events with one more, and without those that no pace looks back on any more. */
export function noted(replicas: number, desired: number, now: number, by: HpaBehaviour, events: HpaEvents): HpaEvents {
  if (desired === replicas) return events;
  const periods = [...(by.up?.paces ?? UP_PACES), ...(by.down?.paces ?? [])].map(({ periodSeconds }) => periodSeconds);
  const oldest = now - Math.max(...periods);
  const recent = <T extends { readonly at: number }>(of: readonly T[]) => of.filter(({ at }) => at > oldest);
  const { scaleUps, scaleDowns = [] } = events;
  if (desired > replicas) return { ...events, scaleUps: [...recent(scaleUps), { at: now, added: desired - replicas }] };
  // What went is asked for only where a pace looks back on it.
  if (by.down?.paces === undefined && by.up?.paces === undefined) return events;
  return { ...events, scaleDowns: [...recent(scaleDowns), { at: now, removed: replicas - desired }] };
}

/** Replicas there were at the beginning of a period, by what was added and removed since. */
function startOf(replicas: number, since: number, { scaleUps, scaleDowns = [] }: HpaEvents): number {
  const added = scaleUps.reduce((sum, one) => (one.at > since ? sum + one.added : sum), 0);
  const removed = scaleDowns.reduce((sum, one) => (one.at > since ? sum + one.removed : sum), 0);
  return replicas - added + removed;
}
