// What the loads of a workload were in the last six hours, for its chart.
import * as z from 'zod';
import { type ApiTarget, askApi } from '../api-client.ts';
import type { Where } from './forecasts.ts';

const load = z.object({ start: z.string(), values: z.array(z.number().nullable()).max(2000) });
const patterns = z.object({ step_seconds: z.number().positive(), series: z.record(z.string(), load) });

export interface PastLoad {
  readonly start: string;
  readonly values: readonly (number | null)[];
  readonly stepSeconds: number;
}
export type PastLoads = Readonly<Record<string, PastLoad>>;

const HOURS = '6';

/** Null where it cannot be told, as by an older release: the forecast is shown without it. */
export async function askPast(
  target: ApiTarget,
  { cluster, namespace, deployment, kind }: Where,
): Promise<PastLoads | null> {
  try {
    const query = { deployment, namespace, kind, hours: HOURS };
    const answer = await askApi({ ...target, cluster }, 'patterns', { query });
    const { step_seconds: stepSeconds, series } = patterns.parse(await answer.json());
    return Object.fromEntries(Object.entries(series).map(([signal, one]) => [signal, { ...one, stepSeconds }]));
  } catch {
    return null;
  }
}
