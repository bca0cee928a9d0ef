// Looks at a workload with a complexity score, one after the other, without a world that answers.
import { DEFAULT_SCALING_POLICY } from '../../lib/domain/complexity/scaling-policy.ts';
import type { LevelMemory } from '../../lib/domain/level/level-memory.ts';
import { levelsAt } from '../../lib/domain/level/levels.ts';
import type { MemoryNature } from '../../lib/domain/sizing/memory-nature.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import type { Policy, SignalPolicy } from '../../lib/domain/workload/policy.ts';
import type { PerSignal, SignalDefinition } from '../../lib/domain/workload/signal.ts';
import { NOW, observation, policy } from './workloads.ts';

export const MINUTE_MS = 60_000;
const { complexityThresholds, scaleUpFactors } = DEFAULT_SCALING_POLICY;
export const SCORE: SignalDefinition = {
  kind: 'level',
  unit: 'points',
  scaling: { complexityThresholds, scaleUpFactors, scaleUpAt: 70, queue: 'waiting' },
};
export const DEFINITIONS: PerSignal<SignalDefinition> = {
  complexity: SCORE,
  waiting: { kind: 'level', unit: 'requests' },
};
const SAID: SignalPolicy = { kind: 'level', target: null, direction: 'both', missing: 'hold' };

export interface Minute {
  readonly score?: number | null;
  readonly waiting?: number;
  readonly cpuPercent?: number;
  readonly memoryPercent?: number;
  /** What is known of its memory. */
  readonly memory?: MemoryNature;
  readonly replicas?: number;
  readonly change?: (seen: Observation) => Observation;
  readonly signal?: Partial<SignalPolicy>;
  readonly policy?: Partial<Policy>;
  readonly definitions?: PerSignal<SignalDefinition>;
}

/** One look; CPU of demand that is there whatever runs is stated per replica. */
export function look(
  minute: number,
  { score = null, waiting, cpuPercent = 35, memoryPercent = 20, replicas = 4, change, signal, memory, ...of }: Minute,
  previous?: PerSignal<LevelMemory>,
) {
  const at = NOW + minute * MINUTE_MS;
  const counts = { spec: replicas, ready: replicas, running: replicas, total: replicas };
  const base = observation({ at, replicas: counts, cpuPercent, memoryPercent });
  const signals = Object.entries(base.signals).map(
    ([name, reading]) => [name, { ...reading, at: at - 15_000 }] as const,
  );
  const seen: Observation = {
    ...base,
    signals: Object.fromEntries(signals),
    levels: {
      ...(score !== null && { complexity: { value: score, at: at - 1000 } }),
      ...(waiting !== undefined && { waiting: { value: waiting, at: at - 1000 } }),
    },
    definitions: of.definitions ?? DEFINITIONS,
  };
  const { views, memories } = levelsAt({
    observation: change?.(seen) ?? seen,
    policy: policy({
      ...{ min: 1, max: 50, memoryOff: true, ...of.policy },
      signals: {
        complexity: { ...SAID, ...signal },
        waiting: {
          ...SAID,
          kind: (of.definitions ?? DEFINITIONS).waiting?.kind ?? 'level',
          target: 1000,
          missing: 'ignore',
          direction: 'up',
        },
      },
    }),
    previous,
    ...{ lastChange: undefined, scaledAt: null, advised: undefined, memory },
  });
  const { complexity: view } = views;
  if (view === undefined) throw new Error('no view');
  return { view, memories };
}

/** Looks a minute apart, of which the last is returned. */
export function looks(minutes: readonly Minute[], from = 0, previous?: PerSignal<LevelMemory>) {
  let memories = previous;
  let last: ReturnType<typeof look> | undefined;
  for (const [i, minute] of minutes.entries()) {
    last = look(from + i, minute, memories);
    ({ memories } = last);
  }
  if (last === undefined) throw new Error('no minute');
  return last;
}

export const blind = (seen: Observation): Observation => ({ ...seen, signals: {}, capacity: {} });
export const times = (count: number, minute: Minute) => new Array<Minute>(count).fill(minute);
