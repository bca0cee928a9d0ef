// People and models judge load in percent of what is requested; forecasts are in cores and bytes. This is the bridge.
import { perReplicaOf } from './loads.ts';
import type { Observation } from './observation.ts';
import type { Policy } from './policy.ts';
import type { SignalName } from './signal.ts';
import { servingPods } from './utilisation.ts';

/**
 * Percent of what the pods that carry the load request now, so that a forecast reads on the same scale as today's utilisation.
 *
 * @param demand Total over all replicas: cores, bytes, or the load's unit (in percent of its target, then).
 * @returns Null where no request is stated or nothing serves: it is then unknown, not zero.
 */
export function percentOfRequests(
  { observation, policy }: { readonly observation: Observation; readonly policy: Pick<Policy, 'signals'> },
  signal: SignalName,
  demand: number,
): number | null {
  const requested = (perReplicaOf(observation, policy)[signal] ?? 0) * servingPods(observation);
  const percent = (demand / requested) * 100;
  return requested > 0 && Number.isFinite(percent) ? percent : null;
}
