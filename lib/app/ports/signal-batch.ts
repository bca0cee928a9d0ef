// What a source has found so far: of each workload that names one of its signals a reading, or why there is none.

import { signalsNamed } from '../../domain/workload/annotated-values.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import type { LevelReading, PerSignal, Reading, SignalKind, SignalName } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { ClusterSnapshot, SignalBatch, WorkloadSnapshot } from './cluster.ts';

/** The workloads that name a signal; a signal that nobody names is not among the keys. */
export function namingWorkloads(
  { workloads }: ClusterSnapshot,
  names: readonly SignalName[],
  ref?: WorkloadRef,
): ReadonlyMap<SignalName, readonly WorkloadSnapshot[]> {
  const naming = new Map<SignalName, WorkloadSnapshot[]>();
  const only = ref && workloadKey(ref);
  for (const [key, workload] of workloads) {
    if (only !== undefined && key !== only) continue;
    for (const name of new Set(signalsNamed(workload.annotations))) {
      if (!names.includes(name)) continue;
      const others = naming.get(name);
      if (others === undefined) naming.set(name, [workload]);
      else others.push(workload);
    }
  }
  return naming;
}

/** A batch that is filled workload by workload. */
export interface BatchInTheMaking {
  /** @param more of a load: `coverage`, where not all was measured; of a level: what else is known of the window */
  measured(
    of: WorkloadSnapshot,
    signal: { readonly name: SignalName; readonly kind: SignalKind },
    value: number,
    at: EpochMs,
    more?: Partial<Pick<Reading, 'coverage' | 'leftOut'>> & Pick<LevelReading, 'beside'>,
  ): void;
  /** @param why a part of a sentence, fit to stand behind the signal's name */
  unread(of: readonly WorkloadSnapshot[], name: SignalName, why: string): void;
  /** Of the source as a whole. */
  problem(sentence: string): void;
  done(): SignalBatch;
}

export function makeBatch(): BatchInTheMaking {
  const readings = new Map<string, Record<SignalName, Reading>>();
  const levels = new Map<string, Record<SignalName, LevelReading>>();
  const reasons = new Map<string, Record<SignalName, string>>();
  const problems = new Set<string>();
  return {
    measured({ workload }, { name, kind }, value, at, { beside, ...more } = {}) {
      if (kind === 'load') put(readings, workload, name, { demand: value, at, coverage: 1, atLimit: false, ...more });
      else put(levels, workload, name, { value, at, ...(beside !== undefined && { beside }) });
    },
    unread(of, name, why) {
      for (const { workload } of of) put(reasons, workload, name, why);
    },
    problem(sentence) {
      problems.add(sentence);
    },
    done: () => ({
      readings,
      levels,
      unread: reasons satisfies ReadonlyMap<string, PerSignal<string>>,
      problems: [...problems],
    }),
  };
}

function put<T>(into: Map<string, Record<SignalName, T>>, ref: WorkloadRef, name: SignalName, value: T): void {
  const key = workloadKey(ref);
  const known = into.get(key);
  if (known === undefined) into.set(key, { [name]: value });
  else known[name] = value;
}
