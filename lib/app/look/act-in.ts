// What a look does in one shard: journalled before, applied like any decision, and journalled again with what became of it.

import pLimit from 'p-limit';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { unknownOutcome } from '../../domain/decision/interrupted-changes.ts';
import { isChange } from '../../domain/decision/record-due.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import { type ApplyPorts, applyDecision } from '../apply/apply-decision.ts';
import { overtaken } from '../apply/overtaken.ts';
import { oursMeanwhile } from '../known-state.ts';
import type { DecisionStore } from '../ports/decision-store.ts';
import type { LookTask } from '../ports/look-task.ts';
import type { SeriesReader } from '../ports/series-store.ts';
import type { TickStore } from '../ports/tick-store.ts';
import type { Log } from '../ports/world.ts';
import type { LookedAt } from './rises.ts';

export interface ActPorts extends ApplyPorts {
  readonly ticks: Pick<TickStore, 'journal' | 'readJournal' | 'askedOf'>;
  readonly series: SeriesReader;
  readonly decisions: Pick<DecisionStore, 'put'>;
  readonly log: Log;
}

const WRITES_AT_ONCE = 8;

/**
 * The next tick finds what was done in the journal, tells it, and carries it into LATEST.
 * @returns how many workloads have more replicas now
 * @throws AdapterError where the table is away, or a later tick has journalled: before anything is changed, then
 */
export async function actIn(ports: ActPorts, { cluster, at }: LookTask, { shard, rises }: LookedAt): Promise<number> {
  if (rises.length === 0) return 0;
  const kept = await stillOpen(ports, cluster, shard);
  const intents = rises.map((rise) => ({ ...rise, outcome: unknownOutcome('look'), requestedBy: null }));
  if (!(await ports.ticks.journal(cluster, shard.id, at, [...kept, ...intents]))) throw overtaken(cluster);
  const writing = pLimit(WRITES_AT_ONCE);
  const records = await Promise.all(
    rises.map(async (rise): Promise<DecisionRecord> => {
      const { decision, assessment } = rise;
      const { policy, observation } = assessment;
      const ours = (replicas: number) => oursMeanwhile(ports, decision, replicas);
      const outcome = await writing(() => applyDecision(ports, decision, policy, observation, 'schedule', ours));
      return { ...rise, outcome, requestedBy: null };
    }),
  );
  const open = records.filter(({ outcome }) => outcome.kind === 'applied' || outcome.unsettled === true);
  // Where a tick has journalled meanwhile it has read what was intended, and sees by itself what came of it.
  await ports.ticks.journal(cluster, shard.id, at, [...kept, ...open]);
  for (const record of records) if (isChange(record.outcome)) await ports.decisions.put(record);
  return records.filter(({ outcome }) => outcome.kind === 'applied').length;
}

/** What the journal must keep: what looks did since the tick, and what its tick could not tell. */
async function stillOpen(
  { ticks, series }: ActPorts,
  cluster: string,
  shard: LookedAt['shard'],
): Promise<readonly DecisionRecord[]> {
  const journal = await ticks.readJournal(cluster, shard.id);
  if (journal.length === 0) return [];
  const latest = await series.readLatest(cluster, shard);
  return journal.filter(({ decision }) => {
    const entry = latest.get(workloadKey(decision.workload));
    if (entry === undefined || entry.observation.at < decision.at) return true;
    return entry.record.outcome.unsettled === true && entry.record.decision.id === decision.id;
  });
}
