// All Deployments that a Prometheus knows of, in a dozen questions however many there are.
import pLimit from 'p-limit';
import type { FleetSource } from '../../../app/ports/fleet.ts';
import { DAY_MS } from '../../../domain/workload/time.ts';
import type { LabelledSamples } from '../answer.ts';
import { type Budget, makeAsk } from '../ask.ts';
import { endpointOf } from '../endpoint.ts';
import type { PrometheusOptions } from '../history.ts';
import { whyNotOneCluster } from '../one-cluster.ts';
import { failure, oneLine } from '../words.ts';
import type { FleetAnswers } from './answers.ts';
import { discover } from './discover.ts';
import { missingSeries } from './missing.ts';
import { type FleetQueries, fleetQueries } from './queries.ts';

/** Two weeks of a thousand workloads take their time. */
const BUDGET_MS = 180_000;
const QUESTIONS_AT_ONCE = 2;
const DAY_SECONDS = DAY_MS / 1000;

/** Throws AdapterError 'prometheus' for whatever a server may answer that is no list of Deployments. */
export function makePrometheusFleet(options: Omit<PrometheusOptions, 'query'>): FleetSource {
  const { labels = {}, isPartialFine = false, env = {}, budgetMs = BUDGET_MS } = options;
  const endpoint = endpointOf(options);
  const ask = makeAsk({ endpoint, isPartialFine, env, fetch: options.fetch ?? globalThis.fetch });
  const fail = (what: string) => failure(endpoint.url, what, { retryable: false, secrets: endpoint.secrets });

  return {
    name: `Prometheus at ${endpoint.url}`,
    async find(namespaces, from, to) {
      const budget: Budget = { signal: AbortSignal.timeout(budgetMs), endsAtMs: performance.now() + budgetMs };
      const days = Math.max(1, Math.ceil((to - from) / DAY_MS));
      const end = String(Math.floor(to / 1000));
      const notes = new Set<string>();
      const series = async (path: string, query: Readonly<Record<string, string>>) => {
        const answer = await ask(path, query, budget);
        if (answer.kind === 'too_much') throw answer.error;
        for (const note of answer.notes) notes.add(note);
        return answer.series;
      };
      const queries = fleetQueries(labels, days);
      const now = (name: keyof FleetQueries) => series('query', { query: queries[name], time: end });
      /** At one moment of each day. */
      const daily = (name: keyof FleetQueries) => {
        const start = String(Math.floor(to / 1000) - (days - 1) * DAY_SECONDS);
        return series('query_range', { query: queries[name], start, end, step: String(DAY_SECONDS) });
      };
      const deployments = await now('deployments');
      const clusters = whyNotOneCluster(deployments);
      if (clusters !== null) throw fail(clusters);
      const limit = pLimit(QUESTIONS_AT_ONCE);
      const asked = <T>(question: () => Promise<T>) => limit(question);
      const [ranFewest, ranMost, requests, hpaTargets, hpaMin, hpaMax, hpaMetrics, startups] = await Promise.all([
        asked(() => now('ranFewest')),
        asked(() => now('ranMost')),
        asked(() => now('requests')),
        asked(() => now('hpaTargets')),
        asked(() => now('hpaMin')),
        asked(() => now('hpaMax')),
        asked(() => now('hpaMetrics')),
        asked(async () => {
          const told = await daily('startups');
          return told.length > 0 ? told : daily('startupsSeen');
        }),
      ]);
      const answers: FleetAnswers = {
        ...{ deployments, ranFewest, ranMost, requests },
        ...{ hpaTargets, hpaMin, hpaMax, hpaMetrics, startups },
      };
      const found = discover(answers, namespaces);
      if (found.deployments.length === 0) throw fail(whyNone(deployments, namespaces, found.passedOver));
      return { ...found, notes: [...missingSeries(answers), ...notes] };
    },
  };
}

function whyNone(
  deployments: readonly LabelledSamples[],
  namespaces: readonly string[],
  passedOver: readonly string[],
): string {
  if (deployments.length === 0)
    return 'it has no kube_deployment_spec_replicas of the last hour: give --kubeconfig, and they are read from the cluster itself; or scrape kube-state-metrics into it, or check --prometheus-label';
  const there = passedOver.slice(0, 5).map((namespace) => oneLine(namespace, 63));
  const some = `${there.join(', ')}${passedOver.length > 5 ? ', …' : ''}`;
  return namespaces.length > 0
    ? `no Deployment runs in ${namespaces.map((one) => oneLine(one, 63)).join(', ')}: check --namespace; there are ${some}`
    : `Deployments run in ${some} alone, which are Kubernetes' own: name them by --namespace to replay them`;
}
