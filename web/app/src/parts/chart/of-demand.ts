// A workload's demand as charts show it: what was, the fan of what may come, and what the replicas carry.
import type { Patterns, Recommendations } from '../../api/types.ts';
import { amount, axisOf } from '../../quantities.ts';
import { at, momentsOf, type Series, seconds } from './grid.ts';
import type { ChartSpec, Line } from './spec.ts';

interface Point {
  readonly timestamp: string;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
}
interface Forecast {
  readonly points: readonly Point[];
  readonly acted_on: boolean;
  readonly target_per_replica: number | null;
}

/** Beside the signals in `forecast`. */
const NO_SIGNAL: ReadonlySet<string> = new Set(['horizon_hours', 'history_hours']);

/** The loads that were measured, or are forecast: those that the workload names first, then CPU. */
export function loadsOf({ series, forecast }: Patterns): readonly string[] {
  const named = new Set([...Object.keys(series), ...Object.keys(forecast)]);
  const loads = [...named].filter((name) => name !== 'replicas' && !NO_SIGNAL.has(name));
  return loads.toSorted((a, b) => rank(a) - rank(b));
}

const rank = (name: string) => ['cpu', 'memory'].indexOf(name);

function seriesOf({ series }: Patterns, name: string): Series | undefined {
  return (series as Readonly<Record<string, Series>>)[name];
}

function forecastOf({ forecast }: Patterns, signal: string): Forecast | undefined {
  const found: unknown = Object.entries(forecast).find(([name]) => name === signal)?.[1];
  return typeof found === 'object' && found !== null ? (found as Forecast) : undefined;
}

/** What is wanted now says nothing of hours to come: it is drawn as a short line around now. */
const WANTED_STEPS = 15;

export type Beside = Pick<ChartSpec, 'marks' | 'spans'>;

/** @param recommended for its HPA and targets; null while it is not known */
export function demandSpec(
  patterns: Patterns,
  signal: string,
  recommended: Recommendations | null,
  beside: Beside,
): ChartSpec {
  const { step_seconds: step } = patterns;
  const measured = seriesOf(patterns, signal);
  const past = momentsOf(measured, step);
  const last = past.at(-1) ?? Number.NEGATIVE_INFINITY;
  const forecast = forecastOf(patterns, signal);
  const points = (forecast?.points ?? []).filter(({ timestamp }) => seconds(timestamp) > last);
  const moments = [...past, ...points.map(({ timestamp }) => seconds(timestamp))];
  const none = points.map(() => null);
  const ahead = (of: 'p50' | 'p90' | 'p99') => [...past.map(() => null), ...points.map((point) => point[of])];
  const replicas = at(past, seriesOf(patterns, 'replicas'), step);
  const carried = (each: number) => [...replicas.map((count) => (count === null ? null : count * each)), ...none];
  const each = forecast?.target_per_replica ?? null;
  const own = each === null ? null : hpaTarget(recommended, signal, each);
  const unit = measured?.unit ?? '';
  const lines: readonly Line[] = [
    { name: 'p99', colour: 'forecast', hidden: true, values: ahead('p99') },
    { name: 'p90', colour: 'forecast', hidden: true, values: ahead('p90') },
    {
      name: forecast?.acted_on === false ? 'forecast, not acted on' : 'forecast',
      colour: 'forecast',
      dash: true,
      values: ahead('p50'),
    },
    ...(own === null
      ? []
      : [{ name: own.name, colour: 'target', dash: true, step: true, width: 1, values: carried(own.each) } as const]),
    ...(each === null
      ? []
      : [{ name: capacityName(recommended, signal), colour: 'capacity', step: true, values: carried(each) } as const]),
    { name: 'demand', colour: 'demand', width: 2, values: [...(measured?.values ?? []), ...none] },
  ];
  return {
    at: moments,
    lines,
    bands: [
      { upper: 0, lower: 2, strength: 0.16 },
      { upper: 1, lower: 2, strength: 0.22 },
    ],
    ...beside,
    now: seconds(patterns.to),
    ...axisOf(unit),
  };
}

/**
 * Ready replicas over the moments of the demand, so that both pictures line up.
 * @param target of the decision; null while it is not known
 */
export function replicasSpec(patterns: Patterns, demand: ChartSpec, target: number | null): ChartSpec {
  const was = at(demand.at, seriesOf(patterns, 'replicas'), patterns.step_seconds);
  const near = WANTED_STEPS * patterns.step_seconds;
  const wanted = demand.at.map((moment) => (Math.abs(moment - demand.now) <= near ? target : null));
  return {
    ...demand,
    lines: [
      { name: 'ready replicas', colour: 'replicas', step: true, width: 2, values: was },
      { name: 'wanted now', colour: 'replicas', dash: true, width: 1, values: wanted },
    ],
    bands: [],
    ...axisOf('replicas'),
    whole: true,
  };
}

function capacityName(recommended: Recommendations | null, signal: string): string {
  const target = signal === 'cpu' ? recommended?.policy.target_cpu : undefined;
  return `capacity at target${target ? ` cpu, ${target} %` : ''}`;
}

/** What the HPA would have a replica take, in the signal's unit. Null where it does not go by this signal. */
function hpaTarget(recommended: Recommendations | null, signal: string, each: number) {
  const metric = recommended?.observation.hpa?.metrics.find(({ name }) => name === signal);
  if (recommended == null || metric === undefined) return null;
  const { target_percent: percent, target_average: average } = metric;
  const { target_cpu: ours } = recommended.policy;
  if (signal === 'cpu' && percent !== null && ours)
    return { name: `HPA's target, ${percent} %`, each: (each / ours) * percent };
  if (signal === 'cpu' || average === null) return null;
  return { name: `HPA's target, ${amount(average, '')} a replica`, each: average };
}
