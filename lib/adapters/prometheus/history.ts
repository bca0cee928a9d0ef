// A workload's CPU history from Prometheus: a range query, cut into pieces that the server accepts.
import * as z from 'zod';
import type { HistorySource } from '../../app/ports/cluster.ts';
import { AdapterError } from '../../app/ports/world.ts';
import type { EpochMs, Series, WorkloadRef } from '../../domain/model.ts';
import { cpuRequestQuery, cpuUsageQuery } from './promql.ts';

interface PrometheusOptions {
  /** With the path under which the API lives, without `/api/v1`; may state user and password. */
  readonly url: string;
  /** PromQL for the total demand, one series; unless given, the CPU usage of the workload's pods in cores. */
  readonly query?: string | undefined;
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
  /** For all requests of one reading together; milliseconds. */
  readonly budgetMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}

const STEP_SECONDS = 60;
/** Prometheus refuses more than 11,000 points per series and query. */
const POINTS_PER_QUERY = 10_000;
const BUDGET_MS = 60_000;
const DETAIL_MAX_CHARS = 300;

/** Throws AdapterError 'prometheus' for whatever a server may answer that is no history. */
export function makePrometheusHistory(options: PrometheusOptions): HistorySource {
  const { url, headers } = endpointOf(options);
  const fetch = options.fetch ?? globalThis.fetch;

  async function ask(path: string, parameters: Record<string, string>, signal: AbortSignal): Promise<readonly Row[]> {
    const where = `${url}/api/v1/${path}`;
    const body = new URLSearchParams(parameters);
    const answer = await fetch(where, { method: 'POST', headers, body, signal, redirect: 'error' })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch((error: unknown) => {
        throw unreachable(url, error, signal);
      });
    return rowsOf(url, answer.status, answer.text);
  }

  async function readRange(query: string, from: number, to: number, signal: AbortSignal): Promise<readonly Sample[]> {
    const samples: Sample[] = [];
    for (let start = from; start <= to; start += POINTS_PER_QUERY * STEP_SECONDS) {
      const end = Math.min(to, start + (POINTS_PER_QUERY - 1) * STEP_SECONDS);
      const range = { query, start: String(start), end: String(end), step: String(STEP_SECONDS) };
      const rows = await ask('query_range', range, signal);
      if (rows.length > 1)
        throw failure(url, `the query answers ${rows.length} series where one is expected: wrap it in sum(…)`, false);
      samples.push(...(rows[0]?.values ?? []));
    }
    return samples;
  }

  return {
    name: `Prometheus at ${url}`,
    async read(ref, from, to) {
      const signal = AbortSignal.timeout(options.budgetMs ?? BUDGET_MS);
      const seconds = (at: EpochMs) => STEP_SECONDS * Math.ceil(at / 1000 / STEP_SECONDS);
      const query = options.query ?? cpuUsageQuery(ref);
      const samples = await readRange(query, seconds(from), Math.floor(to / 1000), signal);
      // A query of the user's own may count anything: cores would not belong to it.
      const coresPerReplica = options.query === undefined ? await requestOf(ref, to, signal) : null;
      return { series: toSeries(samples), coresPerReplica };
    },
  };

  /** Known where kube-state-metrics is scraped. */
  async function requestOf(ref: WorkloadRef, at: EpochMs, signal: AbortSignal): Promise<number | null> {
    const rows = await ask('query', { query: cpuRequestQuery(ref), time: String(Math.floor(at / 1000)) }, signal);
    const cores = rows[0]?.values[0]?.[1] ?? 0;
    return cores > 0 ? cores : null;
  }
}

/** Instant in seconds, value. */
type Sample = readonly [number, number];
interface Row {
  readonly values: readonly Sample[];
}

const SAMPLE = z
  .tuple([z.number(), z.string()])
  .transform(([at, value]): Sample => [at, value === '+Inf' || value === '-Inf' ? Number.NaN : Number(value)]);
const ANSWER = z.discriminatedUnion('status', [
  z.object({ status: z.literal('error'), errorType: z.string().catch(''), error: z.string().catch('') }),
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({ resultType: z.literal('matrix'), result: z.array(z.object({ values: z.array(SAMPLE) })) }),
      z.object({
        resultType: z.literal('vector'),
        result: z.array(z.object({ value: SAMPLE }).transform(({ value }): Row => ({ values: [value] }))),
      }),
    ]),
  }),
]);

function rowsOf(url: string, status: number, text: string): readonly Row[] {
  const parsed = ANSWER.safeParse(jsonOrNull(text));
  if (parsed.success && parsed.data.status === 'success') return parsed.data.data.result;
  if (parsed.success && parsed.data.status === 'error')
    throw failure(url, `${status} ${parsed.data.errorType}: ${parsed.data.error}`, status >= 500);
  if (status === 401 || status === 403)
    throw failure(url, `${status}: give user and password in the URL, or a token in PROMETHEUS_TOKEN`, false);
  const message = `it answered ${status} with something that is no Prometheus answer; give the URL that /api/v1 is under`;
  throw failure(url, message, status >= 500 || status === 429);
}

function toSeries(samples: readonly Sample[]): Series {
  const missing = Float64Array.from(samples, () => Number.NaN);
  return {
    at: Float64Array.from(samples, ([seconds]) => Math.round(seconds * 1000)),
    demand: { cpu: Float64Array.from(samples, ([, value]) => (value >= 0 ? value : Number.NaN)), memory: missing },
    replicas: missing,
  };
}

/** fetch refuses a URL with credentials in it: they belong into a header. */
function endpointOf({ url: text, token }: PrometheusOptions) {
  const url = new URL(text);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const headers: Record<string, string> = { accept: 'application/json' };
  if (username !== '') headers.authorization = `Basic ${basic}`;
  else if (token !== undefined) headers.authorization = `Bearer ${token}`;
  return { url: url.href.replace(/\/+$/, '').replace(/\/api\/v1$/, ''), headers };
}

function unreachable(url: string, error: unknown, signal: AbortSignal): AdapterError {
  if (signal.aborted) return failure(url, 'no answer within the time budget: ask for fewer --days', true, error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code')) : String(cause);
  return failure(url, `it cannot be reached (${why})`, true, error);
}

function failure(url: string, what: string, retryable: boolean, cause?: unknown): AdapterError {
  const message = `Prometheus at ${url}: ${what.replace(/\p{Cc}+/gu, ' ').slice(0, DETAIL_MAX_CHARS)}`;
  return new AdapterError('prometheus', message, { retryable, cause });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
