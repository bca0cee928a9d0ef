// What a tick that died half-way had done: read from its journal and from the cluster, so that nothing it did is lost.
import type { DecisionRecord, EpochMs, Observation, Outcome } from '../domain/model.ts';
import { workloadKey } from '../domain/model.ts';
import { kindOf } from '../domain/workload-kind.ts';
import type { LatestEntry } from './ports/table.ts';
import { latestEntry } from './remember.ts';

/** How an intention stands in the journal until its tick has recorded what became of it. */
export const UNKNOWN_OUTCOME: Outcome = {
  kind: 'failed',
  message: 'the tick ended before it was known what became of this',
};

export interface Recovered {
  /** With the changes that were found applied; what the next decisions build on. */
  readonly latest: ReadonlyMap<string, LatestEntry>;
  /** To be put into the history, under the ids they would have had. */
  readonly records: readonly DecisionRecord[];
}

/**
 * Holds each journalled intention against what is observed now. One whose replicas are there is taken as applied, at its
 * own time: cooldown, history and the watch on ready counts go on as if its tick had finished. A person who set the very
 * same number within that minute cannot be told apart from it.
 * @param now the scheduled time of the tick that asks
 */
export function recover(
  journal: readonly DecisionRecord[],
  latest: ReadonlyMap<string, LatestEntry>,
  observations: ReadonlyMap<string, Observation>,
  now: EpochMs,
): Recovered {
  const entries = new Map(latest);
  const records: DecisionRecord[] = [];
  for (const intended of journal.toSorted((a, b) => a.decision.at - b.decision.at)) {
    // A tick that was overtaken reads the journal of the one at work: that is not its to judge.
    if (intended.decision.at >= now) continue;
    const key = workloadKey(intended.decision.workload);
    // Recorded by its own tick, or by one after it: LATEST is written at once for a whole shard.
    if ((latest.get(key)?.observation.at ?? 0) >= intended.decision.at) continue;
    const record = { ...intended, outcome: outcomeNow(intended, observations.get(key)) };
    records.push(record);
    if (record.outcome.kind === 'applied')
      entries.set(key, latestEntry(entries.get(key), record, record.decision.at, true));
  }
  return { latest: entries, records };
}

function outcomeNow({ decision, outcome }: DecisionRecord, observation: Observation | undefined): Outcome {
  if (outcome.kind === 'applied') return outcome; // found so by an earlier tick
  if (observation === undefined)
    return { kind: 'failed', message: `the ${kindOf(decision.workload)} was deleted meanwhile` };
  const { spec } = observation.replicas;
  const { current, target } = decision;
  if (spec === target || observation.hpa?.minReplicas === target)
    return { kind: 'applied', message: `scaled ${current} → ${target} replicas; found done by the next tick` };
  return { kind: 'failed', message: `${UNKNOWN_OUTCOME.message}; ${spec} replicas were found` };
}
