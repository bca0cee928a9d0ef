// The metrics, by their names: seed 5's four, and what people who serve models watch. Every label is of a closed set.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { correlationsOf } from '../domain/complexity/rank-correlation.ts';
import type { Metering, Outcome } from './metering.ts';
import type { ModelLabels } from './model-labels.ts';
import type { ServerFigures } from './upstream-metrics.ts';

export interface ExporterMetrics {
  /** What Prometheus is to be told it is. */
  readonly contentType: string;
  text(): Promise<string>;
  observe(outcome: Outcome): void;
}

/** From a short embedding to a long answer behind a queue. */
const BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600];
/** A model that is in memory already tells a few milliseconds of loading: only a real load is how long one takes. */
const LEAST_LOAD_SECONDS = 0.2;

interface Sources {
  readonly metering: Metering;
  readonly labels: ModelLabels;
  /** Of the model server's own metrics, where they are read. */
  readonly figures: () => ServerFigures;
}

/** @param withProcess also Node's own figures */
export function makeMetrics({ metering, labels: models, figures }: Sources, withProcess: boolean): ExporterMetrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number | null) =>
    new Gauge({
      name: `litebrain_${name}`,
      help,
      registers,
      collect() {
        const now = value();
        // No series at all where nothing is known: 0 would be a claim.
        if (now === null) this.remove({});
        else this.set(now);
      },
    });
  const totals = () => metering.totals();
  gauge('complexity_score', 'Mean score (0-100) of the requests of the last minute; 0 while there were none', () =>
    metering.meanScore(),
  );
  gauge('active_requests', 'Requests being served or waiting in the server', () => totals().active);
  gauge(
    'requests_waiting',
    "Requests without a first byte of an answer, or the server's own count of those that wait",
    () => figures().waiting ?? totals().waiting,
  );
  gauge('tokens_in_flight', 'Tokens that requests in flight are expected to need still', () => totals().tokens);
  gauge(
    'queue_seconds',
    'Tokens in flight over tokens per second while busy; absent until that is known',
    () => totals().queueSeconds,
  );
  gauge('complexity_work', 'Score times model weight, summed over requests in flight (points)', () => totals().work);
  gauge('kv_cache_usage_ratio', 'KV-cache in use (0-1), where the server tells', () => figures().kvCacheRatio);
  reportCorrelations(registers, metering, models);

  const labelNames = ['model', 'complexity', 'status'] as const;
  const duration = new Histogram({
    name: 'litebrain_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer',
    labelNames,
    buckets: BUCKETS,
    registers,
  });
  const counter = <const L extends string>(name: string, help: string, names: readonly L[]) =>
    new Counter({ name: `litebrain_${name}`, help, labelNames: names, registers });
  const requests = counter('requests_total', 'Requests that are over', labelNames);
  const tokens = counter('tokens_total', 'Tokens, as servers tell them', ['model', 'kind']);
  const unread = counter('unread_requests_total', 'Requests scored by their length alone, by why', ['reason']);
  const load = new Gauge({
    name: 'litebrain_model_load_seconds',
    help: 'The last time that loading the model took',
    labelNames: ['model'],
    registers,
  });
  if (withProcess) collectDefaultMetrics({ register: registry });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe({ model, complexity, status, seconds, told, unread: reason }) {
      const labels = { model, complexity, status };
      duration.observe(labels, seconds);
      requests.inc(labels);
      if (told.promptTokens) tokens.inc({ model, kind: 'prompt' }, told.promptTokens);
      if (told.outputTokens) tokens.inc({ model, kind: 'output' }, told.outputTokens);
      if (told.loadSeconds !== null && told.loadSeconds >= LEAST_LOAD_SECONDS) load.set({ model }, told.loadSeconds);
      if (reason !== null) unread.inc({ reason });
    },
  };
}

/** Of the closed set only: what is learned came out of a file. */
function reportCorrelations(registers: Registry[], metering: Metering, models: ModelLabels): void {
  const correlation = new Gauge({
    name: 'litebrain_rank_correlation',
    help: 'Of scores with the work that came of them, each said before that was known (Spearman)',
    labelNames: ['model', 'estimator'],
    registers,
    collect() {
      this.reset();
      scored.reset();
      const { learned } = metering;
      for (const model of models.all.filter((name) => Object.hasOwn(learned.models, name))) {
        const { rule, learned: ofLearned, requests } = correlationsOf(learned, model);
        if (rule !== null) correlation.set({ model, estimator: 'rule' }, rule);
        if (ofLearned !== null) correlation.set({ model, estimator: 'learned' }, ofLearned);
        scored.set({ model }, requests);
      }
    },
  });
  const scored = new Gauge({
    name: 'litebrain_scored_requests',
    help: 'Outcomes that the rank correlations stand on',
    labelNames: ['model'],
    registers,
  });
}
