// The circuit breaker: where changes of ours are followed by pods that no longer serve, it opens, and the cluster is on hold.

import { sinceAndUntil } from '../../assessment/standing.ts';
import type { Observation } from '../../workload/observation.ts';
import type { EpochMs } from '../../workload/time.ts';

export interface BreakerSettings {
  /** Ready pods missing, percent of those that should be there, summed over the workloads changed lately. */
  readonly fallPercent: number;
  /** So many ticks in a row without a fall close it again. */
  readonly calmTicks: number;
}

/** A workload that we changed within the last minutes. */
export interface Watched {
  /** `namespace/name` */
  readonly key: string;
  readonly changedAt: EpochMs;
  /** Pods that should serve whatever the change was for: no more than served before it, no more than are asked for now. */
  readonly expected: number;
  readonly ready: number;
}

/** A change that is watched, as the tick that made it leaves it to those after it. */
export interface Changed {
  /** `namespace/name` */
  readonly key: string;
  readonly changedAt: EpochMs;
  /** Pods that served before it. */
  readonly readyBefore: number;
  readonly to: number;
}

export interface OpenBreaker {
  readonly since: EpochMs;
  readonly reason: string;
  /** Those whose ready count fell: what an open breaker waits for. */
  readonly fallen: readonly { readonly key: string; readonly expected: number }[];
  /** Ticks in a row in which all of them were back. */
  readonly calmTicks: number;
}

/** What one tick tells the next. */
export interface Readiness {
  /** Ticks in a row in which too much was missing. */
  readonly fallingTicks: number;
  readonly hold: OpenBreaker | null;
}

export const STEADY: Readiness = { fallingTicks: 0, hold: null };

/** How long a change is watched: longer than pods take to start, to fail a probe and to be backed off. */
export const WATCH_MS = 10 * 60_000;
/** One tick may meet pods that are just being replaced; a fall that stays is seen by the second. */
const FALLING_TICKS = 2;
const NAMED = 3;
/** What an open breaker waits for and leaves alone is kept in one item; of so many those that lack the most say when it is over. */
const FALLEN_KEPT = 500;
/** After so long what fell is not mended by waiting for it with everything else: the others shrink again. */
const EVERYTHING_WAITS_MS = 60 * 60_000;
/** After so long those that fell are no longer kept from being scaled, either. */
const LONGEST_MS = 6 * 3_600_000;

/** What a change is held to: a rollout takes pods away as well, and is not ours. Empty where there is nothing to watch. */
export function watchedNow(
  { key, changedAt, readyBefore, to }: Changed,
  observation: Pick<Observation, 'replicas' | 'rollout'> | undefined,
  now: EpochMs,
): readonly Watched[] {
  if (observation === undefined || now - changedAt > WATCH_MS || observation.rollout !== 'settled') return [];
  const { spec, ready } = observation.replicas;
  return [{ key, changedAt, expected: Math.min(readyBefore, to, spec), ready }];
}

/**
 * @param watched workloads changed within `WATCH_MS`, as they are now
 * @param readyNow ready pods of a workload, infinite where all that are asked for serve, or null where it is gone
 * @param clearedAt when a person last closed it: changes made before it are no longer held against anybody
 */
export function watchReadiness(
  before: Readiness,
  watched: readonly Watched[],
  readyNow: (key: string) => number | null,
  now: EpochMs,
  clearedAt: EpochMs,
  settings: BreakerSettings,
): Readiness {
  const { hold } = before;
  if (hold !== null) {
    const isOver = hold.since < clearedAt || now - hold.since >= LONGEST_MS;
    return isOver ? STEADY : waitFor(hold, readyNow, settings);
  }
  const counted = watched.filter(({ changedAt }) => changedAt > clearedAt);
  const fallen = counted.filter(({ ready, expected }) => ready < expected);
  const missing = sum(fallen.map(({ ready, expected }) => expected - ready));
  if (missing <= (sum(counted.map(({ expected }) => expected)) * settings.fallPercent) / 100) return STEADY;
  const fallingTicks = before.fallingTicks + 1;
  if (fallingTicks < FALLING_TICKS) return { fallingTicks, hold: null };
  const reason = reasonFor(fallen, missing);
  const kept = mostMissing(fallen)
    .slice(0, FALLEN_KEPT)
    .map(({ key, expected }) => ({ key, expected }));
  return { fallingTicks, hold: { since: now, reason, fallen: kept, calmTicks: 0 } };
}

function waitFor(hold: OpenBreaker, readyNow: (key: string) => number | null, settings: BreakerSettings): Readiness {
  const expected = sum(hold.fallen.map((one) => one.expected));
  const missing = sum(hold.fallen.map((one) => Math.max(0, one.expected - (readyNow(one.key) ?? one.expected))));
  const calm = missing <= (expected * settings.fallPercent) / 100;
  const calmTicks = calm ? hold.calmTicks + 1 : 0;
  return calmTicks >= settings.calmTicks ? STEADY : { fallingTicks: 0, hold: { ...hold, calmTicks } };
}

function reasonFor(fallen: readonly Watched[], missing: number): string {
  const named = mostMissing(fallen)
    .slice(0, NAMED)
    .map(({ key, ready, expected }) => `${key} ${ready} of ${expected}`);
  const more = fallen.length > NAMED ? ` and ${fallen.length - NAMED} more` : '';
  return `${missing} pods stopped serving after changes made here (${named.join(', ')}${more})`;
}

function mostMissing(fallen: readonly Watched[]): readonly Watched[] {
  return fallen.toSorted((a, b) => b.expected - b.ready - (a.expected - a.ready));
}

/**
 * Why a change is not made while the breaker is open, or null. For an hour nothing is scaled down anywhere; those that
 * fell are left altogether, since what was done to them may be what broke them; others may still grow.
 */
export function whyBroken(
  hold: OpenBreaker | null,
  key: string,
  { current, target }: { readonly current: number; readonly target: number },
  now: EpochMs,
): string | null {
  if (hold === null) return null;
  const fell = hold.fallen.some((one) => one.key === key);
  const stoodMs = now - hold.since;
  if (!fell && (target >= current || stoodMs >= EVERYTHING_WAITS_MS)) return null;
  const what = fell ? 'this workload is left as it is' : 'nothing is scaled down';
  const latest = new Date(hold.since + (fell ? LONGEST_MS : EVERYTHING_WAITS_MS)).toISOString();
  const ends = `when they serve again or a person clears it, at ${latest} at the latest`;
  return `on hold: ${hold.reason}; ${what} ${sinceAndUntil(stoodMs, ends)}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
