// Signals from Prometheus, or from what speaks like it: one question per signal, however many workloads name it.
import pLimit from 'p-limit';
import type { ClusterSnapshot, SignalSource, WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { type BatchInTheMaking, makeBatch, namingWorkloads } from '../../app/ports/signal-batch.ts';
import type { PerSignal, SignalDefinition, SignalKind, SignalName } from '../../domain/workload/signal.ts';
import type { PlainFetch } from '../../net/safe-fetch.ts';
import { type Ask, type Budget, makeAsk } from './ask.ts';
import { type EndpointOptions, endpointOf } from './endpoint.ts';
import { type GroupLabels, groupBy } from './grouped.ts';
import { BY_FIELD } from './remedies.ts';

interface PrometheusSignal {
  readonly name: SignalName;
  readonly kind: SignalKind;
  /** PromQL for all workloads at once; `{cluster}` is replaced. */
  readonly query: string;
  readonly labels: GroupLabels;
}

export interface PrometheusSignalsOptions extends Omit<EndpointOptions, 'token' | 'remedies'> {
  readonly name: string;
  readonly definitions: PerSignal<SignalDefinition>;
  readonly signals: readonly PrometheusSignal[];
  /** A bearer token, asked for at every reading. Undefined: none. */
  readonly token?: (() => Promise<string | undefined>) | undefined;
  readonly isPartialFine: boolean;
  /** For all questions of one reading together. */
  readonly budgetMs: number;
  readonly fetch: PlainFetch;
}

/** A server takes a few questions at a time with ease. */
const QUESTIONS_AT_ONCE = 4;
/** It goes into quotes of PromQL as it is. */
const PLAIN_NAME = /^[a-zA-Z0-9._-]+$/;

/** Never throws: a signal that cannot be read is unread on each workload that names it. */
export function makePrometheusSignals(options: PrometheusSignalsOptions): SignalSource {
  const { name, definitions, signals, budgetMs } = options;
  const askWith = keptAsk(options);
  return {
    name,
    definitions,
    async read(snapshot, ref) {
      const batch = makeBatch();
      const naming = namingWorkloads(
        snapshot,
        signals.map((signal) => signal.name),
        ref,
      );
      const budget: Budget = { signal: AbortSignal.timeout(budgetMs), endsAtMs: performance.now() + budgetMs };
      const limit = pLimit(QUESTIONS_AT_ONCE);
      const questions = signals.flatMap((signal) => {
        const workloads = naming.get(signal.name);
        return workloads === undefined ? [] : [{ signal, workloads }];
      });
      await Promise.all(
        questions.map(({ signal, workloads }) =>
          limit(async () => {
            try {
              await readOne(await askWith(), signal, workloads, snapshot, budget, batch);
            } catch (error) {
              const why = error instanceof Error ? error.message : String(error);
              batch.unread(workloads, signal.name, why);
              batch.problem(`${name}: ${why}`);
            }
          }),
        ),
      );
      return batch.done();
    },
  };
}

async function readOne(
  ask: Ask,
  signal: PrometheusSignal,
  workloads: readonly WorkloadSnapshot[],
  { cluster }: ClusterSnapshot,
  budget: Budget,
  batch: BatchInTheMaking,
): Promise<void> {
  if (signal.query.includes('{cluster}') && !PLAIN_NAME.test(cluster))
    throw new Error(
      'the name of this cluster has other characters than letters, digits, dots and dashes: its query has no place for it',
    );
  const query = signal.query.replaceAll('{cluster}', cluster);
  const answer = await ask('query', { query }, budget);
  if (answer.kind === 'too_much') throw answer.error;
  for (const { workload, found } of groupBy(answer.series, signal.labels, workloads))
    if (typeof found === 'string') batch.unread([workload], signal.name, found);
    else batch.measured(workload, signal, found.value, found.at);
}

/** What a server taught us (that it wants GET) is kept for as long as the token is the same. */
function keptAsk({ token, isPartialFine, fetch, ...options }: PrometheusSignalsOptions): () => Promise<Ask> {
  let kept: { readonly token: string | undefined; readonly ask: Ask } | undefined;
  return async () => {
    const current = await token?.();
    if (kept === undefined || kept.token !== current) {
      const endpoint = endpointOf({ ...options, token: current, remedies: BY_FIELD });
      kept = { token: current, ask: makeAsk({ endpoint, isPartialFine, env: {}, fetch }) };
    }
    return kept.ask;
  };
}
