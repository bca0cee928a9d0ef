// A Prometheus filled with the past of a whole cluster: what cAdvisor and kube-state-metrics would have written, by promtool.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetWorkload } from './fleet-workloads.ts';

const DAY_SECONDS = 86_400;
const MINUTE = 60;
/** As often as a lookback of five minutes needs. */
const SLOW = 240;

/** Said once where one of the two is not there. */
export function hasPrometheus(): boolean {
  const missing = ['prometheus', 'promtool'].filter((program) => spawnSync(program, ['--version']).status !== 0);
  if (missing.length > 0)
    process.stderr.write(
      `${missing.join(' and ')} not installed: the fleet's backtest is not run (apt install prometheus).\n`,
    );
  return missing.length === 0;
}

/**
 * Writes blocks into `folder`/data, where `startPrometheus` looks for them.
 * @param end epoch seconds, the last sample's
 */
export function fillPrometheus(folder: string, workloads: readonly FleetWorkload[], days: number, end: number): void {
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  for (let from = end - days * DAY_SECONDS; from < end; from += DAY_SECONDS) {
    const file = join(folder, 'day.om');
    writeDay(file, workloads, { from, to: Math.min(end, from + DAY_SECONDS - 1), end });
    execFileSync('promtool', ['tsdb', 'create-blocks-from', '-q', 'openmetrics', file, data], { stdio: 'pipe' });
    rmSync(file);
  }
}

interface Day {
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

function writeDay(file: string, workloads: readonly FleetWorkload[], day: Day): void {
  const out = openSync(file, 'w');
  const family = (name: string, type: 'gauge' | 'counter', lines: (write: (line: string) => void) => void) => {
    let text = `# TYPE ${name} ${type}\n`;
    lines((line) => {
      text += `${line}\n`;
      if (text.length < 1_000_000) return;
      writeSync(out, text);
      text = '';
    });
    writeSync(out, text);
  };
  const gauge = (
    name: string,
    step: number,
    rows: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[],
  ) =>
    family(name, 'gauge', (write) => {
      for (const [labels, value] of rows)
        for (let at = first(day.from, step); at <= day.to; at += step)
          write(`${name}${labelled(labels)} ${value} ${at}`);
    });
  const usage = 'container_cpu_usage_seconds';
  family(usage, 'counter', (write) => {
    for (const one of workloads) {
      const labels = labelled({ namespace: one.namespace, pod: podsOf(one)[0] as string, container: 'app' });
      const begins = day.end - (one.days ?? 1000) * DAY_SECONDS;
      let total = 0;
      for (let at = first(day.from, MINUTE); at <= day.to; at += MINUTE) {
        const cores = one.cores(at * 1000);
        if (cores === null || at < begins) continue;
        total += MINUTE * cores;
        write(`${usage}_total${labels} ${Number.isNaN(cores) ? 'NaN' : total.toFixed(3)} ${at}`);
      }
    }
  });
  const ofDeployments = workloads.map(
    (one) => [{ namespace: one.namespace, deployment: one.name }, one.replicas] as const,
  );
  gauge('kube_deployment_status_replicas', SLOW, ofDeployments);
  gauge('kube_deployment_spec_replicas', SLOW, ofDeployments);
  const pods = workloads.flatMap((one) => podsOf(one).map((pod) => ({ one, pod })));
  const born = day.end - 20 * DAY_SECONDS;
  const ofPods = (value: (one: FleetWorkload, i: number) => number) =>
    pods.map(({ one, pod }, i) => [{ namespace: one.namespace, pod }, value(one, i)] as const);
  gauge(
    'kube_pod_created',
    3600,
    ofPods((_, i) => born + i),
  );
  gauge(
    'kube_pod_status_ready_time',
    3600,
    ofPods((one, i) => born + i + one.startupSeconds),
  );
  gauge(
    'kube_pod_container_resource_requests',
    SLOW,
    pods.flatMap(({ one, pod }) =>
      one.requestCores === null
        ? []
        : [[{ namespace: one.namespace, pod, container: 'app', resource: 'cpu' }, one.requestCores] as const],
    ),
  );
  const hpas = workloads.flatMap((one) => (one.hpa === null ? [] : [{ one, hpa: one.hpa }]));
  const named = ({ one, hpa }: (typeof hpas)[number]) => ({
    ...{ namespace: one.namespace, horizontalpodautoscaler: hpa.name },
  });
  const target = (one: FleetWorkload) => ({ scaletargetref_kind: 'Deployment', scaletargetref_name: one.name });
  gauge(
    'kube_horizontalpodautoscaler_info',
    SLOW,
    hpas.map((of) => [{ ...named(of), ...target(of.one) }, 1] as const),
  );
  gauge(
    'kube_horizontalpodautoscaler_spec_min_replicas',
    SLOW,
    hpas.map((of) => [named(of), of.hpa.min] as const),
  );
  gauge(
    'kube_horizontalpodautoscaler_spec_max_replicas',
    SLOW,
    hpas.map((of) => [named(of), of.hpa.max] as const),
  );
  gauge(
    'kube_horizontalpodautoscaler_spec_target_metric',
    SLOW,
    hpas.flatMap((of) =>
      of.hpa.metrics.map(
        ([metric_name, metric_target_type, value]) =>
          [{ ...named(of), metric_name, metric_target_type }, value] as const,
      ),
    ),
  );
  writeSync(out, '# EOF\n');
  closeSync(out);
}

function podsOf({ name }: FleetWorkload): readonly string[] {
  return [`${name}-7d4b9c5f6-aaaaa`, `${name}-7d4b9c5f6-bbbbb`];
}

function first(from: number, step: number): number {
  return step * Math.ceil(from / step);
}

function labelled(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}}`;
}
