// The beginning of a shard's tick: what was done since LATEST was written, by ticks that could not say so and by commands.

import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { recover } from '../../domain/decision/interrupted-changes.ts';
import { isLook } from '../../domain/decision/look.ts';
import type { Request } from '../../domain/decision/request.ts';
import { withDeclined } from '../../domain/decision/take-over.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { AskingPorts } from '../commands/request-journal.ts';
import { settleAsked, withHistory } from '../commands/settle-requests.ts';
import type { Observed } from '../observe/observe.ts';
import type { KubernetesEvent } from '../ports/cluster.ts';
import type { Policies } from '../ports/policy-store.ts';
import type { Shard } from '../ports/series-store.ts';
import type { TickStore } from '../ports/tick-store.ts';

export interface CatchUpPorts extends Omit<AskingPorts, 'noticeBoard'> {
  readonly ticks: TickStore;
}

export interface CatchUpInput {
  readonly cluster: string;
  readonly shard: Shard;
  readonly now: EpochMs;
  readonly observed: Observed;
  readonly policies: Policies;
  /** A tick before this one died half-way, or a look came after it: the journal is to be read. */
  readonly unfinished: boolean;
  /** What people asked for in the whole cluster, read after it was observed. */
  readonly asked: readonly Request[];
  /** What was done before is in what was observed. */
  readonly seenFrom: EpochMs;
}

export interface CaughtUp {
  readonly latest: ReadonlyMap<string, WorkloadMemory>;
  /** Of ticks before this one, as they turned out. */
  readonly records: readonly DecisionRecord[];
  readonly notices: readonly KubernetesEvent[];
}

/** @param stored LATEST as the last tick left it */
export async function catchUp(
  ports: CatchUpPorts,
  input: CatchUpInput,
  stored: ReadonlyMap<string, WorkloadMemory>,
): Promise<CaughtUp> {
  const { cluster, shard, now, seenFrom, policies } = input;
  const { observations } = input.observed;
  const mine = new Set(shard.workloads.map(workloadKey));
  const ofShard = input.asked.filter(({ record }) => mine.has(workloadKey(record.decision.workload)));
  const isUnsettled = [...stored.values()].some(({ record }) => record.outcome.unsettled);
  const [journal, asked] = await Promise.all([
    input.unfinished || isUnsettled ? ports.ticks.readJournal(cluster, shard.id) : [],
    withHistory(ports, ofShard),
  ]);
  const { latest, records, judged } = recover({ journal, asked, latest: stored, observations, now, seenFrom });
  for (const record of records) await ports.decisions.put(record);
  const open = records.filter(({ decision, outcome }) => !(isLook(decision) && outcome.code === 'scaled'));
  if (open.length > 0) ports.log.warn('recovered what a tick left open', { cluster, changes: open.length });
  const around = { latest: stored, observations, policies, seenFrom, now };
  return { latest: withDeclined(latest, asked), records, notices: await settleAsked(ports, asked, judged, around) };
}
