// Money as answers show it: estimates in dollars, an hour and a month, each with what it is an estimate of.
import { NOTHING_SAVED_YET, type Prices } from '../../domain/cost/prices.ts';
import { type Costed, changeHourUsd, costOf, monthUsd, type WorkloadCost } from '../../domain/decision/cost.ts';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { asLeft } from '../../domain/decision/take-over.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { iso } from './iso.ts';

/** Of a workload as its last tick left it. */
export function costedAs(entry: WorkloadMemory): Costed {
  const { decision, outcome } = entry.record;
  return { observation: asLeft(entry), decision, outcome, savings: entry.savings };
}

/** `usd_per_hour` is null, with a reason, where a request is missing. */
export function presentCost(costed: Costed, prices: Prices) {
  const cost = costOf(costed, prices);
  if ('why' in cost) return { usd_per_hour: null, usd_per_month: null, reason: cost.why };
  const { hourUsd, potentialHourUsd, realised } = cost;
  return {
    usd_per_hour: usd(hourUsd),
    usd_per_month: usd(monthUsd(hourUsd)),
    potential_usd_per_month: usd(monthUsd(potentialHourUsd)),
    realised: realised && {
      since: iso(realised.since),
      from_replicas: realised.from,
      usd_per_month: usd(monthUsd(realised.hourUsd)),
      usd: usd(realised.usd),
    },
    note: NOTHING_SAVED_YET,
  };
}

/** Of all workloads that are seen. */
export function presentTotalCost(all: readonly Costed[], prices: Prices) {
  const costs = all.map((one) => costOf(one, prices));
  const priced = costs.filter((cost): cost is WorkloadCost => !('why' in cost));
  const sum = (of: (cost: WorkloadCost) => number) => priced.reduce((total, cost) => total + of(cost), 0);
  const hourUsd = sum((cost) => cost.hourUsd);
  return {
    usd_per_hour: usd(hourUsd),
    usd_per_month: usd(monthUsd(hourUsd)),
    potential_usd_per_month: usd(monthUsd(sum((cost) => cost.potentialHourUsd))),
    realised_usd_per_month: usd(monthUsd(sum((cost) => cost.realised?.hourUsd ?? 0))),
    workloads_without_requests: costs.length - priced.length,
    prices: { usd_per_vcpu_hour: prices.vcpuHourUsd, usd_per_gib_hour: prices.gibHourUsd },
    note: NOTHING_SAVED_YET,
  };
}

/** What the change of a decision adds to an hour's bill; null where that is not known. */
export function presentChangeCost(
  { decision, assessment }: Pick<DecisionRecord, 'decision' | 'assessment'>,
  prices: Prices,
) {
  return { usd_per_hour: presentHourUsd(changeHourUsd(decision, assessment.observation, prices)) };
}

/** Null where it is not known. */
export function presentHourUsd(hourUsd: number | null): number | null {
  return hourUsd === null ? null : usd(hourUsd);
}

/** A hundredth of a cent. */
function usd(value: number): number {
  return Number(value.toFixed(4));
}
