// Levels from the outside: HTTP requests to the URLs that the installation lists, one per workload, each with a budget of its own.
import type { SignalSource, WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { makeBatch, namingWorkloads } from '../../app/ports/signal-batch.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { PerSignal, SignalDefinition, SignalName } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { type Stat, summaryOf } from './summary.ts';
import { probeWindow, type WindowOptions } from './window.ts';

interface ProbeSignal {
  readonly name: SignalName;
  readonly stat: Stat;
}

export interface ProbeOptions extends WindowOptions {
  readonly name: string;
  readonly definitions: PerSignal<SignalDefinition>;
  readonly signals: readonly ProbeSignal[];
  /** URL by workload, `namespace/name`. */
  readonly targets: ReadonlyMap<string, string>;
  readonly now: () => EpochMs;
}

/**
 * Never throws: a URL that does not answer is unread on its workload alone. One window per URL, whatever is asked of it, and all
 * at once: none waits for another that hangs.
 */
export function makeProbe(options: ProbeOptions): SignalSource {
  const { name, definitions, signals, targets, now } = options;
  return {
    name,
    definitions,
    async read(snapshot, ref) {
      const batch = makeBatch();
      const asked = new Map<WorkloadSnapshot, ProbeSignal[]>();
      const naming = namingWorkloads(snapshot, Object.keys(definitions), ref);
      for (const signal of signals)
        for (const of of naming.get(signal.name) ?? []) asked.set(of, [...(asked.get(of) ?? []), signal]);
      const probeOne = async (of: WorkloadSnapshot, wanted: readonly ProbeSignal[]) => {
        const key = workloadKey(of.workload);
        const url = targets.get(key);
        if (url === undefined) {
          const why = `${name} has no URL of ${key}: add one to its "targets"`;
          for (const signal of wanted) batch.unread([of], signal.name, why);
          return;
        }
        const outcomes = await probeWindow(new URL(url), options);
        const at = now();
        for (const { name: signal, stat } of wanted) {
          const summary = summaryOf(outcomes, stat);
          if ('why' in summary) batch.unread([of], signal, summary.why);
          else batch.measured(of, { name: signal, kind: 'level' }, summary.value, at, { beside: summary.beside });
        }
      };
      await Promise.all([...asked].map(([of, wanted]) => probeOne(of, wanted)));
      return batch.done();
    },
  };
}
