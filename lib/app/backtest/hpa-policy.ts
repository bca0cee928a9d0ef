// The peer most users have: the HPA at a fixed CPU target, synced every 15 s on readings of an instant.
import { HPA_START, HPA_SYNC_SECONDS, type HpaReason, hpaStep } from '../../domain/hpa/controller.ts';
import type { BacktestPolicy, BacktestView, PolicySettings } from './policy.ts';

/** @param targetPercent of the CPU request */
export function hpaPolicy(name: string, targetPercent: number, settings: PolicySettings): BacktestPolicy {
  const sync = startHpa(targetPercent, settings);
  let source = 'hpa';
  return {
    name,
    everySeconds: HPA_SYNC_SECONDS,
    get source() {
      return source;
    },
    decide(view) {
      const { desired, reason } = sync(view, settings.min);
      source = reason;
      return desired;
    },
  };
}

/** One sync of an HPA in a backtest; call it every 15 s. `minReplicas` may be another each time. */
export type HpaSync = (
  view: BacktestView,
  minReplicas: number,
) => { readonly desired: number; readonly reason: HpaReason };

/** @param targetPercent of the CPU request */
export function startHpa(targetPercent: number, { max, capacity, hpaBehaviour }: PolicySettings): HpaSync {
  const metrics = [{ resource: 'cpu', targetPercent, request: capacity }] as const;
  let memory = HPA_START;
  return ({ seconds, replicas, reading, pods }, minReplicas) => {
    const measuredAt = reading?.at ?? null;
    const input = {
      ...hpaBehaviour,
      now: seconds,
      replicas,
      min: minReplicas,
      max,
      metrics,
      pods: pods(),
      measuredAt,
      windowSeconds: 0,
    };
    const result = hpaStep(input, memory);
    memory = result.memory;
    return result;
  };
}
