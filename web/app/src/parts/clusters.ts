// The clusters of the installation of which something may be seen.
import { read } from '../api/client.ts';

interface Clusters {
  readonly clusters: readonly { readonly id: string }[];
}

/** @returns their ids. @throws Problem */
export async function readClusters(signal: AbortSignal): Promise<readonly string[]> {
  return (await read<Clusters>('clusters', {}, signal)).clusters.map(({ id }) => id);
}
