// The decision to raise one workload while ticks are away, in the shape of any other: with what it was made from, and why.

import type { Decision, DecisionRecord } from '../../domain/decision/decision.ts';
import { consider } from '../../domain/decision/step.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import type { Verdict } from '../../domain/guardrails/verdict.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import { EMPTY_SERIES } from '../../domain/workload/series.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { TickSummary } from '../ports/tick-store.ts';
import type { Wish } from './coming-need.ts';

/** A decision before anything became of it. */
export type RaiseDraft = Omit<DecisionRecord, 'outcome'>;

/**
 * @param previous what the last tick, or the last run of the watchdog, left of the workload
 * @returns null where somebody has set fewer replicas since: whoever steps in while we are away is not contradicted
 */
export function raiseDraft(
  wish: Wish,
  previous: WorkloadMemory | undefined,
  last: TickSummary | null,
  now: EpochMs,
): RaiseDraft | null {
  const { observation, policy, windows, fitted } = wish;
  if (previous !== undefined && observation.replicas.spec < expected(previous)) return null;
  const input = { policy, observation, recent: EMPTY_SERIES, fitted, windows, killSwitch: null };
  const { assessment } = consider(previous, input);
  return { decision: decisionOf(wish, last, now), assessment, advice: null, requestedBy: null };
}

/** What was left there: our own last change, or what the last tick saw. */
function expected({ record: { decision, outcome }, observation }: WorkloadMemory): number {
  return outcome.kind === 'applied' ? decision.target : observation.replicas.spec;
}

function decisionOf(wish: Wish, last: TickSummary | null, now: EpochMs): Decision {
  const { observation, target } = wish;
  const since = last === null ? 'yet' : `since ${minuteOf(last.finishedAt)}`;
  return {
    id: `${new Date(now).toISOString()}-watchdog`,
    workload: observation.workload,
    at: now,
    current: observation.replicas.spec,
    target,
    action: 'scale_up',
    source: 'watchdog',
    reason: `no tick has finished ${since}, and no HPA scales ${workloadKey(observation.workload)}: ${needed(wish)}; nothing is lowered until ticks are back`,
    blockedBy: null,
    verdicts: boundBy(wish),
  };
}

function needed({ need, policy }: Wish): string {
  const [amount, target] = amountOf(need, policy);
  return `the coming hour took up to ${need.replicas} replicas in the last seven days (${amount} at ${minuteOf(need.at)}, at ${target})`;
}

/** What was needed, and what of it one replica takes. */
function amountOf({ signal, demand }: Wish['need'], policy: Wish['policy']): readonly [string, string] {
  if (signal === 'cpu') return [`${short(demand)} cores`, `${policy.targetPercent.cpu} % of its cpu requests`];
  if (signal === 'memory')
    return [`${short(demand / 2 ** 20)} MiB`, `${policy.targetPercent.memory} % of its memory requests`];
  return [`${signal} ${short(demand)}`, `its target of ${policy.signals?.[signal]?.target} a replica`];
}

function boundBy({ need, ceiling, target }: Wish): readonly Verdict[] {
  if (need.replicas <= ceiling.replicas) return [];
  const why = ceiling.by === 'max' ? 'max-replicas is' : 'a scheduled ceiling is';
  return [
    {
      guardrail: ceiling.by === 'max' ? 'bounds' : 'schedule_ceiling',
      source: 'watchdog',
      effect: 'clipped',
      code: ceiling.by === 'max' ? 'above_max' : 'above_schedule',
      from: need.replicas,
      to: target,
      message: `${need.replicas} cut to ${target}: ${why} ${ceiling.replicas}`,
    },
  ];
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function minuteOf(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}
