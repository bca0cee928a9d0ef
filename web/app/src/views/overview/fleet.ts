// The workloads of one cluster or of all, every page of each. A cluster that cannot be read hides no other, and keeps what was known.
import { useRef } from 'preact/hooks';
import { Problem, read } from '../../api/client.ts';
import { type Live, useLive } from '../../api/live.ts';
import type { Status } from '../../api/types.ts';
import { wasAt } from '../../parts/age.tsx';
import { readClusters } from '../../parts/clusters.ts';
import type { Fleet, OfCluster } from './of-cluster.ts';

const EVERY = 15_000;
/** One answer is parsed in one go, and a page that is scrolled meanwhile must not stick. */
const LIMIT = 500;

/** @param cluster null: all of them */
export function useFleet(cluster: string | null): Live<Fleet> {
  const before = useRef<Fleet>([]);
  return useLive(
    `fleet ${cluster ?? ''}`,
    async (signal) => {
      const ids = cluster === null ? await readClusters(signal) : [cluster];
      const found = await Promise.all(ids.map((id) => clusterOf(id, before.current, signal)));
      const [first] = found;
      if (first?.problem instanceof Problem && found.every(({ problem }) => problem !== null)) throw first.problem;
      before.current = found;
      return found;
    },
    EVERY,
  );
}

async function clusterOf(id: string, before: Fleet, signal: AbortSignal): Promise<OfCluster> {
  try {
    return { id, status: await readWhole(id, signal), at: Date.now(), problem: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { status, at } = before.find((one) => one.id === id) ?? { status: null, at: null };
    return { id, status, at, problem: error };
  }
}

async function readWhole(id: string, signal: AbortSignal): Promise<Status> {
  const path = `status/${encodeURIComponent(id)}`;
  const first = await read<Status>(path, { limit: LIMIT }, signal);
  const pages = [first];
  for (let { cursor } = first; cursor !== null; ) {
    const page = await read<Status>(path, { limit: LIMIT, cursor }, signal);
    pages.push(page);
    cursor = page.cursor;
  }
  if (first.last_tick !== null) wasAt(first.last_tick.finished_at);
  const workloads = pages.flatMap((page) => page.workloads);
  return { ...first, workloads, without_hpa: pages.flatMap((page) => page.without_hpa), cursor: null };
}
