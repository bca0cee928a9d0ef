// What a shard leaves to the ticks after it, and whether that is worth a write.

import { type Changed, WATCH_MS } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import { cappedTexts } from '../../domain/text/clean-text.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { ProgressStore, ShardLeft } from '../ports/progress-store.ts';
import type { TickHeader } from '../ports/shard-task.ts';

/** Of a shard, for status; the tick keeps a hundred of them all. */
const PROBLEMS_KEPT = 20;
const PROBLEM_MAX_BYTES = 800;

/**
 * Writes it where it says more than what is there. Where the tick itself hears the answer, its problems are not left again,
 * and it learns by itself.
 */
export async function leaveShard(
  store: ProgressStore,
  { cluster, scheduledAt, isHandedOn }: TickHeader,
  shard: number,
  before: ShardLeft | null,
  found: {
    readonly changed: readonly Changed[];
    readonly problems: readonly string[];
    readonly isFitDue: boolean;
    readonly wanting: boolean;
  },
): Promise<void> {
  const left: ShardLeft = {
    changed: found.changed,
    problems: isHandedOn ? cappedTexts(found.problems, PROBLEMS_KEPT, PROBLEM_MAX_BYTES, 'problems') : [],
    dueSince: isHandedOn && found.isFitDue ? (before?.dueSince ?? scheduledAt) : null,
    ...(isHandedOn && found.wanting && { wanting: true }),
  };
  if (saidOf(left, scheduledAt) !== saidOf(before, scheduledAt)) await store.leave(cluster, shard, left);
}

/** A change that nobody watches any more is not worth a write to take it away. */
function saidOf(left: ShardLeft | null, now: EpochMs): string {
  const { changed = [], problems = [], dueSince = null, wanting = false } = left ?? {};
  const watched = changed.filter(({ changedAt }) => now - changedAt <= WATCH_MS);
  const sorted = watched.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return JSON.stringify([
    sorted.map(({ key, changedAt, readyBefore, to }) => [key, changedAt, readyBefore, to]),
    problems,
    dueSince,
    wanting,
  ]);
}
