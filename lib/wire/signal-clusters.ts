// A source knows some clusters only: in another it is not asked, and who names its signal there is told, unless another source has it.
import type { SignalSource } from '../app/ports/cluster.ts';
import { makeBatch, namingWorkloads } from '../app/ports/signal-batch.ts';
import type { ConfiguredSource } from '../signals-config/read.ts';

/** @param all the sources of the installation, itself among them */
export function inItsClusters(
  source: SignalSource,
  { name, clusters, signals }: ConfiguredSource,
  all: readonly ConfiguredSource[],
): SignalSource {
  if (clusters === undefined) return source;
  const isElsewhere = (signal: string, cluster: string) =>
    all.some((other) => other.clusters?.includes(cluster) && other.signals.some((one) => one.name === signal));
  return {
    ...source,
    async read(snapshot, ref) {
      const { cluster } = snapshot;
      if (clusters.includes(cluster)) return source.read(snapshot, ref);
      const batch = makeBatch();
      const missing = signals.map((signal) => signal.name).filter((signal) => !isElsewhere(signal, cluster));
      for (const [signal, workloads] of namingWorkloads(snapshot, missing, ref))
        batch.unread(
          workloads,
          signal,
          `its source ${name} knows ${clusters.join(', ')} and not this cluster, ${cluster}`,
        );
      return batch.done();
    },
  };
}
