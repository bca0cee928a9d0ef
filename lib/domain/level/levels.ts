// All levels of one workload at one tick: what each says now, and what is kept of it.
import { targetsOf } from '../sizing/capacity.ts';
import type { MemoryNature } from '../sizing/memory-nature.ts';
import { loadsOf, namedLevels, namedLoads } from '../workload/loads.ts';
import type { Observation } from '../workload/observation.ts';
import { READY_PATIENCE_MS } from '../workload/pace.ts';
import type { Policy, SignalPolicy } from '../workload/policy.ts';
import type { PerSignal, SignalDefinition, SignalName } from '../workload/signal.ts';
import type { EpochMs } from '../workload/time.ts';
import { utilisationOf } from '../workload/utilisation.ts';
import { baselineOf } from './baseline.ts';
import { complexityAt } from './complexity-at.ts';
import { knownAs, type LevelMemory } from './level-memory.ts';
import { type LevelView, viewLevel } from './level-view.ts';
import { PAST_WINDOWS, stepLevel } from './step-level.ts';
import { type AdvisedThresholds, isTime, thresholdsOf } from './thresholds.ts';
import { timely } from './timely.ts';

/** CPU that a workload hardly uses says little of how much it has to do; under a percent it says nothing. */
const TELLING_CPU_PERCENT = 20;
const LEAST_CPU_PERCENT = 1;

export interface LevelsInput {
  readonly observation: Observation;
  readonly policy: Policy;
  /** Of the tick before. */
  readonly previous: PerSignal<LevelMemory> | undefined;
  /** The last change of ours, whoever led it. */
  readonly lastChange:
    | { readonly at: EpochMs; readonly source: string; readonly from: number; readonly to: number }
    | undefined;
  /** When the replica count last moved, whoever moved it; null where that is not known. */
  readonly scaledAt: EpochMs | null;
  /** What the LLM advises, while that stands. */
  readonly advised: AdvisedThresholds | undefined;
  /** What is known of its memory. */
  readonly memory: MemoryNature | undefined;
}

export interface Levels {
  readonly views: PerSignal<LevelView>;
  readonly memories: PerSignal<LevelMemory>;
}

/** Of the levels that the policy names, in its order. */
export function levelsAt(input: LevelsInput): Levels {
  const views: Record<SignalName, LevelView> = {};
  const memories: Record<SignalName, LevelMemory> = {};
  for (const name of namedLevels(input.policy)) {
    const policy = input.policy.signals?.[name];
    const definition = input.observation.definitions?.[name];
    if (policy === undefined || definition === undefined) continue;
    const { scaling } = definition;
    const { view, memory } =
      scaling === undefined
        ? levelAt(name, policy, definition, input)
        : complexityAt(name, policy, { ...definition, scaling }, input);
    views[name] = view;
    memories[name] = memory;
  }
  return { views, memories };
}

function levelAt(name: SignalName, signal: SignalPolicy, definition: SignalDefinition, input: LevelsInput) {
  const { observation, policy, previous, lastChange, advised } = input;
  const known = knownAs('other', previous?.[name]);
  const read = timely(observation.levels?.[name], observation, policy);
  const isDoubted = read !== null && isOtherUnit(read.value, definition, known);
  const reading = isDoubted ? null : read;
  const thresholds = thresholdsOf(signal, definition, advised);
  const isSettled = isStill(input);
  const load = busiest(observation, policy);
  const seen = {
    thresholds,
    replicas: observation.replicas.spec,
    isSettled,
    loadPercent: load.percent,
  };
  const { memory, band } = stepLevel(known, {
    ...seen,
    now: observation.at,
    tickMs: policy.tickSeconds * 1000,
    reading,
    objective: signal.target,
    isLowerWorse: definition.worse === 'lower',
    relearnAt: signal.relearnAt,
    ownChange:
      lastChange === undefined
        ? null
        : {
            at: lastChange.at,
            to: lastChange.to,
            isRise: lastChange.source === name && lastChange.to > lastChange.from,
          },
    isTime: isTime(definition.unit),
  });
  const view = viewLevel({
    ...seen,
    name,
    doubted: isDoubted ? read.value : null,
    memory,
    band,
    reading,
    definition,
    policy: signal,
    isLoadOver: load.isOver,
    isLoadTelling: load.isTelling,
  });
  return { view, memory: withSaid(memory, view.unhelped) };
}

/** So many times faster than usual is no good day: seconds, most likely, where milliseconds were. */
const OTHER_UNIT = 300;

function isOtherUnit(value: number, { unit, worse }: SignalDefinition, known: LevelMemory | undefined): boolean {
  const usual = known === undefined ? null : baselineOf(known.windows, known.anchor);
  return worse !== 'lower' && isTime(unit) && value > 0 && usual !== null && value * OTHER_UNIT < usual.value;
}

function withSaid({ isUnhelpedSaid, ...memory }: LevelMemory, isUnhelped: boolean): LevelMemory {
  const stays = isUnhelpedSaid && (memory.calm ?? 0) < PAST_WINDOWS;
  return isUnhelped || stays ? { ...memory, isUnhelpedSaid: true } : memory;
}

/** No rollout is under way, and no pods are starting: those that were given their time and do not serve carry nothing. */
function isStill({ observation: { at, rollout, replicas }, scaledAt }: LevelsInput): boolean {
  const haveHadTime = scaledAt === null || at - scaledAt >= READY_PATIENCE_MS;
  return rollout === 'settled' && (replicas.ready >= replicas.spec || haveHadTime);
}

interface Busiest {
  /** Percent of what a replica takes; null where nothing tells. */
  readonly percent: number | null;
  /** A load is over its target. */
  readonly isOver: boolean;
  /** As much load per replica as usual means that load is not what is wrong. */
  readonly isTelling: boolean;
}

/** How much a replica has to do: by the busiest load that the workload names, else by CPU where it uses any. */
function busiest(observation: Observation, policy: Policy): Busiest {
  const utilisation = utilisationOf(observation, policy);
  const targets = targetsOf(policy);
  const isOver = loadsOf(policy).some((signal) => (utilisation[signal] ?? 0) > (targets[signal] ?? 100));
  const named = namedLoads(policy).flatMap((signal) => utilisation[signal] ?? []);
  if (named.length > 0) return { percent: Math.max(...named), isOver, isTelling: true };
  const cpu = utilisation.cpu ?? 0;
  return { percent: cpu >= LEAST_CPU_PERCENT ? cpu : null, isOver, isTelling: cpu >= TELLING_CPU_PERCENT };
}
