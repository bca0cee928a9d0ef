// What is said of a history: where it comes from and what was done to it, or why it is not enough for a backtest.
import { FEWEST_HISTORY_DAYS, type HistoryTrace, type TooYoung } from '../../lib/app/backtest/history-trace.ts';
import type { HistorySource } from '../../lib/app/ports/cluster.ts';
import { FULL_PERCENT } from '../../lib/domain/sizing/capacity.ts';
import { type WorkloadRef, workloadKey } from '../../lib/domain/workload/identity.ts';

/** In so much history a gap is what is wrong; in less it is that there is so little. */
const YOUNG_HOURS = 47;

/** @param why what the source found out, or null */
export function nothingFound(
  ref: WorkloadRef,
  { name: source }: HistorySource,
  isPrometheus: boolean,
  why: string | null,
): string {
  const what = isPrometheus
    ? 'check --namespace; where it scrapes less than every minute, or has other labels, give --prometheus-query'
    : `check --namespace, --kind and --cluster (${ref.cluster}); ai4k8s status lists the workloads that ticks have seen`;
  return `${workloadKey(ref)}: ${source} has no history of it: ${why ?? what}`;
}

/** @param fewestDays that whoever asks needs */
export function tooYoung(
  ref: WorkloadRef,
  { name: source }: HistorySource,
  { hours, spanHours, gaps }: TooYoung,
  isPrometheus: boolean,
  days: number,
  fewestDays: number = FEWEST_HISTORY_DAYS,
): string {
  const workload = workloadKey(ref);
  if (days < fewestDays) return `${workload}: --days ${days} is too little for a backtest: give ${fewestDays} or more`;
  const hoursNeeded = 24 * fewestDays;
  const needed = `a backtest needs ${fewestDays} days, of which it scores the later half`;
  if (gaps > 0 && spanHours >= YOUNG_HOURS) {
    const broken = `${counted(gaps, 'gap')} of over an hour, in which it is not known whether it had pods, and ${inHours(hours)} at most without one`;
    const advice = isPrometheus
      ? 'kube-state-metrics tells the hours at zero replicas; --days reaches further back'
      : 'ticks did not run then, or could not measure it; --days reaches further back, --prometheus URL may know more';
    return `${workload}: ${source} has ${(spanHours / 24).toFixed(1)} days of history with ${broken}; ${needed}: ${advice}`;
  }
  const has = `${source} has ${inHours(hours)} of history without a gap of over an hour`;
  const wait = `wait ${Math.ceil(hoursNeeded - Math.max(hours, spanHours))} more hours${isPrometheus ? '' : ' of ticks'}`;
  const advice = isPrometheus ? wait : `${wait}, or give --prometheus URL where Prometheus has more`;
  return `${workload}: ${has}; ${needed}: ${advice}`;
}

/** @param notes of the source */
export function noteOn(
  ref: WorkloadRef,
  { name: source }: HistorySource,
  history: HistoryTrace,
  of: { readonly perReplica: number | null; readonly signal: string },
  notes: readonly string[],
): string {
  const { demand, intervalSeconds, filled, leftOutHours, zeroHours } = history;
  const days = (demand.length * intervalSeconds) / 86_400;
  return [
    `${workloadKey(ref)}: ${days.toFixed(1)} days of history from ${source}, by ${intervalSeconds} s`,
    takenWords(of),
    ...(filled.gaps === 0
      ? []
      : [`${counted(filled.gaps, 'gap')} of up to ${minutes(filled.longestSeconds)} filled by a straight line`]),
    ...(zeroHours === 0 ? [] : [`${inHours(zeroHours)} at zero replicas, taken as no demand`]),
    ...(leftOutHours === 0
      ? []
      : [`${leftOutHours.toFixed(0)} hours left out: a gap of over an hour parts them from the rest`]),
    ...notes,
  ].join('; ');
}

function takenWords({ perReplica, signal }: { readonly perReplica: number | null; readonly signal: string }): string {
  const short = (value: number) => Number(value.toPrecision(4));
  if (perReplica === null)
    return `its ${signal === 'cpu' ? 'CPU request' : `target of ${signal}`} is not known, so the 99.9th percentile is taken to need 40 replicas (--capacity says otherwise)`;
  if (signal === 'cpu') return `a replica requests ${short(perReplica)} cores`;
  return `of its load ${signal} a replica takes ${short((perReplica * FULL_PERCENT) / 100)}`;
}

function inHours(hours: number): string {
  return hours < 1 ? 'under an hour' : counted(Math.round(hours), 'hour');
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function minutes(seconds: number): string {
  return `${Math.round(seconds / 60)} min`;
}
