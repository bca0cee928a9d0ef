// A complexity score at one tick: what counts of it and of the loads beside it, held against the scaling policy.
import type { ComplexityScaling } from '../complexity/scaling-policy.ts';
import { targetsOf } from '../sizing/capacity.ts';
import type { MemoryNature } from '../sizing/memory-nature.ts';
import { isMemoryAtRest } from '../sizing/memory-sizing.ts';
import { loadsOf } from '../workload/loads.ts';
import type { Observation } from '../workload/observation.ts';
import type { Policy, SignalPolicy } from '../workload/policy.ts';
import type { LevelReading, PerSignal, SignalDefinition, SignalName } from '../workload/signal.ts';
import { utilisationOf } from '../workload/utilisation.ts';
import { demandNeeds } from './complexity-base.ts';
import { viewComplexity } from './complexity-view.ts';
import { knownAs, type LevelMemory } from './level-memory.ts';
import { type ComplexitySeen, stepComplexity } from './step-complexity.ts';
import { timely } from './timely.ts';

interface ComplexityAtInput {
  readonly observation: Observation;
  readonly policy: Policy;
  /** Of the tick before. */
  readonly previous: PerSignal<LevelMemory> | undefined;
  /** What is known of its memory. */
  readonly memory: MemoryNature | undefined;
}

/** A complexity score is held against the scaling policy, and no baseline is learned of it. */
export function complexityAt(
  name: SignalName,
  signal: SignalPolicy,
  definition: SignalDefinition & { readonly scaling: ComplexityScaling },
  { observation, policy, previous, memory }: ComplexityAtInput,
) {
  const { scaling } = definition;
  const measured = timelyLoads(observation, policy);
  const { memory: held, ...others } = utilisationOf(measured, policy);
  const isHeldByLoad = held !== undefined && !isMemoryAtRest(observation, policy, memory);
  const queue = scaling.queue === undefined ? undefined : readingOf(observation, scaling.queue);
  const seen: ComplexitySeen = {
    now: observation.at,
    tickMs: policy.tickSeconds * 1000,
    score: timely(observation.levels?.[name], observation, policy),
    scaling,
    utilisation: isHeldByLoad ? { ...others, memory: held } : others,
    isWhole: loadsOf(policy).every((load) => (measured.signals[load]?.coverage ?? 1) >= 1),
    targets: targetsOf(policy),
    queue: timely(queue, observation, policy),
    base: demandNeeds(observation, policy),
    replicas: observation.replicas.spec,
  };
  const step = stepComplexity(knownAs('score', previous?.[name]), seen);
  return { view: viewComplexity({ ...seen, name, step, definition, policy: signal }), memory: step.memory };
}

/** Of a load or of a level. */
function readingOf({ levels, signals }: Observation, name: SignalName): LevelReading | undefined {
  const load = signals[name];
  return levels?.[name] ?? (load && { value: load.demand, at: load.at });
}

function timelyLoads(observation: Observation, policy: Policy): Observation {
  const all = Object.entries(observation.signals);
  const signals = all.filter(([, reading]) => timely(reading, observation, policy) !== null);
  return { ...observation, signals: Object.fromEntries(signals) };
}
