// What is not in LATEST yet: changes of a tick that died or could not tell, and of commands. Nothing of ours is taken for somebody's.

import { workloadKey } from '../workload/identity.ts';
import { kindOf } from '../workload/kind.ts';
import type { Observation } from '../workload/observation.ts';
import type { EpochMs } from '../workload/time.ts';
import type { DecisionRecord } from './decision.ts';
import type { Outcome } from './outcome.ts';
import { changeOf, isAtWork, isFound, isVisible, type Seen, seenBy, seenIn } from './recovery-evidence.ts';
import type { Request } from './request.ts';
import { isTakenOver, takenOverBy } from './take-over.ts';
import type { WorkloadMemory } from './workload-memory.ts';

/** How an intention stands in the journal until it is recorded what became of it. @param who a tick, a look between two, or a command */
export function unknownOutcome(who: 'tick' | 'look' | 'command'): Outcome {
  return { kind: 'failed', code: 'unknown', message: `the ${who} ended before it was known what became of this` };
}

export interface Traces {
  /** What a tick meant to change, in the shard asked about. */
  readonly journal: readonly DecisionRecord[];
  readonly asked: readonly Request[];
  readonly latest: ReadonlyMap<string, WorkloadMemory>;
  readonly observations: ReadonlyMap<string, Observation>;
  /** The scheduled time of the tick that asks, or the present of a command. */
  readonly now: EpochMs;
  /** What was done before is in the observations. */
  readonly seenFrom: EpochMs;
}

export interface Recovered {
  /** With the changes that were found applied; what the next decisions build on. */
  readonly latest: ReadonlyMap<string, WorkloadMemory>;
  /** Of ticks: to be put into the history, under the ids they would have had. */
  readonly records: readonly DecisionRecord[];
  /** Of commands that never said what became of them, as it turned out: to be settled. */
  readonly judged: readonly DecisionRecord[];
}

/**
 * Holds each intention against what was observed later. One whose replicas are there is taken as applied, at its own time:
 * cooldown, history and the watch on ready counts go on as if it had been recorded. Somebody who set the very same number
 * meanwhile is told apart where managedFields record him.
 */
export function recover(traces: Traces): Recovered {
  const latest = new Map(traces.latest);
  const [records, judged]: [DecisionRecord[], DecisionRecord[]] = [[], []];
  const steps = stepsOf(traces);
  for (const step of steps) {
    const key = workloadKey(step.record.decision.workload);
    const entry = latest.get(key);
    const outcome = outcomeOf(step, othersOf(step, steps, [...records, ...judged], entry), traces);
    if (outcome === null) continue;
    const record = { ...step.record, outcome };
    if (!step.isAsked) records.push(record);
    else if (!step.isSettled) judged.push(record);
    if (outcome.kind === 'applied' && !isTakenOver(entry, record)) latest.set(key, takenOverBy(entry, record));
  }
  return { latest, records, judged };
}

interface Step {
  readonly record: DecisionRecord;
  readonly isAsked: boolean;
  readonly isSettled: boolean;
}

function stepsOf({ journal, asked, latest, now }: Traces): readonly Step[] {
  const ofTicks = journal
    .filter(({ decision }) => {
      // A tick that was overtaken reads the journal of the one at work: that is not its to judge.
      if (decision.at >= now) return false;
      const entry = latest.get(workloadKey(decision.workload));
      // Recorded by its own tick, or by one after it: LATEST is written at once for a whole shard.
      if (entry === undefined || entry.observation.at < decision.at) return true;
      return entry.record.outcome.unsettled === true && entry.record.decision.id === decision.id;
    })
    .map((record) => ({ record, isAsked: false, isSettled: record.outcome.kind === 'applied' }));
  const ofCommands = asked
    .filter(({ goal }) => goal.kind === 'decision')
    .map(({ record, settled }) => ({ record, isAsked: true, isSettled: settled }));
  return [...ofTicks, ...ofCommands].toSorted((a, b) => a.record.decision.at - b.record.decision.at);
}

/** Null where it is too early to say. */
function outcomeOf({ record, isAsked, isSettled }: Step, others: readonly Seen[], traces: Traces): Outcome | null {
  const { decision, outcome } = record;
  const observation = traces.observations.get(workloadKey(decision.workload));
  const isYoung = isAsked && isAtWork(decision.at, traces.seenFrom);
  if (isSettled) {
    // What was applied while the cluster was being read may not show in what was read: the next tick sees it.
    const isUnseen = outcome.kind === 'applied' && isYoung && !isVisible(record, others, observation);
    return isUnseen ? null : outcome;
  }
  if (isFound(record, others, observation))
    return { kind: 'applied', code: 'found_done', message: `${changeOf(record)}; found done by the next tick` };
  if (isYoung) return null;
  if (observation === undefined)
    return { kind: 'failed', code: 'deleted', message: `the ${kindOf(decision.workload)} was deleted meanwhile` };
  return {
    kind: 'failed',
    code: 'not_found_done',
    message: `${outcome.message}; ${observation.replicas.spec} replicas were found`,
  };
}

/** What else of ours was decided for the workload of a step, as far as is known by now. */
function othersOf(
  step: Step,
  steps: readonly Step[],
  judged: readonly DecisionRecord[],
  entry: WorkloadMemory | undefined,
): readonly Seen[] {
  const key = workloadKey(step.record.decision.workload);
  const others = steps.filter((other) => other !== step && workloadKey(other.record.decision.workload) === key);
  const isApplied = ({ record, isSettled }: Step) =>
    isSettled
      ? record.outcome.kind === 'applied'
      : judged.some(({ decision, outcome }) => decision.id === record.decision.id && outcome.kind === 'applied');
  const { at, current } = step.record.decision;
  const past = (entry?.past ?? []).filter((one) => !step.isSettled || one.at !== at || one.from !== current);
  const seen = [...others.map((other) => seenBy(other.record, isApplied(other))), ...past.map(seenIn)];
  return seen.toSorted((a, b) => a.at - b.at);
}
