// Every decision on a workload that was written down, newest first, to be filtered and opened.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { Problem } from '../../api/client.ts';
import type { HistoryLine, Ref } from '../../api/types.ts';
import { overviewPath, workloadPath } from '../../routes.ts';
import { historyPage } from '../workload/use-workload.ts';
import { type Filter, NO_FILTER, outcomesOf, shownBy, sourcesOf } from './filter.ts';
import { Filters } from './filters.tsx';
import { Lines } from './lines.tsx';
import './history.css';

interface Loaded {
  readonly lines: readonly HistoryLine[];
  /** Null on the last page; undefined before the first. */
  readonly cursor: string | null | undefined;
  readonly problem: Problem | null;
  readonly isLoading: boolean;
}

const NOTHING: Loaded = { lines: [], cursor: undefined, problem: null, isLoading: true };

export function History({ of }: { readonly of: Ref }) {
  const { cluster, namespace, deployment, kind } = of;
  const [loaded, setLoaded] = useState(NOTHING);
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const load = useCallback(
    async (before: Loaded, signal: AbortSignal) => {
      setLoaded({ ...before, isLoading: true, problem: null });
      const outcome = await pageAfter({ cluster, namespace, deployment, kind }, before, signal);
      if (!signal.aborted) setLoaded(outcome);
    },
    [cluster, namespace, deployment, kind],
  );
  useEffect(() => {
    const ending = new AbortController();
    load(NOTHING, ending.signal);
    return () => ending.abort();
  }, [load]);
  const { lines, cursor, problem, isLoading } = loaded;
  const shown = shownBy(filter, lines);
  const more = () => load(loaded, new AbortController().signal);
  return (
    <>
      <p class="crumbs">
        <a href={overviewPath(cluster)}>{cluster}</a> / {namespace} / <a href={workloadPath(of)}>{deployment}</a>
      </p>
      <h1>History of {deployment}</h1>
      <section class="card history">
        <Filters filter={filter} sources={sourcesOf(lines)} outcomes={outcomesOf(lines)} onFilter={setFilter} />
        <p class="faint" role="status">
          {isLoading ? 'Loading …' : `${shown.length} of ${lines.length} decisions${cursor === null ? '' : ' so far'}`}
        </p>
        {problem && (
          <p class="notice bad" role="alert">
            <strong>{problem.message}</strong>: {problem.detail}{' '}
            <button type="button" onClick={more}>
              Try again
            </button>
          </p>
        )}
        <Lines of={of} lines={shown} />
        {cursor != null && (
          <button type="button" disabled={isLoading} onClick={more}>
            Older
          </button>
        )}
      </section>
    </>
  );
}

async function pageAfter(ref: Ref, before: Loaded, signal: AbortSignal): Promise<Loaded> {
  try {
    const { decisions, cursor } = await historyPage(ref, { cursor: before.cursor ?? undefined, signal });
    return { lines: [...before.lines, ...decisions], cursor, problem: null, isLoading: false };
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(0, 'Unexpected', String(error));
    return { ...before, problem, isLoading: false };
  }
}
