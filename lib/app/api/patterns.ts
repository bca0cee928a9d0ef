// A workload's demand and its forecast as a chart wants them: one grid of time for everything, made of what ticks stored.

import { asLeft } from '../../domain/decision/take-over.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { demandOf, type Series, toGrid } from '../../domain/workload/series.ts';
import type { SignalName } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { seriesOf } from '../one-series.ts';
import { type RecommendPorts, recommend, type Stored, unasked } from '../recommend.ts';
import type { DecideSettings } from '../tick/decide-shard.ts';
import { digits } from './digits.ts';
import { iso } from './iso.ts';
import { presentForecasts } from './present-forecast.ts';
import { presentPeriods } from './schedule-present.ts';
import { workloadOf } from './workload.ts';

const HOUR_MS = 3_600_000;
/** As far as forecasts go. */
const HORIZON_MS = 6 * HOUR_MS;
/** A chart shows no more of them. */
const MOST_POINTS = 400;
const STEPS_MS = [60_000, 300_000, 900_000, 3_600_000] as const;

/**
 * @param hours how far back, up to now
 * @returns demand by signal on a grid of means (null where nothing was measured), ready replicas, forecasts from the last observation,
 * and when windows of a schedule hold from the first moment to the end of the forecast; no LLM is asked
 */
export async function patternsOf(
  ports: RecommendPorts,
  settings: DecideSettings,
  ref: WorkloadRef,
  stored: Stored,
  hours: number,
  now: EpochMs,
) {
  const from = now - hours * HOUR_MS;
  const { shard, latest } = stored;
  const [history, windows, { assessment }] = await Promise.all([
    seriesOf(ports.series, ref, shard, from, now),
    ports.schedules.listOf(ref),
    recommend(unasked(ports), settings, stored, asLeft(latest)),
  ]);
  const stepMs = STEPS_MS.find((step) => (hours * HOUR_MS) / step <= MOST_POINTS) ?? HOUR_MS;
  return {
    success: true,
    ...workloadOf(ref),
    from: iso(from),
    to: iso(now),
    step_seconds: stepMs / 1000,
    series: presentSeries(history, latest.observation.definitions ?? {}, stepMs),
    forecast: presentForecasts(assessment),
    forecast_at: iso(assessment.now),
    schedules: windows.flatMap((window) => presentPeriods(window, Math.max(from, window.createdAt), now + HORIZON_MS)),
  };
}

type Units = Readonly<Record<string, { readonly kind: string; readonly unit: string }>>;

function presentSeries(history: Series, definitions: Units, stepMs: number) {
  const named = Object.keys(history.demand).filter((name) => demandOf(history, name).some((value) => value >= 0));
  const units: Readonly<Record<string, string>> = { cpu: 'cores', memory: 'bytes' };
  const ofSignals = named.map((name) => {
    const unit = units[name] ?? definitions[name]?.unit ?? '';
    return [name, { unit, ...presentGrid(history, name, stepMs) }] as const;
  });
  // Ready replicas are a series like any other: on the same grid.
  const replicas = presentGrid({ ...history, demand: { ...history.demand, cpu: history.replicas } }, 'cpu', stepMs);
  return { ...Object.fromEntries(ofSignals), replicas: { unit: 'replicas', ...replicas } };
}

function presentGrid(history: Series, name: SignalName, stepMs: number) {
  const { start, values } = toGrid(history, name, stepMs);
  return { start: iso(start), values: [...values].map(digits) };
}
