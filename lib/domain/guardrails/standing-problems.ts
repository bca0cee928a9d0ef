// What has been missing for long enough to be somebody's task: a hold without end is told as what it is.
import type { Assessment } from '../assessment/assessment.ts';
import { stoodFor } from '../assessment/standing.ts';
import { workloadKey } from '../workload/identity.ts';
import { signalsOf } from '../workload/loads.ts';
import { unusableSignals } from '../workload/signal-health.ts';

/** A metrics-server that restarts is back by then. */
const TOLD_AFTER_MS = 15 * 60_000;
/** A metrics API that is away takes every workload with it: the first few say as much as all. */
const NAMED = 20;

/** One sentence per enabled workload that cannot shrink for want of a signal; after so many, how many more there are. */
export function standingProblems(assessments: readonly Assessment[]): readonly string[] {
  const all = assessments.filter(({ policy }) => policy.enabled).flatMap(problemOf);
  const rest = all.length - NAMED;
  return rest > 0 ? [...all.slice(0, NAMED), `and ${rest} more workloads lack a signal for as long`] : all;
}

function problemOf({ observation, policy, standing, now }: Assessment): readonly string[] {
  const missing = unusableSignals(observation, policy);
  const long = signalsOf(policy).flatMap((signal) => {
    const unusable = missing[signal];
    const stoodMs = unusable === undefined ? 0 : stoodFor(standing, unusable.code, now);
    if (unusable === undefined || stoodMs < TOLD_AFTER_MS) return [];
    return [`${signal} is ${unusable.why} (for ${Math.floor(stoodMs / 60_000)} min)`];
  });
  if (long.length === 0) return [];
  return [`${workloadKey(observation.workload)}: it is not scaled down, ${long.join('; ')}`];
}
