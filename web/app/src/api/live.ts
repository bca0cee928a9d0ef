// An answer that is asked for again and again while somebody looks. When the API is down, the last one stays, with its age.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Problem } from './client.ts';

export interface Live<T> {
  /** The newest answer; null before the first. */
  readonly data: T | null;
  /** When that came, in ms since 1970; null before the first. */
  readonly at: number | null;
  /** Why there is none newer; null where the last question was answered. */
  readonly problem: Problem | null;
  /** Asks at once, as after a change. */
  readonly again: () => void;
}

interface State<T> {
  readonly key: string;
  readonly data: T | null;
  readonly at: number | null;
  readonly problem: Problem | null;
}

/**
 * @param key what is asked: with another one the old answer is gone
 * @param every milliseconds from an answer to the next question; a hidden tab asks nothing
 */
export function useLive<T>(key: string, ask: (signal: AbortSignal) => Promise<T>, every: number): Live<T> {
  const [state, setState] = useState<State<T>>({ key, data: null, at: null, problem: null });
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;

  useEffect(() => {
    const ending = new AbortController();
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const turn = async () => {
      if (!document.hidden) {
        const next = await outcomeOf(() => latest.current(ending.signal));
        if (ending.signal.aborted) return;
        setState((was) => joined(was, key, next));
      }
      waiting = setTimeout(turn, every);
    };
    const shown = () => {
      if (document.hidden) return;
      clearTimeout(waiting);
      turn();
    };
    document.addEventListener('visibilitychange', shown);
    turn();
    return () => {
      ending.abort();
      clearTimeout(waiting);
      document.removeEventListener('visibilitychange', shown);
    };
  }, [key, every, round]);

  const again = useCallback(() => setRound((n) => n + 1), []);
  return state.key === key ? { ...state, again } : { data: null, at: null, problem: null, again };
}

type Outcome<T> = { readonly data: T } | { readonly problem: Problem };

async function outcomeOf<T>(ask: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { data: await ask() };
  } catch (error) {
    if (error instanceof Problem) return { problem: error };
    return { problem: new Problem(0, 'Unexpected', error instanceof Error ? error.message : String(error)) };
  }
}

function joined<T>(was: State<T>, key: string, next: Outcome<T>): State<T> {
  if ('data' in next) return { key, data: next.data, at: Date.now(), problem: null };
  const before = was.key === key ? was : { data: null, at: null };
  return { key, data: before.data, at: before.at, problem: next.problem };
}
