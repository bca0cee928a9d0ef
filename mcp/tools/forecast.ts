// Demand of the next six hours, an hour a value, with how sure it is.
import * as z from 'zod';
import type { SignalForecast } from '../answers.ts';
import { dataOf } from '../data.ts';
import { time } from '../decision.ts';
import { isObject } from '../refusal.ts';
import { tool } from '../tool.ts';
import { workloadFields } from '../workload.ts';
import { recommendationsOf } from './recommend.ts';

const HOUR_MS = 3_600_000;
/** Points lie within a minute of the hour they are of. */
const NEAR_MS = 60_000;

const quantity = z.number().nullable();
const signal = z.object({
  method: z.string(),
  now: quantity,
  peak: quantity,
  trend: z.string(),
  skill: quantity.describe('Share by which it beats the last value; below 0 it is worse'),
  acted_on: z.boolean(),
  hours: z.array(z.object({ timestamp: time, p50: quantity, p90: quantity, p99: quantity })),
});

export const forecast = tool({
  name: 'forecast',
  title: 'Demand of the next six hours',
  description:
    'Demand of a workload for the next six hours, by signal: cpu in cores, memory in bytes, others in their unit.',
  input: z.strictObject(workloadFields),
  output: z.object({
    history_hours: quantity,
    timestamp: time,
    data: dataOf({ signals: z.record(z.string(), signal) }),
  }),
  isWriting: false,
  isIdempotent: true,
  async call(calling, input) {
    const body = await recommendationsOf(calling, input);
    const { horizon_hours: _six, history_hours, ...signals } = body.forecast;
    const then = Date.parse(body.decision.timestamp);
    const shown = Object.entries(signals as Readonly<Record<string, unknown>>)
      .filter((entry): entry is [string, SignalForecast] => isObject(entry[1]))
      .map(([name, one]) => [name, shownSignal(one, then)] as const);
    return {
      line: `forecasts of ${shown.length} signals, six hours each`,
      output: {
        history_hours,
        timestamp: body.decision.timestamp,
        data: { signals: Object.fromEntries(shown) },
      },
    };
  },
});

function shownSignal(one: SignalForecast, then: number): z.input<typeof signal> {
  const { method, current, peak, trend, skill, acted_on } = one;
  const hours = one.predictions.map((p50, i) => {
    const at = then + (i + 1) * HOUR_MS;
    const point = one.points.find(({ timestamp }) => Math.abs(Date.parse(timestamp) - at) < NEAR_MS);
    const timestamp = new Date(at).toISOString();
    return { timestamp, p50: point?.p50 ?? p50, p90: point?.p90 ?? null, p99: point?.p99 ?? null };
  });
  return { method, now: current, peak, trend, skill, acted_on, hours };
}
