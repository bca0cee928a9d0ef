// Signals from CloudWatch: GetMetricData with 500 metrics a call, whatever workloads they are of.
import type {
  CloudWatchClient,
  CloudWatchClientConfig,
  MetricDataQuery,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { SignalSource, WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { type BatchInTheMaking, makeBatch, namingWorkloads } from '../../app/ports/signal-batch.ts';
import { sdkError } from '../../aws/sdk-error.ts';
import { cleanText } from '../../domain/text/clean-text.ts';
import type { PerSignal, SignalDefinition } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { type CloudWatchSignal, inUnit, queryOf } from './queries.ts';

export interface CloudWatchOptions {
  readonly name: string;
  readonly definitions: PerSignal<SignalDefinition>;
  readonly signals: readonly CloudWatchSignal[];
  /** For all calls of one reading together. */
  readonly budgetMs: number;
  readonly client: CloudWatchClientConfig;
  readonly now: () => EpochMs;
}

interface Asked {
  readonly signal: CloudWatchSignal;
  readonly of: WorkloadSnapshot;
  readonly query: MetricDataQuery;
}

/** As many as one call takes. */
const QUERIES_A_CALL = 500;
/** CloudWatch is minutes late; what is older than this is not looked for. */
const PERIODS_BACK = 15;
const PAGES = 20;

/** Never throws: a call that fails costs the signals in it. */
export function makeCloudWatch({ name, definitions, signals, budgetMs, client, now }: CloudWatchOptions): SignalSource {
  let made: CloudWatchClient | undefined;
  return {
    name,
    definitions,
    async read(snapshot, ref) {
      const batch = makeBatch();
      const naming = namingWorkloads(snapshot, Object.keys(definitions), ref);
      const all = signals.flatMap((signal) => askedOf(name, signal, naming.get(signal.name) ?? [], batch));
      if (all.length === 0) return batch.done();
      // Loaded at its first question: who has no such source starts without it.
      const sdk = await import('@aws-sdk/client-cloudwatch');
      made ??= new sdk.CloudWatchClient({ maxAttempts: 2, ...client });
      const connection = made;
      const signal = AbortSignal.timeout(budgetMs);
      await Promise.all(
        Array.from({ length: Math.ceil(all.length / QUERIES_A_CALL) }, async (_, i) => {
          const some = all.slice(i * QUERIES_A_CALL, (i + 1) * QUERIES_A_CALL);
          try {
            take(some, await ask(connection, some, now(), signal), batch);
          } catch (error) {
            const why = whyFailed(error, signal);
            for (const { of, signal } of some) batch.unread([of], signal.name, why);
            batch.problem(`${name}: ${why}`);
          }
        }),
      );
      return batch.done();
    },
  };
}

function askedOf(
  source: string,
  signal: CloudWatchSignal,
  workloads: readonly WorkloadSnapshot[],
  batch: BatchInTheMaking,
): readonly Asked[] {
  return workloads.flatMap((of, i) => {
    const query = queryOf(`q${i}`, signal, of);
    if (query !== null) return [{ signal, of, query }];
    batch.unread([of], signal.name, `${source} has no dimensions for it: add it to "of" of the signal's metric`);
    return [];
  });
}

/** By the query's place; whole periods only, since one that runs still grows. */
async function ask(
  client: CloudWatchClient,
  some: readonly Asked[],
  now: EpochMs,
  abortSignal: AbortSignal,
): Promise<ReadonlyMap<string, MetricDataResult>> {
  const longestMs = Math.max(...some.map(({ signal }) => signal.metric.period)) * 1000;
  const until = Math.floor(now / 60_000) * 60_000;
  const input = {
    MetricDataQueries: some.map(({ query }, i) => ({ ...query, Id: `q${i}` })),
    StartTime: new Date(until - PERIODS_BACK * longestMs),
    EndTime: new Date(until),
    ScanBy: 'TimestampDescending',
  } as const;
  const { GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const results = new Map<string, MetricDataResult>();
  let next: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await client.send(new GetMetricDataCommand({ ...input, NextToken: next }), { abortSignal });
    // The newest comes first; later pages hold what is older.
    for (const result of answer.MetricDataResults ?? [])
      if (result.Id !== undefined && (results.get(result.Id)?.Values ?? []).length === 0)
        results.set(result.Id, result);
    next = answer.NextToken;
    if (next === undefined) break;
  }
  return results;
}

function take(some: readonly Asked[], results: ReadonlyMap<string, MetricDataResult>, batch: BatchInTheMaking): void {
  for (const [i, { signal, of }] of some.entries()) {
    const { Values = [], Timestamps = [], StatusCode, Messages } = results.get(`q${i}`) ?? {};
    const [raw] = Values;
    const [start] = Timestamps;
    const value = raw === undefined ? null : inUnit(raw, signal, of);
    const said = Messages?.[0]?.Value ?? StatusCode;
    if (value === null || start === undefined)
      batch.unread(
        [of],
        signal.name,
        `CloudWatch has no value of it${said === undefined || said === 'Complete' ? '' : ` (${cleanText(said, 200)})`}: check metric and dimensions`,
      );
    else if (typeof value === 'string') batch.unread([of], signal.name, value);
    else batch.measured(of, signal, value, start.getTime() + signal.metric.period * 1000);
  }
}

function whyFailed(error: unknown, signal: AbortSignal): string {
  if (signal.aborted)
    return 'CloudWatch has not answered within the time of this source: give it more "timeoutSeconds"';
  const { name, detail, remedy } = sdkError(error);
  const advice = remedy ?? (/AccessDenied/.test(name) ? 'Grant cloudwatch:GetMetricData' : 'The next tick asks again');
  return cleanText(`CloudWatch did not answer (${name}: ${detail}). ${advice}`, 500);
}
