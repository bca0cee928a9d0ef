// The second half of a shard's tick: journals what is intended, applies it, and records what became of each workload.

import pLimit from 'p-limit';
import { heard } from '../../domain/decision/change-proposal.ts';
import type { Decision, DecisionRecord } from '../../domain/decision/decision.ts';
import { unknownOutcome } from '../../domain/decision/interrupted-changes.ts';
import { wantsMore } from '../../domain/decision/look.ts';
import { isChange, isHourlyDue, isRecordDue } from '../../domain/decision/record-due.ts';
import { settled } from '../../domain/decision/remember.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import type { BlastBudget } from '../../domain/guardrails/cluster/blast-radius.ts';
import type { Changed } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import { isScaledDirectly } from '../../domain/guardrails/scaled-directly.ts';
import { standingProblems } from '../../domain/guardrails/standing-problems.ts';
import type { VerticalView } from '../../domain/vertical/vertical-view.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import { oursMeanwhile, type StandingPorts } from '../known-state.ts';
import type { KubernetesEvent } from '../ports/cluster.ts';
import type { MetricSink, Sample, SeriesChoice } from '../ports/metric-sink.ts';
import type { TickStore } from '../ports/tick-store.ts';
import { AdapterError, type AutoscalerEvent } from '../ports/world.ts';
import { decisionEvent, newDecisionEvent } from '../report/decision-event.ts';
import { demotionEvent, newDemotion } from '../report/demotion-event.ts';
import { kubernetesEventOf } from '../report/kubernetes-events.ts';
import { levelEvents } from '../report/level-events.ts';
import { workloadSamples } from '../report/workload-series.ts';
import type { DecidePorts, Draft, ShardDraft } from '../tick/decide-shard.ts';
import { applyDecision, whyNot } from './apply-decision.ts';
import { changedIn } from './changed-in.ts';
import { overtaken } from './overtaken.ts';
import { type Resized, type ResizePorts, resizeShard } from './resize-shard.ts';

export interface ShardResult {
  readonly enabled: number;
  readonly applied: number;
  /** What was used of the blast radius: also by what may have been done. */
  readonly spent: BlastBudget;
  readonly problems: readonly string[];
  readonly events: readonly AutoscalerEvent[];
  readonly notices: readonly KubernetesEvent[];
  /** Its changes of the last minutes, these included. */
  readonly changed: readonly Changed[];
  /** One of those that are scaled directly wants more than it was given. */
  readonly wanting: boolean;
  /** For a time series database; none where there is none to tell. */
  readonly samples: readonly Sample[];
}

const WRITES_AT_ONCE = 8;

/** Those decisions that a tick wants to apply: the others are only told. */
export function intentsOf({ drafts }: ShardDraft): readonly Draft[] {
  return drafts.filter(
    ({ decision, assessment: { policy, observation } }) => whyNot(decision, policy, observation, 'schedule') === null,
  );
}

/**
 * @param restrained decisions as the guardrails of the whole cluster left them, keyed `namespace/name`
 * @throws AdapterError where the table is away, or a later tick has begun: before anything is changed, then
 */
export async function applyShard(
  ports: DecidePorts & ResizePorts & { readonly ticks: TickStore; readonly metrics?: MetricSink },
  shard: ShardDraft,
  restrained: ReadonlyMap<string, Decision>,
): Promise<ShardResult> {
  const { cluster, shard: of, now } = shard.input;
  const drafts = shard.drafts.map((draft) => ({
    ...draft,
    decision: restrained.get(workloadKey(draft.decision.workload)) ?? draft.decision,
  }));
  await note(ports, shard, drafts);
  const records = await actAll(ports, drafts);
  const resized = await resizeShard(ports, shard.resizing, records);
  const { entries, unrecorded } = await recordAll(ports, shard, records, resized);
  await ports.series.writeLatest(cluster, of, entries, now);
  const result = resultOf(shard, records, ports.metrics?.wants);
  return {
    ...result,
    problems: [...result.problems, ...unrecorded],
    notices: [...result.notices, ...resized.notices],
    changed: changedIn(entries, now),
  };
}

/** Written before the cluster is: a tick that dies after this leaves a trace of all it may have done. */
async function note(ports: { readonly ticks: TickStore }, shard: ShardDraft, drafts: readonly Draft[]): Promise<void> {
  const { cluster, shard: of, now } = shard.input;
  const intents = intentsOf({ ...shard, drafts }).map(({ memory: _memory, ...made }) => ({
    ...made,
    outcome: unknownOutcome('tick'),
  }));
  if (intents.length === 0) return;
  if (await ports.ticks.journal(cluster, of.id, now, [...shard.carried, ...intents])) return;
  throw overtaken(cluster);
}

function actAll(ports: DecidePorts & StandingPorts, drafts: readonly Draft[]): Promise<DecisionRecord[]> {
  const writing = pLimit(WRITES_AT_ONCE);
  return Promise.all(
    drafts.map(async (draft) => {
      const { decision, assessment } = draft;
      const { policy, observation } = assessment;
      const ours = (replicas: number) => oursMeanwhile(ports, decision, replicas);
      const outcome = await writing(() => applyDecision(ports, decision, policy, observation, 'schedule', ours));
      const { memory, ...made } = draft;
      return { ...made, outcome: heard(outcome, decision, memory.declined) };
    }),
  );
}

