// `npm run story:prometheus`: the toy service scaled by what a real Prometheus measures of it: its requests and its latency.
import { complain, messageOf, say } from '../../cli/terminal.ts';
import { watchLifetime } from '../lifetime.ts';
import { startLoad } from './load.ts';
import { readStoryOptions } from './options.ts';
import { startPrometheus } from './prometheus.ts';
import { runAndDraw } from './run-and-draw.ts';
import type { Story } from './story.ts';
import { TOY_REPLICA, toyWorkload } from './toy-workload.ts';

const PHASES = [
  { name: 'quiet', seconds: 35, from: 5, to: 5 },
  { name: 'rise', seconds: 25, from: 5, to: 26 },
  { name: 'peak', seconds: 45, from: 26, to: 26 },
  { name: 'fall', seconds: 5, from: 26, to: 5 },
  { name: 'quiet', seconds: 35, from: 5, to: 5 },
];

/** Templates: every workload of the cluster in one answer, told apart by its labels. */
const QUERIES = {
  requests: 'sum by (namespace, deployment) (rate(toy_requests_total[10s]))',
  latency:
    '1000 * histogram_quantile(0.95, sum by (namespace, deployment, le) (rate(toy_request_duration_seconds_bucket[10s])))',
};

const lifetime = watchLifetime();
const story: Omit<Story, 'phases'> = {
  workload: (runner) =>
    toyWorkload({ 'ai4k8s.io/signal.requests': 'target=8', 'ai4k8s.io/signal.latency': 'target=500' }, runner),
  replica: TOY_REPLICA,
  load: startLoad,
  watched: { signal: 'latency', ms: 1 },
  setUp: async ({ scratch }, ending) => {
    const prometheus = await startPrometheus(scratch, lifetime.stopping);
    ending.defer(() => prometheus.close());
    say(`Prometheus  ${prometheus.url}`);
    return {
      signals: {
        allow: ['127.0.0.1'],
        sources: [{ name: 'prom', kind: 'prometheus', url: prometheus.url }],
        signals: [
          { name: 'requests', kind: 'load', unit: 'requests/s', source: 'prom', query: QUERIES.requests },
          { name: 'latency', kind: 'level', unit: 'ms', source: 'prom', query: QUERIES.latency },
        ],
      },
      onServing: (ports) => prometheus.scrape([...ports.values()]),
    };
  },
};

const options = readStoryOptions(
  {
    command: 'npm run story:prometheus --',
    title: 'A toy service scaled by what Prometheus measures: requests (8/s a replica) and latency (p95 of 500 ms)',
    what: 'The toy service of npm run toy, scraped by a real Prometheus (apt install prometheus), which says what is asked for and how long it takes.',
    chart: 'prometheus-story.svg',
    phases: PHASES,
  },
  process.argv.slice(2),
);
runAndDraw({ ...story, phases: options.phases }, options, lifetime).then(
  (code) => process.exit(code),
  (error: unknown) => {
    complain(`error: ${messageOf(error)}`);
    process.exit(1);
  },
);
