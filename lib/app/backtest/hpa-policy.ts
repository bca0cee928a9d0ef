// The peer most users have: the HPA at a fixed CPU target, synced every 15 s on readings of an instant.
import { HPA_START, HPA_SYNC_SECONDS, hpaStep } from '../../domain/hpa.ts';
import type { BacktestPolicy, PolicySettings } from './policy.ts';

/** @param targetPercent of the CPU request */
export function hpaPolicy(name: string, targetPercent: number, settings: PolicySettings): BacktestPolicy {
  const { min, max, capacity } = settings;
  const metrics = [{ resource: 'cpu', targetPercent, request: capacity }] as const;
  let memory = HPA_START;
  let source = 'hpa';
  return {
    name,
    everySeconds: HPA_SYNC_SECONDS,
    get source() {
      return source;
    },
    decide({ seconds, replicas, reading, pods }) {
      const measuredAt = reading?.at ?? null;
      const input = { now: seconds, replicas, min, max, metrics, pods: pods(), measuredAt, windowSeconds: 0 };
      const result = hpaStep(input, memory);
      memory = result.memory;
      source = result.reason;
      return result.desired;
    },
  };
}
