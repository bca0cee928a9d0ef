// A workload's CPU history from Prometheus, or from what speaks like it: Thanos, Mimir, VictoriaMetrics, Amazon's.
import type { HistorySource } from '../../app/ports/cluster.ts';
import type { Series } from '../../domain/workload/series.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { PlainFetch } from '../../net/safe-fetch.ts';
import type { Sample } from './answer.ts';
import { type Budget, makeAsk } from './ask.ts';
import { type EndpointOptions, endpointOf } from './endpoint.ts';
import { oneSeriesOf } from './one-cluster.ts';
import { cpuRequestQuery, cpuUsageQuery, type Labels } from './promql.ts';
import { makeReadRange } from './range.ts';
import { whyEmpty } from './why-empty.ts';
import { failure } from './words.ts';
import { type Asked, zerosIn } from './zero.ts';

export interface PrometheusOptions extends EndpointOptions {
  /** PromQL for the total demand, one series; unless given, the CPU usage of the workload's pods in cores. */
  readonly query?: string | undefined;
  /** What every series must have; of no meaning to a `query`. */
  readonly labels?: Labels | undefined;
  /** Take answers that are said to be incomplete. */
  readonly isPartialFine?: boolean | undefined;
  /** For all requests of one reading together; milliseconds. */
  readonly budgetMs?: number;
  /** For hints on proxies. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly fetch?: PlainFetch;
}

const BUDGET_MS = 60_000;

/** Throws AdapterError 'prometheus' for whatever a server may answer that is no history. */
export function makePrometheusHistory(options: PrometheusOptions): HistorySource {
  const { query: ownQuery, labels = {}, isPartialFine = false, env = {}, budgetMs = BUDGET_MS } = options;
  const endpoint = endpointOf(options);
  const ask = makeAsk({ endpoint, isPartialFine, env, fetch: options.fetch ?? globalThis.fetch });
  const readRange = makeReadRange(ask);

  return {
    name: `Prometheus at ${endpoint.url}`,
    async read(ref, from, to) {
      const budget: Budget = { signal: AbortSignal.timeout(budgetMs), endsAtMs: performance.now() + budgetMs };
      const asked: Asked = { ref, labels, from, to };
      const usage = await readRange(ownQuery ?? cpuUsageQuery(ref, labels), from, to, budget);
      const one = oneSeriesOf(usage.series, ownQuery !== undefined);
      if (one.kind === 'several')
        throw failure(endpoint.url, one.message, { retryable: false, secrets: endpoint.secrets });
      const { samples } = one;
      const lastMeasured = samples.findLast(([, cores]) => cores >= 0);
      if (lastMeasured === undefined) {
        const why = ownQuery === undefined ? await whyEmpty(asked, ask, budget) : 'the query answers nothing';
        return { series: toSeries([], []), coresPerReplica: null, notes: usage.notes, whyEmpty: why };
      }
      const zeros = await zerosIn(samples, asked, readRange, budget);
      // A query of the user's own may count anything: cores would not belong to it.
      const coresPerReplica = ownQuery === undefined ? await requestOf(asked, lastMeasured[0], budget) : null;
      const notes = [...new Set([...usage.notes, ...one.notes, ...zeros.notes])];
      return { series: toSeries(samples, zeros.at), coresPerReplica, notes };
    },
  };

  /** Known where kube-state-metrics is scraped. @param at seconds; when it last had pods */
  async function requestOf({ ref }: Asked, at: number, budget: Budget): Promise<number | null> {
    const answer = await ask('query', { query: cpuRequestQuery(ref, labels), time: String(Math.floor(at)) }, budget);
    if (answer.kind === 'too_much') throw answer.error;
    const cores = answer.series[0]?.samples[0]?.[1] ?? 0;
    return cores > 0 ? cores : null;
  }
}

/** @param zeros instants in seconds at which there were no pods, and so no readings */
function toSeries(samples: readonly Sample[], zeros: readonly EpochMs[]): Series {
  const measured = samples.map(([at, cores]) => ({ at, cores: cores >= 0 ? cores : Number.NaN, replicas: Number.NaN }));
  const known = new Set(samples.filter(([, cores]) => cores >= 0).map(([at]) => at));
  const isZero = new Set(zeros.filter((at) => !known.has(at)));
  const rows = [
    ...measured.filter(({ at }) => !isZero.has(at)),
    ...[...isZero].map((at) => ({ at, cores: Number.NaN, replicas: 0 })),
  ].sort((a, b) => a.at - b.at);
  return {
    at: Float64Array.from(rows, ({ at }) => Math.round(at * 1000)),
    demand: {
      cpu: Float64Array.from(rows, ({ cores }) => cores),
      memory: new Float64Array(rows.length).fill(Number.NaN),
    },
    replicas: Float64Array.from(rows, ({ replicas }) => replicas),
  };
}