/** What is news has a record of its own; how the others stand is kept once an hour, for all of them at once. */
async function recordAll(
  ports: DecidePorts,
  { input: { cluster, shard, now }, candidates, drafts, failed, latest }: ShardDraft,
  records: readonly DecisionRecord[],
  { views }: Resized,
): Promise<{ readonly entries: ReadonlyMap<string, WorkloadMemory>; readonly unrecorded: readonly string[] }> {
  const entries = new Map([...latest].filter(([key]) => failed.has(key)));
  const unrecorded: string[] = [];
  const isHourly = isHourlyDue({ cluster, shard: shard.id }, latest, now);
  const [own, standing]: [DecisionRecord[], DecisionRecord[]] = [[], []];
  for (const [i, { key, previous }] of candidates.entries()) {
    const [record, draft] = [records[i], drafts[i]];
    if (record === undefined || draft === undefined) continue;
    const isDue = newDemotion(record) !== null || isRecordDue(previous, record.decision, record.outcome);
    // First seen with all the others, it is no news: a new cluster would write thousands of records in its first tick.
    const isAmongOthers = isHourly && (!isDue || (previous === undefined && !isChange(record.outcome)));
    if (isAmongOthers) standing.push(record);
    else if (isDue) own.push(record);
    entries.set(key, withVertical(settled(draft.memory, record, isDue || isHourly), views.get(key)));
  }
  const writing = pLimit(WRITES_AT_ONCE);
  const writes = own.map((record) => () => {
    const of = `${workloadKey(record.decision.workload)}: its decision is`;
    return ports.decisions.put(record).catch(noteTooLarge(of, unrecorded));
  });
  if (standing.length > 0)
    writes.push(() => {
      const of = `shard ${shard.id}: how its workloads stand this hour is`;
      return ports.decisions.putHourly(cluster, shard.id, now, standing).catch(noteTooLarge(of, unrecorded));
    });
  await Promise.all(writes.map((write) => writing(write)));
  return { entries, unrecorded };
}

/** A workload that does not ask for it any more has none. */
function withVertical(
  { vertical: _before, ...memory }: WorkloadMemory,
  view: VerticalView | undefined,
): WorkloadMemory {
  return view === undefined ? memory : { ...memory, vertical: view };
}

/** A record that no item holds costs its own workload its line in the history, and nobody else anything. */
function noteTooLarge(what: string, unrecorded: string[]) {
  return (error: unknown): void => {
    if (!(error instanceof AdapterError) || error.code !== 'item_too_large') throw error;
    unrecorded.push(`${what} not in the history: ${error.message}`);
  };
}

/** @returns replicas added and removed, and workloads changed: applied, or not known not to be */
function spentBy(records: readonly DecisionRecord[]): BlastBudget {
  const changed = records.filter(({ outcome }) => outcome.kind === 'applied' || outcome.unsettled === true);
  const replicas = changed.reduce((sum, { decision }) => sum + Math.abs(decision.target - decision.current), 0);
  return { replicas, workloads: changed.length };
}

/** Whether looks before the next tick may give it more. */
function isWanting({ decision, assessment: { policy, observation } }: DecisionRecord): boolean {
  return decision.blockedBy === null && isScaledDirectly(policy, observation) && wantsMore(decision);
}

function resultOf(
  { failed, latest: before, carried, undone, notices }: ShardDraft,
  records: readonly DecisionRecord[],
  series: SeriesChoice | undefined,
): Omit<ShardResult, 'changed'> {
  const lastOf = ({ decision }: DecisionRecord) => before.get(workloadKey(decision.workload));
  const unassessed = [...failed].map(([key, message]) => `${key}: left alone, it could not be assessed: ${message}`);
  const problems = records.flatMap(({ decision, assessment }) =>
    assessment.policy.problems.map((problem) => `${workloadKey(decision.workload)}: ${problem}`),
  );
  return {
    enabled: records.filter(({ assessment }) => assessment.policy.enabled).length,
    applied: records.filter(({ outcome }) => outcome.kind === 'applied').length,
    spent: spentBy(records),
    wanting: records.some(isWanting),
    problems: [...problems, ...standingProblems(records.map(({ assessment }) => assessment)), ...unassessed],
    events: [
      ...[...carried, ...undone].flatMap((record) => decisionEvent(record) ?? []),
      ...records.flatMap((record) => newDecisionEvent(record, lastOf(record)?.record.outcome) ?? []),
      ...records.flatMap((record) => demotionEvent(record) ?? []),
      ...records.flatMap((record) => levelEvents(record, lastOf(record))),
    ],
    notices: [
      ...notices,
      ...carried.flatMap((record) => kubernetesEventOf(record, undefined) ?? []),
      ...records.flatMap((record) => kubernetesEventOf(record, lastOf(record)) ?? []),
    ],
    samples:
      series === undefined
        ? []
        : records.flatMap((record) => workloadSamples(record, lastOf(record)?.record.outcome, series)),
  };
}
