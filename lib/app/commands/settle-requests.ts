// A tick's share in what people asked for: finds out what became of requests whose command died, writes down and tells what it could not.

import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import { isAtWork } from '../../domain/decision/recovery-evidence.ts';
import type { Request } from '../../domain/decision/request.ts';
import { isTakenOver } from '../../domain/decision/take-over.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { KubernetesEvent } from '../ports/cluster.ts';
import type { Policies } from '../ports/policy-store.ts';
import { decisionEvent } from '../report/decision-event.ts';
import { kubernetesEventOf } from '../report/kubernetes-events.ts';
import { publish } from '../report/publish.ts';
import { type AskingPorts, recorded } from './request-journal.ts';

type Ports = Omit<AskingPorts, 'noticeBoard'>;

export interface Surroundings {
  /** As stored before this tick. */
  readonly latest: ReadonlyMap<string, WorkloadMemory>;
  readonly observations: ReadonlyMap<string, Observation>;
  readonly policies: Policies;
  readonly seenFrom: EpochMs;
  /** The scheduled time of the tick. */
  readonly now: EpochMs;
}

/** Requests as the history knows them: a command may have died between writing that and settling. */
export async function withHistory(ports: Ports, asked: readonly Request[]): Promise<readonly Request[]> {
  return Promise.all(
    asked.map(async (one) => {
      if (one.settled) return one;
      const { workload, id } = one.record.decision;
      const known = await ports.decisions.get(workload, id);
      if (known === null || known.outcome.unsettled) return one;
      await ports.ticks.settle(known);
      return { ...one, record: known, settled: true };
    }),
  );
}

/**
 * Settles, records, tells and forgets as far as each request has come.
 * @param judged what this tick found out about requests that were never settled
 * @returns what to tell the cluster of changes that nobody has told yet
 */
export async function settleAsked(
  ports: Ports,
  asked: readonly Request[],
  judged: readonly DecisionRecord[],
  around: Surroundings,
): Promise<readonly KubernetesEvent[]> {
  const notices: KubernetesEvent[] = [];
  for (const one of asked) {
    const found = one.settled ? one.record : (judged.find(isOf(one)) ?? judgedByGoal(one, around));
    if (found === undefined) continue;
    // Its command came first after all: the next tick takes it from there.
    if (!one.settled && !(await ports.ticks.settle(found))) continue;
    const isRecorded = (one.settled && one.recorded) || (await recorded(ports, found));
    notices.push(...(await told(ports, one, found, isRecorded, around.now)));
    const { workload, id } = found.decision;
    if (one.settled && one.told && isRecorded && isKnown(found, around)) await ports.ticks.forget(workload, id);
  }
  return notices;
}

function isOf({ record: { decision } }: Request) {
  const key = workloadKey(decision.workload);
  return (record: DecisionRecord) =>
    record.decision.id === decision.id && workloadKey(record.decision.workload) === key;
}

async function told(
  ports: Ports,
  one: Request,
  record: DecisionRecord,
  isRecorded: boolean,
  now: EpochMs,
): Promise<readonly KubernetesEvent[]> {
  const { workload, id } = record.decision;
  if (one.told || !(await ports.ticks.close(workload, id, isRecorded, `tick ${now}`))) return [];
  const event = decisionEvent(record);
  if (event !== null) await publish(ports, [event]);
  const notice = record.outcome.kind === 'applied' ? kubernetesEventOf(record, undefined) : null;
  return notice === null ? [] : [notice];
}

/** Whether LATEST holds all there is to know of it, so that nobody needs the request any more. */
function isKnown(record: DecisionRecord, { latest, observations, seenFrom }: Surroundings): boolean {
  const { workload, at } = record.decision;
  const entry = latest.get(workloadKey(workload));
  if (entry === undefined) return !observations.has(workloadKey(workload)) && at < seenFrom;
  return record.outcome.kind === 'applied' ? isTakenOver(entry, record) : entry.observation.at >= at;
}

/** Undefined where it is too early to say, or where what was asked for is judged by its decision. */
function judgedByGoal({ goal, record }: Request, around: Surroundings): DecisionRecord | undefined {
  if (goal.kind === 'decision') return undefined;
  const isDone = isReached(goal, record, around);
  if (isDone)
    return { ...record, outcome: { ...goal.done, message: `${goal.done.message}; found done by the next tick` } };
  if (isDone === null || isAtWork(record.decision.at, around.seenFrom)) return undefined;
  const outcome: Outcome = {
    kind: 'failed',
    code: 'not_found_done',
    message: `${record.outcome.message}; it was not found done`,
  };
  return { ...record, outcome };
}

/** Null where nobody can tell. */
function isReached(
  goal: Exclude<Request['goal'], { kind: 'decision' }>,
  { decision }: DecisionRecord,
  { policies, observations }: Surroundings,
): boolean | null {
  const key = workloadKey(decision.workload);
  const observation = observations.get(key);
  switch (goal.kind) {
    case 'policy':
      return policies.records.get(key)?.updatedAt === decision.at;
    case 'released':
      return observation === undefined || observation.hpa?.ownMinReplicas === undefined;
    case 'hpa': {
      const owner = observation?.owner ?? { kind: 'none' as const };
      if (owner.kind === 'unknown') return null;
      const names = owner.kind === 'several_hpas' ? owner.names : owner.kind === 'hpa' ? [owner.name] : [];
      if (names.includes(goal.name)) return goal.isThere;
      return owner.kind === 'several_hpas' && owner.more !== undefined ? null : !goal.isThere;
    }
  }
}
