// A forecast as a person reads it in a terminal: numbers, a line of blocks, and the hours ahead.
import { oneLine } from '../terminal.ts';
import type { SignalForecast, WorkloadForecast } from './forecasts.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';
const HOURS = [1, 2, 3, 4, 5, 6];
const GIB = 2 ** 30;

export function forecastText(forecast: WorkloadForecast): string {
  const { namespace, deployment, kind, cluster, replicas, ready, target_replicas, enabled, mode, timestamp } = forecast;
  const name = `${namespace}/${deployment}${kind === 'Deployment' ? '' : ` (${kind})`}`;
  const serving = ready === replicas ? `${replicas} replicas` : `${ready} of ${replicas} replicas ready`;
  const head = `${name} in ${cluster} at ${timestamp}: ${serving}, ${target_replicas} decided, ${enabled ? mode : 'off'}`;
  const loads = Object.entries(forecast.signals).flatMap(([signal, one]) => loadLines(signal, one, timestamp));
  return [oneLine(head), ...(loads.length === 0 ? ['  no load of it is forecast yet'] : loads)].join('\n');
}

function loadLines(signal: string, forecast: SignalForecast, now: string): readonly string[] {
  const { current, served, peak, skill, acted_on, points, unit } = forecast;
  const show = (value: number) => amount(value, unit);
  const worth = acted_on ? `skill ${skill}` : `no skill shown${skill === null ? ' yet' : ` (${skill})`}: not acted on`;
  const numbers = `now ${show(current)}, within 30 min ${show(served)}, within 6 h ${show(peak)} ${unitOf(unit)}`;
  const hours = HOURS.flatMap((hour) => {
    const at = points.find(({ timestamp }) => Date.parse(timestamp) >= Date.parse(now) + hour * 3_600_000);
    return at === undefined ? [] : [`+${hour} h ${show(at.p50)} (${show(at.p90)})`];
  });
  return [
    oneLine(`  ${signal.padEnd(8)}  ${numbers}; ${worth}`),
    ...(points.length === 0 ? [] : [`            ${blocks([current, ...points.map(({ p50 }) => p50)])}`]),
    ...(hours.length === 0 ? [] : [`            ${hours.join('  ')}  median (90 %)`]),
  ];
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
