// What goes into the history: news of a workload at once, and how all of a shard stand once an hour.

import { type WorkloadRef, workloadKey } from '../workload/identity.ts';
import { type EpochMs, HOUR_MS } from '../workload/time.ts';
import type { Decision } from './decision.ts';
import { isSameNews, type Outcome } from './outcome.ts';
import type { WorkloadMemory } from './workload-memory.ts';

/**
 * Whether a record of its own is written: on every change of an enabled workload, on what keeps one from being made, when that
 * is new, and of a workload that was never recorded. That nothing is to do after a change goes without saying.
 */
export function isRecordDue(previous: WorkloadMemory | undefined, decision: Decision, outcome: Outcome): boolean {
  if (isChange(outcome)) return true;
  if (outcome.code === 'proposed') return previous === undefined || !isSameNews(previous.record.outcome, outcome);
  if (outcome.kind === 'recommended') return (previous?.recordedAt ?? null) === null;
  const before = previous?.record;
  if (outcome.kind === 'unchanged' && before?.outcome.kind === 'applied' && before.decision.target === decision.target)
    return false;
  return before === undefined || !isSameNews(before.outcome, outcome) || before.decision.target !== decision.target;
}

/** Whether something was done to the workload, or tried: never left to the hourly record of its shard. */
export function isChange({ kind }: Outcome): boolean {
  return kind === 'applied' || kind === 'failed' || kind === 'conflict';
}

/**
 * Whether a shard's workloads are recorded as they stand: with its first tick, and with the first of each of its hours, which
 * begin at a minute of its own so that those of a cluster do not fall together.
 * @param latest as the last tick left it
 */
export function isHourlyDue(
  { cluster, shard }: { readonly cluster: string; readonly shard: number },
  latest: ReadonlyMap<string, WorkloadMemory>,
  now: EpochMs,
): boolean {
  const last = Math.max(...[...latest.values()].map(({ observation }) => observation.at));
  return hourOf(`${cluster}#${shard}`, now) > hourOf(`${cluster}#${shard}`, last);
}

/** Which hour of a workload `at` falls into; each workload's hours begin at a minute of its own. */
export function heartbeatOf(ref: WorkloadRef, at: EpochMs): number {
  return hourOf(workloadKey(ref), at);
}

function hourOf(name: string, at: EpochMs): number {
  return Math.floor((at - (hash(name) % HOUR_MS)) / HOUR_MS);
}

/** FNV-1a, 32 bits: spreads names evenly; nothing depends on it being secret. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
