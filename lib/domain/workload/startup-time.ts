// How long a new replica takes to serve: what can be believed of that, and what is remembered of it.
import { medianOf } from './series.ts';

/** Assumed where nothing was ever measured: a container of middling size on a node that has its image. */
export const DEFAULT_STARTUP_SECONDS = 90;
/** A pod that became ready later than this after its birth was broken or mended meanwhile: it says nothing of starting. */
const LONGEST_SECONDS = 900;
/** What is kept of a longer start-up from one fit to the next. */
const KEPT_SHARE = 0.9;

/**
 * The start-up of a workload, from its pods.
 * @param perPod seconds from birth to serving; absurd ones (negative, over a quarter of an hour, NaN) are left out
 * @returns the median in seconds, or null where no pod can be believed
 */
export function startupOf(perPod: readonly number[]): number | null {
  const believed = perPod.filter((seconds) => seconds >= 0 && seconds <= LONGEST_SECONDS);
  return believed.length === 0 ? null : medianOf(believed);
}

/**
 * What a fit keeps: a rise at once, a fall by a tenth each time. Sized for too short a start-up, capacity comes late and
 * the SLO is lost; for too long a one, it comes early and costs a little. A morning of slow image pulls is half forgotten
 * after seven fits, which is two days.
 * @param measured seconds, or null where nothing was measured now
 * @param before what was kept last, seconds
 */
export function rememberedStartup(measured: number | null, before: number | null): number | null {
  if (measured === null || before === null) return measured ?? before;
  return Math.max(measured, KEPT_SHARE * before);
}
