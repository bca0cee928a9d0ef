// How fast a workload may move, whoever moves it: the bounds, windows and steps that no policy states, each here and nowhere else.
import { MINUTE_MS } from './time.ts';

/** More replicas of one workload than any cluster we know of would run; refuses 10^9 typed by accident. */
export const MAX_REPLICAS = 10_000;
/** Percent of requests that a target may be; HPA's own defaults are in the policy. */
export const TARGET_RANGE = { cpu: [10, 90], memory: [10, 95] } as const;
/** How often an enabled workload that we scale ourselves is looked at between two ticks: as often as an HPA does. */
export const LOOK_SECONDS = 15;
/** HPA's own: a ratio this close to 1 is not worth a change. */
export const TOLERANCE = 0.1;
/** HPA's own: a scale-in takes the highest number wanted in the last five minutes. */
export const STABILISATION_MS = 5 * MINUTE_MS;
/** Pods that did not get ready within so long are no start-up any more: they carry nothing. */
export const READY_PATIENCE_MS = 15 * MINUTE_MS;
/** Up at most double, or by four where that is more; down at most by half. */
const STEP_FACTOR = 2;
const LEAST_STEP_UP = 4;

/** The most replicas that one step may lead to. */
export function highestStep(current: number): number {
  return Math.max(STEP_FACTOR * current, current + LEAST_STEP_UP);
}

/** The fewest replicas that one step may lead to. */
export function lowestStep(current: number): number {
  return Math.ceil(current / STEP_FACTOR);
}
