// How many replicas a workload needs at this moment so as not to be short: what proposals and changes are judged by afterwards.
import type { LevelView } from '../level/level-view.ts';
import { capacities, FULL_PERCENT, replicasFor } from '../sizing/capacity.ts';
import { namedNeed } from '../sizing/load-need.ts';
import type { MemoryNature } from '../sizing/memory-nature.ts';
import type { Observation } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';
import type { PerSignal } from '../workload/signal.ts';
import { unusableSignals } from '../workload/signal-health.ts';
import { leastOfAll } from './proposals/levels.ts';

/**
 * CPU at the line of being short, named loads at what they state, memory at its target where its base is known, and what a
 * level that is over asks for.
 * @returns null where it cannot be told: a signal is not known, or pods are being replaced and count twice
 */
export function needAtLine(
  observation: Observation,
  policy: Policy,
  levels: PerSignal<LevelView> = {},
  memory?: MemoryNature,
): number | null {
  if (observation.rollout === 'in_progress' || Object.keys(unusableSignals(observation, policy)).length > 0)
    return null;
  const base = memory?.baseBytes ?? null;
  const { cpu, memory: bytes } = capacities(observation, policy, base ?? 0);
  const { cpu: used, memory: held } = observation.signals;
  const level = leastOfAll(levels);
  const needs = [
    used && cpu ? replicasFor(used.demand, cpu, FULL_PERCENT) : null,
    held && bytes && base !== null && !policy.memoryOff
      ? replicasFor(held.demand, bytes, policy.targetPercent.memory)
      : null,
    namedNeed(observation, policy),
    level !== null && level.view.band === 'over' ? level.view.least : null,
  ];
  return Math.max(1, ...needs.filter((need) => need !== null));
}
