// What the sparklines are drawn from: asked for when a row comes into sight, a few at a time, and kept for a while.
import { useEffect, useState } from 'preact/hooks';
import { read } from '../../api/client.ts';
import type { Patterns, Ref } from '../../api/types.ts';
import { type Spark, sparkOf } from './spark-lines.ts';

const AT_ONCE = 4;
const HOURS = 6;
const KEPT = 5 * 60_000;
/** Where there was no answer. */
const AGAIN = 60_000;
/** A row that is only scrolled past asks nothing. */
const REST = 150;

interface Kept {
  readonly spark: Spark | null;
  readonly until: number;
}
const kept = new Map<string, Kept>();
const waiting = new Set<() => Promise<void>>();
let asking = 0;

/** @returns undefined before the first answer, null where there is none */
export function useSpark(key: string, ref: Ref): Spark | null | undefined {
  const [, setRound] = useState(0);
  useEffect(() => {
    const ask = async () => {
      kept.set(key, await sparkFor(key, ref));
      if (!isGone) setRound((n) => n + 1);
    };
    let isGone = false;
    const turn = () => {
      if (document.hidden || Date.now() < (kept.get(key)?.until ?? 0)) return;
      waiting.add(ask);
      next();
    };
    const resting = setTimeout(turn, REST);
    const turning = setInterval(turn, AGAIN);
    return () => {
      isGone = true;
      waiting.delete(ask);
      clearTimeout(resting);
      clearInterval(turning);
    };
  }, [key]);
  return kept.get(key)?.spark;
}

function next(): void {
  const [ask] = waiting;
  if (ask === undefined || asking >= AT_ONCE) return;
  waiting.delete(ask);
  asking++;
  ask().finally(() => {
    asking--;
    next();
  });
}

async function sparkFor(key: string, { cluster, ...workload }: Ref): Promise<Kept> {
  try {
    const found = await read<Patterns>(`patterns/${encodeURIComponent(cluster)}`, { ...workload, hours: HOURS });
    return { spark: sparkOf(found), until: Date.now() + KEPT };
  } catch {
    return { spark: kept.get(key)?.spark ?? null, until: Date.now() + AGAIN };
  }
}
