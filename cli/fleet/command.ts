// `ai4k8s backtest --all`: every Deployment that Prometheus, or the API server of a kubeconfig, knows of against its own HPA, and what follows. Writes nothing anywhere.
import { writeFileSync } from 'node:fs';
import { makePrometheusFleet } from '../../lib/adapters/prometheus/fleet/find.ts';
import { makePrometheusHistory, type PrometheusOptions } from '../../lib/adapters/prometheus/history.ts';
import { makeClusterFleet } from '../../lib/app/backtest/cluster-fleet.ts';
import { historyStart } from '../../lib/app/backtest/history-trace.ts';
import type { FleetSource } from '../../lib/app/ports/fleet.ts';
import { readPrices } from '../../lib/price-config.ts';
import { VERSION } from '../../lib/version.ts';
import { prometheusOptionsOf } from '../backtest/prometheus-source.ts';
import { checkWritable } from '../backtest/writable.ts';
import { complain, say } from '../terminal.ts';
import { fleetHtml } from './html.ts';
import type { FleetOptions } from './options.ts';
import { startPool } from './pool.ts';
import { showFleetProgress } from './progress.ts';
import { type FleetReport, fleetJson, fleetText } from './report.ts';
import { isJudged, judgeFleet } from './run.ts';
import { listsOf } from './words.ts';

/** As messages call it. */
const ITS_CLUSTER = 'of the kubeconfig';

/** @throws Error where Prometheus or the API server does not answer, or knows of no Deployment; exit code 1 where nothing can be said of any */
export async function backtestFleet(options: FleetOptions): Promise<void> {
  const { namespaces, days, sloPercent, html, json } = options;
  if (html !== null) checkWritable('--html', html);
  const prices = readPrices(process.env);
  const now = Date.now();
  const server = await prometheusOptionsOf(options.server, process.env);
  const source = await sourceOf(options, server);
  complain(`backtest: looking for Deployments in ${source.name}`);
  const fleet = await source.find(namespaces, historyStart(now, days), now);
  const notes = [
    ...fleet.notes,
    ...(namespaces.length > 0 || fleet.passedOver.length === 0
      ? []
      : [`passed over, as Kubernetes' own: ${fleet.passedOver.join(', ')} (--namespace names them)`]),
  ];
  for (const note of notes) complain(`note: ${note}`);
  const history = makePrometheusHistory(server);
  const pool = startPool(fleet.deployments.length);
  const progress = showFleetProgress(fleet.deployments.length, pool.threads);
  try {
    const outcomes = await judgeFleet(fleet, { history, pool, settings: options, now }, progress.onDone);
    const report: FleetReport = {
      outcomes,
      lists: listsOf(outcomes),
      source: history.name === source.name ? source.name : `${source.name} and ${history.name}`,
      days,
      sloPercent,
      notes,
      prices,
    };
    if (html !== null) {
      writeFileSync(html, await fleetHtml(report, now));
      complain(`backtest: the report is ${html}`);
    }
    say(json ? fleetJson(report) : fleetText(report));
    if (!outcomes.some(isJudged)) process.exitCode = 1;
  } finally {
    await pool.close();
  }
}

async function sourceOf({ kubeconfig, namespaces }: FleetOptions, server: PrometheusOptions): Promise<FleetSource> {
  if (kubeconfig === null) return makePrometheusFleet(server);
  // A Kubernetes client comes with it: loaded where it is needed.
  const { makeKubernetes } = await import('../../lib/adapters/kubernetes/adapter.ts');
  const access = { kind: 'kubeconfig', ...(kubeconfig !== true && { path: kubeconfig }) } as const;
  const { reader } = makeKubernetes({
    clusters: new Map([[ITS_CLUSTER, access]]),
    namespaces: { include: namespaces, exclude: [] },
    version: VERSION,
  });
  return makeClusterFleet(
    reader,
    ITS_CLUSTER,
    `the cluster of ${kubeconfig === true ? 'your kubeconfig' : kubeconfig}`,
  );
}
