// What the views of one workload ask of the API.
import { read } from '../../api/client.ts';
import { type Live, useLive } from '../../api/live.ts';
import type { HistoryLine, HistoryPage, Patterns, Recommendations, Ref, Story } from '../../api/types.ts';
import { wasAt } from '../../parts/age.tsx';

const SOON = 15_000;
const LATER = 60_000;
/** A page of history is a hundred lines; more of them than this are not looked through for a chart. */
const MOST_PAGES = 4;

const keyOf = ({ cluster, namespace, deployment, kind }: Ref) => [cluster, namespace, deployment, kind].join('/');
const path = (what: string, { cluster }: Ref) => `${what}/${encodeURIComponent(cluster)}`;
const query = ({ namespace, deployment, kind }: Ref) => ({ namespace, deployment, kind });

export function useRecommendations(ref: Ref): Live<Recommendations> {
  const ask = async (signal: AbortSignal) => {
    const found = await read<Recommendations>(path('recommendations', ref), query(ref), signal);
    wasAt(found.decision.timestamp);
    return found;
  };
  return useLive(`recommendations ${keyOf(ref)}`, ask, SOON);
}

export function usePatterns(ref: Ref, hours: number): Live<Patterns> {
  const ask = (signal: AbortSignal) => read<Patterns>(path('patterns', ref), { ...query(ref), hours }, signal);
  return useLive(`patterns ${keyOf(ref)} ${hours}`, ask, SOON);
}

/** What came grows until its last hour is there. */
export function useStory(ref: Ref, id: string): Live<Story> {
  const ask = (signal: AbortSignal) =>
    read<Story>(`${path('history', ref)}/${encodeURIComponent(id)}`, query(ref), signal);
  return useLive(`story ${keyOf(ref)} ${id}`, ask, LATER);
}

/** The decisions that were written down, newest first, back to some hours ago. Pages of them: not asked for at every turn. */
export function useDecisionsOf(ref: Ref, hours: number): Live<readonly HistoryLine[]> {
  const ask = async (signal: AbortSignal) => {
    const lines: HistoryLine[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const found = await historyPage(ref, { cursor, signal });
      lines.push(...found.decisions);
      const [newest, oldest] = [lines[0], lines.at(-1)];
      if (found.cursor === null || newest === undefined || oldest === undefined) break;
      if (Date.parse(newest.timestamp) - Date.parse(oldest.timestamp) > hours * 3_600_000) break;
      cursor = found.cursor;
    }
    return lines;
  };
  return useLive(`decisions ${keyOf(ref)} ${hours}`, ask, LATER);
}

interface Page {
  readonly cursor: string | undefined;
  readonly signal: AbortSignal;
}

export function historyPage(ref: Ref, { cursor, signal }: Page): Promise<HistoryPage> {
  return read<HistoryPage>(path('history', ref), { ...query(ref), limit: 100, cursor }, signal);
}
