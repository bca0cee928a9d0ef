// One piece of advice in a few hundred bytes: what it was asked on, what it said beside the baseline, and what stood. Nothing in words.
import type { Assessment } from '../assessment/assessment.ts';
import type { Forecast } from '../forecast/forecast.ts';
import { namedLoads } from '../workload/loads.ts';
import { percentOfRequests } from '../workload/percent-of-requests.ts';
import type { SignalName } from '../workload/signal.ts';
import { type EpochMs, HOUR_MS } from '../workload/time.ts';
import type { GivenAdvice } from './advice.ts';
import { roundCpu, roundMemory } from './cache-key.ts';
import { PROMPT_VERSION } from './prompt.ts';
import { SIGNALS_PROMPT_VERSION } from './signal-lines.ts';

/** A load as the cache rounds it: percent now, percent at its forecast peak, and where it goes. Null where it is not known. */
type LoadBand = readonly [now: number | null, peak: number | null, trend: Forecast['trend'] | null];

/** Total demand in six hours, hour by hour. */
export interface HourlyForecast {
  readonly medians: readonly number[];
  /** The highest 95 % quantile of each hour. */
  readonly uppers: readonly number[];
}

/** Of CPU, memory and named loads, in this order; named ones in the order of their names, which are not kept. */
export interface AdviceRow {
  /** When it was asked about. */
  readonly at: EpochMs;
  readonly mode: 'on' | 'shadow';
  readonly replicas: number;
  readonly bounds: readonly [min: number, max: number];
  readonly loads: readonly LoadBand[];
  /** Levels out of their bands: how many of how many. */
  readonly levels: readonly [over: number, all: number];
  readonly baseline: number;
  readonly advised: number;
  /** What was decided on. */
  readonly stood: number;
  /** 0…1, self-reported. */
  readonly confidence: number;
  readonly model: string;
  /** Of the prompt, and of its lines on signals. */
  readonly prompt: string;
  /** Null where there is no forecast of that load. */
  readonly hourly: readonly (HourlyForecast | null)[];
}

export const HOURS_AHEAD = 6;
/** CPU, memory and two named loads: a row stays within one write unit. */
const LOADS_KEPT = 4;
const MODEL_MAX_CHARS = 100;

/**
 * @param baseline replicas that would have been decided on without it
 * @param stood replicas that were
 */
export function adviceRowOf(given: GivenAdvice, assessment: Assessment, baseline: number, stood: number): AdviceRow {
  const { policy, observation, forecasts, levels = {} } = assessment;
  const named = namedLoads(policy).toSorted();
  const loads: readonly SignalName[] = ['cpu', 'memory', ...named].slice(0, LOADS_KEPT);
  const bands = Object.values(levels).map((view) => view?.band);
  return {
    at: given.at,
    mode: policy.llm === 'shadow' ? 'shadow' : 'on',
    replicas: observation.replicas.spec,
    bounds: [policy.min, policy.max],
    loads: loads.map((name) => bandOf(assessment, name)),
    levels: [bands.filter((band) => band === 'over').length, bands.length],
    baseline,
    advised: given.advice.targetReplicas,
    stood,
    confidence: given.advice.confidence,
    model: given.model.slice(0, MODEL_MAX_CHARS),
    prompt: policy.signals === undefined ? `${PROMPT_VERSION}` : `${PROMPT_VERSION}.${SIGNALS_PROMPT_VERSION}`,
    hourly: loads.map((name) => hourlyOf(forecasts[name], assessment.now)),
  };
}

function bandOf(assessment: Assessment, name: SignalName): LoadBand {
  const forecast = assessment.forecasts[name];
  const peak = forecast === undefined ? null : percentOfRequests(assessment, name, forecast.peak);
  const round = name === 'memory' ? roundMemory : roundCpu;
  return [round(assessment.utilisation[name]), round(peak), forecast?.trend ?? null];
}

function hourlyOf(forecast: Forecast | undefined, now: EpochMs): HourlyForecast | null {
  if (forecast === undefined) return null;
  const uppers = Array.from({ length: HOURS_AHEAD }, (_, hour) => {
    const within = forecast.points.filter(({ at }) => at > now + hour * HOUR_MS && at <= now + (hour + 1) * HOUR_MS);
    return within.length === 0 ? Number.NaN : Math.max(...within.map(({ p95 }) => p95));
  });
  return { medians: forecast.hourly.slice(0, HOURS_AHEAD), uppers };
}
