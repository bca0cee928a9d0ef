// The APIs of external and custom metrics as sources of signals: one call per namespace and metric, within one budget of time.
import pLimit from 'p-limit';
import type { SignalSource, WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { makeBatch, namingWorkloads } from '../../app/ports/signal-batch.ts';
import type { PerSignal, Reading, SignalDefinition, SignalKind, SignalName } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { ClusterClient, Connections } from './connection.ts';
import { parseQuantity } from './quantity.ts';

export interface MetricSignal {
  readonly name: SignalName;
  readonly kind: SignalKind;
  readonly metric: string;
  readonly selector?: string | undefined;
}

export interface MetricSourceOptions<S extends MetricSignal> {
  readonly name: string;
  readonly definitions: PerSignal<SignalDefinition>;
  readonly signals: readonly S[];
  /** For all calls of one reading together. */
  readonly budgetMs: number;
}

/** As both APIs spell a value; taken at nobody's word. */
export interface RawValue {
  readonly timestamp?: unknown;
  readonly value?: unknown;
}

/** A value with its own time, or what is wrong, as part of a sentence. */
export type Found =
  | string
  | ({ readonly value: number; readonly at: EpochMs } & Partial<Pick<Reading, 'coverage' | 'leftOut'>>);

/** Of one metric in one namespace. */
export interface Values {
  readonly count: number;
  /** Those of what is called so. */
  of(name: string): readonly RawValue[];
}

export interface MetricApi<S extends MetricSignal> {
  /** The answer of the API server to the one call. */
  ask(client: ClusterClient, signal: S, namespace: string): Promise<unknown>;
  /** What a value is of; null where that cannot be told. */
  nameIn(value: RawValue, signal: S): unknown;
  /** What the values say of one workload. @param others those that name the signal in its namespace, itself among them */
  find(values: Values, signal: S, of: WorkloadSnapshot, others: readonly WorkloadSnapshot[]): Found;
}

/** The API server's fairness queues punish bursts. */
const CALLS_AT_ONCE = 4;

/** Never throws: a call that fails costs the workloads of that namespace that signal. */
export function makeMetricSource<S extends MetricSignal>(
  connect: Connections,
  { name, definitions, signals, budgetMs }: MetricSourceOptions<S>,
  api: MetricApi<S>,
): SignalSource {
  return {
    name,
    definitions,
    async read(snapshot, ref) {
      const batch = makeBatch();
      const endsAtMs = performance.now() + budgetMs;
      const naming = namingWorkloads(snapshot, Object.keys(definitions), ref);
      const limit = pLimit(CALLS_AT_ONCE);
      const calls = signals.flatMap((signal) =>
        [...byNamespace(naming.get(signal.name) ?? [])].map(([namespace, workloads]) => ({
          signal,
          namespace,
          workloads,
        })),
      );
      const readOne = async ({ signal, namespace, workloads }: (typeof calls)[number]) => {
        try {
          const asking = connect(snapshot.cluster).then((client) => api.ask(client, signal, namespace));
          const answer = await within(endsAtMs - performance.now(), asking);
          const values = valuesIn(answer, (value) => api.nameIn(value, signal));
          for (const of of workloads) {
            const found = api.find(values, signal, of, workloads);
            if (typeof found === 'string') batch.unread([of], signal.name, found);
            else {
              const { value, at, ...more } = found;
              batch.measured(of, signal, value, at, more);
            }
          }
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          batch.unread(workloads, signal.name, why);
          batch.problem(`${name}: ${why}`);
        }
      };
      await Promise.all(calls.map((call) => limit(() => readOne(call))));
      return batch.done();
    },
  };
}

/** @returns what is wrong, as part of a sentence, where it is no number or has no time */
export function valueOfMetric({ value, timestamp }: RawValue): Found {
  const number = typeof value === 'string' || typeof value === 'number' ? parseQuantity(String(value)) : Number.NaN;
  const at = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  if (!Number.isFinite(number)) return 'its value is no quantity';
  if (!Number.isFinite(at)) return 'its value has no time';
  return { value: number, at };
}

/** @throws Error where the answer is no list */
function valuesIn(answer: unknown, nameOf: (value: RawValue) => unknown): Values {
  const items = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'items') : undefined;
  if (!Array.isArray(items)) throw new Error('the API server answered with something that is no list of metric values');
  const values: readonly RawValue[] = items.filter((item) => typeof item === 'object' && item !== null);
  const byName = Map.groupBy(values, nameOf);
  return { count: values.length, of: (name) => byName.get(name) ?? [] };
}

function byNamespace(workloads: readonly WorkloadSnapshot[]): ReadonlyMap<string, readonly WorkloadSnapshot[]> {
  return Map.groupBy(workloads, ({ workload }) => workload.namespace);
}

/** The call itself ends by the connection's own limit: what it says then is of no use any more. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const why =
      'the API server has not answered within the time of this source: look at the adapter that serves the metric';
    timer = setTimeout(() => reject(new Error(why)), Math.max(0, ms));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
