// A Deployment's own history as the trace of a backtest: from a table or from Prometheus, with what must be known about it.
import { resolve } from 'node:path';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import { openTable } from '../../lib/adapters/dynamo/table.ts';
import { makePrometheusHistory } from '../../lib/adapters/prometheus/history.ts';
import {
  FEWEST_HISTORY_DAYS,
  type HistoryTrace,
  historyStart,
  historyTrace,
} from '../../lib/app/backtest/history-trace.ts';
import { storedHistory } from '../../lib/app/backtest/stored-history.ts';
import type { HistorySource } from '../../lib/app/ports/cluster.ts';
import { type EpochMs, type WorkloadRef, workloadKey } from '../../lib/domain/model.ts';
import { ofKind } from '../../lib/domain/workload-kind.ts';
import { joinEmbeddedTable } from '../joined-table.ts';
import type { Trace } from '../trace/trace.ts';
import { DEFAULT_DAYS, type DeploymentOptions } from './deployment-options.ts';

export interface DeploymentTrace {
  readonly label: string;
  readonly trace: Trace;
  /** The CPU request of one replica, cores; null where nobody knows it. */
  readonly capacity: number | null;
  /** For people: where it comes from and what was done to it. */
  readonly note: string;
}

type Options = DeploymentOptions & { readonly deployment: string };

/** @throws Error in one line where the history cannot be read, or is not enough for a backtest */
export async function deploymentTrace(
  options: Options,
  cluster: string,
  env: Readonly<Record<string, string | undefined>>,
  now: EpochMs,
): Promise<DeploymentTrace> {
  const { namespace = 'default', deployment: name, kind } = options;
  const ref: WorkloadRef = { cluster, namespace, name, ...ofKind(kind) };
  const days = options.days ?? DEFAULT_DAYS;
  const { source, close } = await openSource(options, env);
  try {
    const { series, coresPerReplica } = await source.read(ref, historyStart(now, days), now);
    if (series.at.length === 0) throw new Error(nothingFound(ref, source, options));
    const history = historyTrace(series);
    if (history.kind === 'too_young') throw new Error(tooYoung(ref, source, history.hours, options, days));
    return {
      label: workloadKey(ref),
      trace: history,
      capacity: coresPerReplica,
      note: noteOn(ref, source, history, coresPerReplica),
    };
  } finally {
    await close();
  }
}

interface OpenSource {
  readonly source: HistorySource;
  close(): Promise<void>;
}

async function openSource(options: Options, env: Readonly<Record<string, string | undefined>>): Promise<OpenSource> {
  const { prometheus, prometheusQuery, data } = options;
  const nothingToClose = () => Promise.resolve();
  if (prometheus !== undefined) {
    const token = env.PROMETHEUS_TOKEN || undefined;
    return { source: makePrometheusHistory({ url: prometheus, query: prometheusQuery, token }), close: nothingToClose };
  }
  if (data !== undefined) {
    const joined = await joinEmbeddedTable(resolve(data));
    const table = openTable(joined);
    const close = () => {
      table.close();
      return joined.close();
    };
    return { source: storedHistory(makeSeriesStore(table)), close };
  }
  const tableName = env.TABLE_NAME || undefined;
  if (tableName === undefined)
    throw new Error(
      `--deployment ${options.deployment}: where is its history? Give --data DIR (the folder of npm start -- --data DIR), ` +
        'set TABLE_NAME (the table in AWS), or give --prometheus URL',
    );
  const table = openTable({ tableName });
  const close = () => {
    table.close();
    return nothingToClose();
  };
  return { source: storedHistory(makeSeriesStore(table)), close };
}

function nothingFound(ref: WorkloadRef, { name: source }: HistorySource, options: Options): string {
  const { cluster } = ref;
  const what =
    options.prometheus === undefined
      ? `check --namespace, --kind and --cluster (${cluster}); ai4k8s status lists the workloads that ticks have seen`
      : 'check --namespace; where it scrapes less than every minute, or has other labels, give --prometheus-query';
  return `${workloadKey(ref)}: ${source} has no history of it: ${what}`;
}

function tooYoung(
  ref: WorkloadRef,
  { name: source }: HistorySource,
  hours: number,
  options: Options,
  days: number,
): string {
  const has = `${source} has ${hours < 1 ? 'under an hour' : `${hours.toFixed(0)} hours`} of history without a gap of over an hour`;
  if (days < FEWEST_HISTORY_DAYS)
    return `${workloadKey(ref)}: --days ${days} is too little for a backtest: give ${FEWEST_HISTORY_DAYS} or more`;
  const wait = `wait ${Math.ceil(24 * FEWEST_HISTORY_DAYS - hours)} more hours of ticks`;
  const else_ = options.prometheus === undefined ? `${wait}, or give --prometheus URL where Prometheus has more` : wait;
  return `${workloadKey(ref)}: ${has}; a backtest needs ${FEWEST_HISTORY_DAYS} days, of which it scores the later half: ${else_}`;
}

function noteOn(ref: WorkloadRef, { name: source }: HistorySource, history: HistoryTrace, cores: number | null) {
  const { demand, intervalSeconds, filled, leftOutHours } = history;
  const days = (demand.length * intervalSeconds) / 86_400;
  return [
    `${workloadKey(ref)}: ${days.toFixed(1)} days of history from ${source}, by ${intervalSeconds} s`,
    cores === null
      ? 'its CPU request is not known, so the 99.9th percentile is taken to need 40 replicas (--capacity says otherwise)'
      : `a replica requests ${Number(cores.toPrecision(4))} cores`,
    ...(filled.gaps === 0
      ? []
      : [`${counted(filled.gaps, 'gap')} of up to ${minutes(filled.longestSeconds)} filled by a straight line`]),
    ...(leftOutHours === 0
      ? []
      : [`${leftOutHours.toFixed(0)} hours left out: a gap of over an hour parts them from the rest`]),
  ].join('; ');
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function minutes(seconds: number): string {
  return `${Math.round(seconds / 60)} min`;
}
