// The bound of what any policy can reach: it knows the future and still pays for start-up.
import { type BacktestPolicy, type PolicySettings, STEP_SECONDS } from './policy.ts';
import { neededReplicas } from './score.ts';
import { wholeSteps } from './step-demand.ts';

/** Only this policy is given the trace. */
export interface KnownFuture {
  readonly demand: Float64Array;
  readonly intervalSeconds: number;
  readonly startupSeconds: number;
}

/**
 * Each tick, the replicas needed by the highest demand that no later tick can prepare for: a pod asked for at the next
 * tick serves one tick and one start-up from now.
 */
export function limitPolicy(name: string, settings: PolicySettings, future: KnownFuture): BacktestPolicy {
  const horizonSeconds = settings.tickSeconds + future.startupSeconds;
  const known = { ...future, ...wholeSteps(future) };
  return {
    name,
    everySeconds: settings.tickSeconds,
    source: 'clairvoyant',
    decide: ({ seconds }) => neededReplicas(highest(known, seconds, horizonSeconds), settings.capacity),
  };
}

/** Over the steps that begin in [from, from + horizon). */
function highest({ demand, intervalSeconds }: KnownFuture, from: number, horizonSeconds: number): number {
  const lastStep = from + STEP_SECONDS * (Math.ceil(horizonSeconds / STEP_SECONDS) - 1);
  const last = Math.floor(lastStep / intervalSeconds);
  let peak = 0;
  for (let i = Math.floor(from / intervalSeconds); i <= last; i++) peak = Math.max(peak, demand[i] ?? 0);
  return peak;
}
