// What a replica is taken to cost: an estimate from what it requests, and two prices that a person may state.
import type { Observation } from '../workload/observation.ts';
import type { PerResource } from '../workload/signal.ts';

/** Dollars. */
export interface Prices {
  readonly vcpuHourUsd: number;
  readonly gibHourUsd: number;
}

/** AWS Fargate's list price, Linux on x86 in us-east-1. Source: aws.amazon.com/fargate/pricing */
export const FARGATE_PRICES: Prices = { vcpuHourUsd: 0.04048, gibHourUsd: 0.004445 };
/** As AWS counts one: 8,760 ÷ 12. */
export const MONTH_HOURS = 730;
const GIB = 2 ** 30;

/** With every number that is shown. */
export const NOTHING_SAVED_YET = 'an estimate from requests; on EC2 nothing is saved until a node goes';

/** What one replica costs an hour; null where a request is not known: what is not known is not free. */
export function replicaHourUsd({ cpu, memory }: PerResource<number>, prices: Prices): number | null {
  const usd = (cpu ?? Number.NaN) * prices.vcpuHourUsd + ((memory ?? Number.NaN) / GIB) * prices.gibHourUsd;
  return Number.isFinite(usd) ? usd : null;
}

/** Why it has no price; null where it has one. */
export function whyUnpriced({
  capacity,
  unrequested = {},
}: Pick<Observation, 'capacity' | 'unrequested'>): string | null {
  const missing = (['cpu', 'memory'] as const).filter((resource) => capacity[resource] === undefined);
  if (missing.length === 0) return null;
  const named = missing.map((resource) => {
    const why = unrequested[resource];
    return `no ${resource} request${why === undefined ? '' : ` (${why})`}`;
  });
  return named.join(', ');
}
