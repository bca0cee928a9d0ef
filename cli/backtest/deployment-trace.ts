// A Deployment's own history as the trace of a backtest: from a table or from Prometheus, with what must be known about it.
import { resolve } from 'node:path';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import { openTable } from '../../lib/adapters/dynamo/table.ts';
import { historyStart, historyTrace } from '../../lib/app/backtest/history-trace.ts';
import { storedHistory } from '../../lib/app/backtest/stored-history.ts';
import type { HistorySource } from '../../lib/app/ports/cluster.ts';
import { type WorkloadRef, workloadKey } from '../../lib/domain/workload/identity.ts';
import { ofKind } from '../../lib/domain/workload/kind.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { joinEmbeddedTable } from '../../local/joined-table.ts';
import type { Trace } from '../trace/trace.ts';
import { DEFAULT_DAYS, type DeploymentOptions } from './deployment-options.ts';
import { noteOn, nothingFound, tooYoung } from './history-words.ts';
import { prometheusSource } from './prometheus-source.ts';

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
    const { series, coresPerReplica, notes = [], whyEmpty } = await source.read(ref, historyStart(now, days), now);
    const isPrometheus = options.prometheus !== undefined;
    if (series.at.length === 0) throw new Error(nothingFound(ref, source, isPrometheus, whyEmpty ?? null));
    const history = historyTrace(series);
    if (history.kind === 'too_young') throw new Error(tooYoung(ref, source, history, isPrometheus, days));
    return {
      label: workloadKey(ref),
      trace: history,
      capacity: coresPerReplica,
      note: noteOn(ref, source, history, { perReplica: coresPerReplica, signal: options.signal ?? 'cpu' }, notes),
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
  const { prometheus, data } = options;
  const nothingToClose = () => Promise.resolve();
  if (prometheus !== undefined) {
    return { source: await prometheusSource({ ...options, prometheus }, env), close: nothingToClose };
  }
  if (data !== undefined) {
    const joined = await joinEmbeddedTable(resolve(data));
    const table = openTable(joined);
    const close = () => {
      table.close();
      return joined.close();
    };
    return { source: storedHistory(makeSeriesStore(table), options.signal), close };
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
  return { source: storedHistory(makeSeriesStore(table), options.signal), close };
}
