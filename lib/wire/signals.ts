// Config → the sources of signals beside CPU and memory: none where none are configured.
import { makeCloudWatch } from '../adapters/cloudwatch/source.ts';
import type { Kubernetes } from '../adapters/kubernetes/adapter.ts';
import { makeProbe } from '../adapters/probe/source.ts';
import { makePrometheusSignals } from '../adapters/prometheus/signals.ts';
import type { SignalSource } from '../app/ports/cluster.ts';
import type { Clock } from '../app/ports/world.ts';
import type { HpaMeasure, PerSignal, SignalDefinition } from '../domain/workload/signal.ts';
import { makeSafeFetch } from '../net/safe-fetch.ts';
import type { ConfiguredSource, SignalsConfig } from '../signals-config/read.ts';
import { signingIn, tokenOf } from './request-credentials.ts';
import { inItsClusters } from './signal-clusters.ts';

type Metrics = Pick<Kubernetes, 'externalMetrics' | 'customMetrics'>;

/** Of an answer: 10,000 series have 3 MB. */
const MOST_BYTES = 16 * 1024 ** 2;
/** Of a page that is probed. */
const MOST_PAGE_BYTES = 4 * 1024 ** 2;

/** One source per entry of `sources` that a signal names. */
export function wireSignals(
  { allow, sources }: SignalsConfig,
  kubernetes: Metrics,
  clock: Clock,
): readonly SignalSource[] {
  const used = sources.filter(({ signals }) => signals.length > 0);
  return used.map((source) => inItsClusters(sourceOf(source, allow, kubernetes, clock), source, used));
}

function sourceOf(source: ConfiguredSource, allow: readonly string[], kubernetes: Metrics, clock: Clock): SignalSource {
  const { name } = source;
  const definitions = definitionsOf(source);
  const budgetMs = source.timeoutSeconds * 1000;
  const common = { name, definitions, budgetMs };
  switch (source.kind) {
    case 'prometheus':
      return makePrometheusSignals({
        ...common,
        signals: source.signals,
        url: source.url,
        headers: source.headers,
        token: source.tokenSecretId === undefined ? undefined : tokenOf(source.tokenSecretId),
        signing: source.sigv4 && signingIn(source.sigv4.region),
        isPartialFine: source.partial,
        fetch: makeSafeFetch({ allow, budgetMs: budgetMs + 1000, mostBytes: MOST_BYTES }),
      });
    case 'external-metrics':
      return kubernetes.externalMetrics({ ...common, signals: source.signals });
    case 'custom-metrics':
      return kubernetes.customMetrics({ ...common, signals: source.signals });
    case 'probe':
      return makeProbe({
        ...common,
        signals: source.signals,
        targets: new Map(source.targets.map(({ workload, url }) => [workload, url])),
        requests: source.requests,
        concurrency: source.concurrency,
        headers: source.headers ?? {},
        fetch: makeSafeFetch({ allow, budgetMs, mostBytes: MOST_PAGE_BYTES, repeats: false }),
        now: clock.now,
      });
    case 'cloudwatch':
      return makeCloudWatch({
        ...common,
        signals: source.signals,
        client: { region: source.region },
        now: clock.now,
      });
  }
}

/** More of a success is better, unless the installation says otherwise of the signal. */
function definitionsOf(source: ConfiguredSource): PerSignal<SignalDefinition> {
  const measures = hpaMeasuresOf(source);
  return Object.fromEntries(
    source.signals.map(({ name, kind, unit, range, worse, deadband, scaling, ...of }) => {
      const isSuccess = 'stat' in of && of.stat === 'success';
      const definition: SignalDefinition = {
        kind,
        unit,
        ...((worse !== undefined || isSuccess) && { worse: 'lower' }),
        ...(deadband !== undefined && { deadband }),
        ...(range !== undefined && { range }),
        ...scored(scaling, range),
        ...(range === undefined && isSuccess && { range: [0, 100] as const }),
        ...measures(name),
      };
      return [name, definition];
    }),
  );
}

/** What a score is judged by; what models weigh is in the work that the exporter counts. */
function scored(
  scaling: ConfiguredSource['signals'][number]['scaling'],
  range: SignalDefinition['range'],
): Pick<SignalDefinition, 'scaling' | 'range'> {
  if (scaling === undefined) return {};
  const { modelResourceWeights: _counted, ...judged } = scaling;
  return { scaling: judged, range: range ?? [0, 100] };
}

/** Loads that an HPA of ours can measure itself: those of the cluster's own metric APIs, under a selector of plain equalities. */
function hpaMeasuresOf(source: ConfiguredSource): (name: string) => Pick<SignalDefinition, 'hpa'> {
  const all = new Map<string, HpaMeasure>();
  const add = (name: string, kind: string, text: string | undefined, measure: HpaMeasure) => {
    const selector = equalitiesIn(text);
    if (kind === 'load' && selector !== null) all.set(name, { ...measure, ...(text !== undefined && { selector }) });
  };
  if (source.kind === 'custom-metrics')
    for (const { name, kind, metric, selector, on } of source.signals)
      add(name, kind, selector, { type: on === 'pods' ? 'Pods' : 'Object', metric });
  if (source.kind === 'external-metrics')
    for (const { name, kind, metric, selector, label } of source.signals)
      add(name, kind, selector, { type: 'External', metric, label });
  return (name) => {
    const hpa = all.get(name);
    return hpa === undefined ? {} : { hpa };
  };
}

/** `a=b,c=d`; null for a selector that says more than that. */
function equalitiesIn(selector: string | undefined): Readonly<Record<string, string>> | null {
  const parts = (selector ?? '').split(',').filter((part) => part.trim() !== '');
  const pairs = parts.map((part) => /^\s*([\w./-]+)\s*==?\s*([\w.-]*)\s*$/.exec(part));
  if (pairs.includes(null)) return null;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}
