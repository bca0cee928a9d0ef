// `ai4k8s backtest --all`: every Deployment that Prometheus knows of against its own HPA, and what follows. Writes nothing anywhere.
import { writeFileSync } from 'node:fs';
import { makePrometheusFleet } from '../../lib/adapters/prometheus/fleet/find.ts';
import { makePrometheusHistory } from '../../lib/adapters/prometheus/history.ts';
import { historyStart } from '../../lib/app/backtest/history-trace.ts';
import { readPrices } from '../../lib/price-config.ts';
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

/** @throws Error where Prometheus does not answer, or knows of no Deployment; exit code 1 where nothing can be said of any */
export async function backtestFleet(options: FleetOptions): Promise<void> {
  const { namespaces, days, sloPercent, html, json } = options;
  if (html !== null) checkWritable('--html', html);
  const prices = readPrices(process.env);
  const now = Date.now();
  const server = await prometheusOptionsOf(options.server, process.env);
  const source = makePrometheusFleet(server);
  complain(`backtest: looking for Deployments in ${source.name}`);
  const fleet = await source.find(namespaces, historyStart(now, days), now);
  const notes = [
    ...fleet.notes,
    ...(namespaces.length > 0 || fleet.passedOver.length === 0
      ? []
      : [`passed over, as Kubernetes' own: ${fleet.passedOver.join(', ')} (--namespace names them)`]),
  ];
  for (const note of notes) complain(`note: ${note}`);
  const pool = startPool(fleet.deployments.length);
  const progress = showFleetProgress(fleet.deployments.length, pool.threads);
  try {
    const history = makePrometheusHistory(server);
    const outcomes = await judgeFleet(fleet, { history, pool, settings: options, now }, progress.onDone);
    const report: FleetReport = {
      outcomes,
      lists: listsOf(outcomes),
      source: source.name,
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
