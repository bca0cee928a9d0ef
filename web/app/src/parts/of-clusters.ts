// The same question to every cluster. One that cannot be read hides none of the others, and is named.
import { Problem } from '../api/client.ts';
import { type Live, useLive } from '../api/live.ts';
import { readClusters } from './clusters.ts';

export interface OfClusters<T> {
  readonly clusters: readonly string[];
  readonly found: readonly (readonly [cluster: string, answer: T])[];
  readonly failed: readonly (readonly [cluster: string, problem: Problem])[];
}

/** Milliseconds. */
const EVERY = 10_000;

/** Fails only where no cluster can be read. */
export function useOfClusters<T>(
  key: string,
  ask: (cluster: string, signal: AbortSignal) => Promise<T>,
): Live<OfClusters<T>> {
  return useLive(
    key,
    async (signal) => {
      const clusters = await readClusters(signal);
      const all = await Promise.all(clusters.map((cluster) => outcomeOf(cluster, () => ask(cluster, signal))));
      const found = all.flatMap(({ cluster, answer }) => (answer === null ? [] : [[cluster, answer.of] as const]));
      const failed = all.flatMap(({ cluster, problem }) => (problem === null ? [] : [[cluster, problem] as const]));
      const [first] = failed;
      if (first !== undefined && found.length === 0) throw first[1];
      return { clusters, found, failed };
    },
    EVERY,
  );
}

async function outcomeOf<T>(cluster: string, ask: () => Promise<T>) {
  try {
    return { cluster, answer: { of: await ask() }, problem: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { cluster, answer: null, problem: error };
  }
}
