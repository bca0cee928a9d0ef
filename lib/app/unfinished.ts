// What is not in LATEST yet: changes of a tick that died or could not tell, and of commands. Nothing of ours is taken for somebody's.
import { floorFor, worksThroughHpa } from '../domain/floor.ts';
import type { DecisionRecord, EpochMs, Observation, Outcome } from '../domain/model.ts';
import { workloadKey } from '../domain/model.ts';
import { scaledByOther } from '../domain/other-hands.ts';
import type { Asked } from './ports/asked.ts';
import type { LatestEntry } from './ports/table.ts';
import { isTakenOver, takenOverBy } from './take-over.ts';

/** How an intention stands in the journal until it is recorded what became of it. @param who a tick, or a command */
export function unknownOutcome(who: 'tick' | 'command'): Outcome {
  return { kind: 'failed', message: `the ${who} ended before it was known what became of this` };
}

/** API Gateway gives a command 30 seconds: one that has said nothing for so long says nothing any more. */
export const COMMAND_LIFE_MS = 60_000;

export interface Traces {
  /** What a tick meant to change, in the shard asked about. */
  readonly journal: readonly DecisionRecord[];
  readonly asked: readonly Asked[];
  readonly latest: ReadonlyMap<string, LatestEntry>;
  readonly observations: ReadonlyMap<string, Observation>;
  /** The scheduled time of the tick that asks, or the present of a command. */
  readonly now: EpochMs;
  /** What was done before is in the observations. */
  readonly seenFrom: EpochMs;
}

export interface Recovered {
  /** With the changes that were found applied; what the next decisions build on. */
  readonly latest: ReadonlyMap<string, LatestEntry>;
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
  steps.forEach((step, i) => {
    const key = workloadKey(step.record.decision.workload);
    const later = steps.slice(i + 1).filter(({ record }) => workloadKey(record.decision.workload) === key);
    const outcome = outcomeOf(step, later, traces);
    if (outcome === null) return;
    const record = { ...step.record, outcome };
    if (!step.isAsked) records.push(record);
    else if (!step.isSettled) judged.push(record);
    const entry = latest.get(key);
    if (outcome.kind === 'applied' && !isTakenOver(entry, record)) latest.set(key, takenOverBy(entry, record));
  });
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
function outcomeOf(step: Step, later: readonly Step[], { observations, seenFrom }: Traces): Outcome | null {
  const { record, isAsked, isSettled } = step;
  const { decision, outcome } = record;
  const observation = observations.get(workloadKey(decision.workload));
  const isDone = isFound(record, later, observation);
  // What was applied while the cluster was being read may not show in what was read: the next tick sees it.
  if (isSettled) return outcome.kind === 'applied' && !isDone && decision.at >= seenFrom ? null : outcome;
  if (isDone) return { kind: 'applied', message: `${changeOf(record)}; found done by the next tick` };
  if (isAsked && decision.at > seenFrom - COMMAND_LIFE_MS) return null;
  const { message } = outcome;
  if (observation === undefined) return { kind: 'failed', message: 'the Deployment was deleted meanwhile' };
  return { kind: 'failed', message: `${message}; ${observation.replicas.spec} replicas were found` };
}

/**
 * Whether the number aimed at was seen at a later time. Each step after it had read the workload afresh; one that was applied
 * had just seen the number it started from, and what is seen after that is its own.
 */
function isFound(record: DecisionRecord, later: readonly Step[], present: Observation | undefined): boolean {
  const { numberIn, aim } = aimOf(record);
  for (const step of later) {
    if (numberIn(step.record.assessment.observation) === aim) return true;
    if (step.isSettled && step.record.outcome.kind === 'applied') return false;
  }
  return present !== undefined && numberIn(present) === aim && !scaledByOther(present, record.decision.at);
}

interface Aim {
  readonly numberIn: (observation: Observation) => number | undefined;
  readonly aim: number;
  /** Of the HPA whose floor it is; null where replicas are scaled. */
  readonly name: string | null;
}

function aimOf({ decision, assessment: { policy, observation } }: DecisionRecord): Aim {
  const { hpa, owner } = observation;
  return hpa !== null && worksThroughHpa(policy, owner)
    ? { numberIn: (seen) => seen.hpa?.minReplicas, aim: floorFor(decision, hpa), name: hpa.name }
    : { numberIn: ({ replicas }) => replicas.spec, aim: decision.target, name: null };
}

function changeOf(record: DecisionRecord): string {
  const { numberIn, aim, name } = aimOf(record);
  const change = `${numberIn(record.assessment.observation)} → ${aim}`;
  return name === null ? `scaled ${change} replicas` : `minReplicas of HPA ${name} ${change}`;
}
