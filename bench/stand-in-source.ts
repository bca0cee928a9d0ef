// A stand-in for a source of signals: what stands for its answer is computed here, so that only what a tick makes of it is measured.
import type { ClusterSnapshot, SignalBatch, SignalSource } from '../lib/app/ports/cluster.ts';
import { signalsNamed } from '../lib/domain/workload/annotated-values.ts';
import type { LevelReading, PerSignal, Reading, SignalDefinition } from '../lib/domain/workload/signal.ts';
import type { EpochMs } from '../lib/domain/workload/time.ts';

/** What one replica takes of each load of the bench. */
export const BENCH_TARGET = 80;
const LOADS = ['requests', 'queue', 'tokens'] as const;
const LEVELS = ['latency', 'errors'] as const;

/** How many signals of each kind every workload names. */
export interface Named {
  readonly loads: number;
  readonly levels: number;
}

/** The names of so many loads. */
export function loadNames({ loads }: Named): readonly string[] {
  return LOADS.slice(0, loads);
}

/** As a user would annotate his workload. */
export function namingAnnotations(named: Named): Readonly<Record<string, string>> {
  const loads = loadNames(named).map((name) => [`ai4k8s.io/signal.${name}`, `target=${BENCH_TARGET}`]);
  const levels = LEVELS.slice(0, named.levels).map((name) => [`ai4k8s.io/signal.${name}`, 'direction=both']);
  return Object.fromEntries([...loads, ...levels]);
}

/** A level of one workload: by up to a tenth off, another for each and every minute, as what is measured is. */
export function standInLevel(seed: number, minute: number): number {
  const mixed = Math.sin(seed * 78.233 + (minute % 1440) * 12.9898) * 43_758.5453;
  return 100 * (0.9 + 0.2 * (mixed - Math.floor(mixed)));
}

/** Each load goes with the replicas that serve; a level moves by the minute around one value. */
export function makeStandInSource(now: () => EpochMs): SignalSource {
  const load: SignalDefinition = { kind: 'load', unit: '1/s' };
  const level: SignalDefinition = { kind: 'level', unit: 'ms' };
  const definitions: PerSignal<SignalDefinition> = Object.fromEntries([
    ...LOADS.map((name) => [name, load] as const),
    ...LEVELS.map((name) => [name, level] as const),
  ]);
  return {
    name: 'stand-in of the bench',
    definitions,
    read: (snapshot) => Promise.resolve(readAll(snapshot, definitions, now())),
  };
}

function readAll({ workloads }: ClusterSnapshot, definitions: PerSignal<SignalDefinition>, at: EpochMs): SignalBatch {
  const readings = new Map<string, PerSignal<Reading>>();
  const levels = new Map<string, PerSignal<LevelReading>>();
  const minute = Math.floor(at / 60_000);
  let seed = 0;
  for (const [key, { annotations, replicas }] of workloads) {
    const named = signalsNamed(annotations).filter((name) => Object.hasOwn(definitions, name));
    const of = (kind: SignalDefinition['kind']) => named.filter((name) => definitions[name]?.kind === kind);
    const demand = 0.7 * BENCH_TARGET * Math.max(1, replicas.ready) * (1 + 0.05 * Math.sin(minute));
    readings.set(
      key,
      Object.fromEntries(of('load').map((name) => [name, { demand, at, coverage: 1, atLimit: false }])),
    );
    levels.set(
      key,
      Object.fromEntries(of('level').map((name) => [name, { value: standInLevel(seed++, minute), at }] as const)),
    );
  }
  return { readings, levels, problems: [] };
}
