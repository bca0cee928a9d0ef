// A forecast as a person reads it in a terminal: numbers, a line of blocks, and the hours ahead.
import { shortTime } from '../decision-text.ts';
import { oneLine } from '../terminal.ts';
import { chartLines } from './chart.ts';
import type { SignalForecast, WorkloadForecast } from './forecasts.ts';
import type { PastLoad, PastLoads } from './past.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';
const HOURS = [1, 2, 3, 4, 5, 6];
const GIB = 2 ** 30;

/** @param past of each load, where a chart is to be drawn; blocks on a line without */
export function forecastText(forecast: WorkloadForecast, past: PastLoads | null = null): string {
  const { namespace, deployment, kind, cluster, replicas, ready, target_replicas, enabled, mode, timestamp } = forecast;
  const name = `${namespace}/${deployment}${kind === 'Deployment' ? '' : ` (${kind})`}`;
  const serving = ready === replicas ? `${replicas} replicas` : `${ready} of ${replicas} replicas ready`;
  const head = `${name} in ${cluster} at ${shortTime(timestamp)}: ${serving}, ${target_replicas} decided, ${enabled ? mode : 'off'}`;
  const loads = Object.entries(forecast.signals).flatMap(([signal, one]) =>
    loadLines(signal, one, timestamp, past === null ? undefined : past[signal]),
  );
  return [oneLine(head), ...(loads.length === 0 ? ['  no load of it is forecast yet'] : loads)].join('\n');
}

function loadLines(
  signal: string,
  forecast: SignalForecast,
  now: string,
  past: PastLoad | undefined,
): readonly string[] {
  const { current, served, peak, points, unit } = forecast;
  const show = (value: number) => amount(value, unit);
  const numbers = `now ${show(current)}, within 30 min ${show(served)}, within 6 h ${show(peak)} ${unitOf(unit)}`;
  const hours = HOURS.flatMap((hour) => {
    const at = points.find(({ timestamp }) => Date.parse(timestamp) >= Date.parse(now) + hour * 3_600_000);
    return at === undefined ? [] : [`+${hour} h ${show(at.p50)} (${show(at.p90)})`];
  });
  const chart = past === undefined ? [] : chartLines({ ...past, points, now, show });
  const drawn =
    chart.length > 0
      ? chart
      : points.length === 0
        ? []
        : [`            ${blocks([current, ...points.map(({ p50 }) => p50)])}`];
  return [oneLine(`  ${signal.padEnd(8)}  ${numbers}; ${worthOf(forecast)}`), ...drawn, ...hourLines(hours)];
}

/** Skill is 1 − error ÷ error of the last value: how much nearer it comes than to say that all stays as it is. */
function worthOf({ skill, acted_on }: Pick<SignalForecast, 'skill' | 'acted_on'>): string {
  if (skill === null) return 'not acted on: no skill shown yet';
  const share = `${Math.round(Math.abs(skill) * 100)} % ${skill > 0 ? 'less' : 'more'} wrong than "as now"`;
  return acted_on ? share : `not acted on: ${share}`;
}

/** On one line where they fit into a hundred columns. */
function hourLines(hours: readonly string[]): readonly string[] {
  if (hours.length === 0) return [];
  const parts = [...hours, 'median (90 % stay under)'];
  const line = `            ${parts.join('  ')}`;
  if (line.length <= 100) return [line];
  return [parts.slice(0, 3), parts.slice(3)].map((part) => `            ${part.join('  ')}`);
}

/** From nothing to the highest value. */
function blocks(values: readonly number[]): string {
  const most = Math.max(...values);
  const last = BLOCKS.length - 1;
  return values.map((value) => BLOCKS[most > 0 ? Math.max(0, Math.round((value / most) * last)) : 0]).join('');
}

function amount(value: number, unit: string): string {
  return String(Number((unit === 'bytes' ? value / GIB : value).toPrecision(3)));
}

function unitOf(unit: string): string {
  return unit === 'bytes' ? 'GiB' : unit;
}
