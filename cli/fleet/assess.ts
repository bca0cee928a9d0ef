// From a Deployment that was found and its history to a job, or to why nothing can be said of it.
import { historyStart, historyTrace } from '../../lib/app/backtest/history-trace.ts';
import { neededReplicas } from '../../lib/app/backtest/score.ts';
import type { HistorySource } from '../../lib/app/ports/cluster.ts';
import type { FoundDeployment } from '../../lib/app/ports/fleet.ts';
import { HPA_PERCENT } from '../../lib/domain/sizing/capacity.ts';
import { cleanText } from '../../lib/domain/text/clean-text.ts';
import { MAX_REPLICAS } from '../../lib/domain/workload/pace.ts';
import { DEFAULT_STARTUP_SECONDS } from '../../lib/domain/workload/startup-time.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { nothingFound, tooYoung } from '../backtest/history-words.ts';
import { isNamespaceName, isObjectName } from './names.ts';
import type { WorkloadJob } from './workload.ts';

/** A verdict is on days that nothing was learned from: the later half. */
export const FEWEST_DAYS = 4;
const DAY_SECONDS = 86_400;
/** The edges of a reading are no reason to wait. */
const EDGE_DAYS = 0.05;

export interface FleetSettings {
  readonly sloPercent: number;
  readonly days: number;
  /** In place of what was measured. */
  readonly startupSeconds: number | null;
  readonly timeZone: string | null;
}

/** `namespace/name`, safe to be shown. */
export function labelOf({ namespace, name }: Pick<FoundDeployment, 'namespace' | 'name'>): string {
  return `${cleanText(namespace, 63)}/${cleanText(name, 253)}`;
}

/** Why it is not even read; null where it is. */
export function whyNotAsked({ namespace, name, hpa, problem }: FoundDeployment): string | null {
  const names = [name, ...(hpa === null ? [] : [hpa.name, hpa.scaledObject ?? hpa.name])];
  if (!isNamespaceName(namespace) || !names.every(isObjectName))
    return 'its name, its namespace or its HPA is called as nothing in Kubernetes can be: something else than kube-state-metrics wrote the series';
  return problem;
}

/** @throws Error in words where the history cannot be read, or is no ground for a verdict */
export async function jobFor(
  found: FoundDeployment,
  history: HistorySource,
  settings: FleetSettings,
  now: EpochMs,
): Promise<{ readonly job: WorkloadJob; readonly days: number; readonly notes: readonly string[] }> {
  const ref = { cluster: '', namespace: found.namespace, name: found.name };
  const read = await history.read(ref, historyStart(now, settings.days), now);
  if (read.series.at.length === 0) throw new Error(nothingFound(ref, history, true, read.whyEmpty ?? null));
  const trace = historyTrace(read.series);
  if (trace.kind === 'too_young') throw new Error(tooYoung(ref, history, trace, true, settings.days, FEWEST_DAYS));
  const days = (trace.demand.length * trace.intervalSeconds) / DAY_SECONDS;
  if (days < FEWEST_DAYS - EDGE_DAYS)
    throw new Error(
      `${days.toFixed(1)} days of history without a gap of over an hour: a verdict takes ${FEWEST_DAYS}, of which it scores the later half${trace.leftOutHours > 0 ? ` (${trace.leftOutHours.toFixed(0)} hours beyond gaps were left out)` : ''}`,
    );
  const capacity = found.requestCores ?? read.coresPerReplica;
  if (capacity === null)
    throw new Error(
      'no CPU request: kube_pod_container_resource_requests has none of its pods; an HPA by CPU cannot work without either, so state one',
    );
  const most = neededReplicas(
    trace.demand.reduce((a, b) => Math.max(a, b), 0),
    capacity,
  );
  if (most > MAX_REPLICAS)
    throw new Error(`its CPU would need ${most} replicas of ${capacity} cores: one of the two cannot be right`);
  const { hpa, ran } = found;
  const job: WorkloadJob = {
    label: labelOf(found),
    trace: { startsAt: trace.startsAt, intervalSeconds: trace.intervalSeconds, demand: trace.demand },
    capacity,
    startupSeconds: settings.startupSeconds ?? found.startupSeconds ?? DEFAULT_STARTUP_SECONDS,
    sloPercent: settings.sloPercent,
    timeZone: settings.timeZone,
    now:
      hpa === null
        ? { min: ran?.fewest ?? 1, max: ran?.most ?? 1, targetPercent: HPA_PERCENT }
        : { min: hpa.min, max: hpa.max, targetPercent: hpa.cpuTargetPercent ?? HPA_PERCENT },
    hasHpa: hpa !== null,
    isKeda: hpa?.scaledObject !== null && hpa !== null,
  };
  return { job, days, notes: notesOn(found, trace, days, settings) };
}

function notesOn(
  { hpa, startupSeconds }: FoundDeployment,
  { filled, leftOutHours }: Extract<ReturnType<typeof historyTrace>, { kind: 'trace' }>,
  days: number,
  settings: FleetSettings,
): readonly string[] {
  const others = hpa?.otherMetrics ?? [];
  return [
    ...(days < settings.days - 1 ? [`${days.toFixed(1)} days of history`] : []),
    ...(leftOutHours === 0
      ? []
      : [`${leftOutHours.toFixed(0)} hours left out: a gap of over an hour parts them from the rest`]),
    ...(filled.gaps === 0
      ? []
      : [`gaps of up to ${Math.round(filled.longestSeconds / 60)} min filled by a straight line`]),
    ...(settings.startupSeconds === null && startupSeconds === null
      ? [`its start-up is not known and taken as ${DEFAULT_STARTUP_SECONDS} s`]
      : []),
    ...(others.length === 0
      ? []
      : [`its HPA also goes by ${others.map((one) => cleanText(one, 60)).join(', ')}, which is not replayed`]),
  ];
}
