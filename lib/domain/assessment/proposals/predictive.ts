// By the learned sizing policy, or by the forecast before there is one.
import { type Forecast, hasSkill, peakWithin } from '../../forecast/forecast.ts';
import { fullPercentOf, replicasFor, targetsOf } from '../../sizing/capacity.ts';
import { describePolicy } from '../../sizing/describe.ts';
import { memoryNeed } from '../../sizing/memory-sizing.ts';
import { loadsOf } from '../../workload/loads.ts';
import type { Proposal } from '../proposal.ts';
import { downOnlyWhenSeen, type ProposalInput } from './bounded.ts';
import { proposeReactive } from './reactive.ts';

/** How far ahead capacity must stand ready: a tick, a start-up, and the time until the next look. */
const LEAD_MS = 15 * 60_000;

/**
 * By the learned sizing policy where there is one. Before that, capacity for the demand that a skilful forecast expects within the
 * lead time: the median at the target, and the 90 % quantile without running full; never under what is needed now.
 */
export function proposePredictive(input: ProposalInput): Proposal {
  return input.bySizingPolicy === null ? proposeFromForecast(input) : proposeFromPolicy(input, input.bySizingPolicy);
}

/** CPU as the sizing policy says; memory at its target where more replicas bring it there. The largest need wins. */
function proposeFromPolicy(
  input: ProposalInput,
  { policy, replicas }: NonNullable<ProposalInput['bySizingPolicy']>,
): Proposal {
  const memory = memoryNeed(input.memory, input.observation, input.policy, replicas);
  if (memory !== null && memory.replicas > replicas)
    return downOnlyWhenSeen(
      'predictive',
      input,
      memory.replicas,
      `memory needs ${memory.replicas} replicas: ${memory.reason}`,
    );
  return downOnlyWhenSeen(
    'predictive',
    input,
    replicas,
    `cpu needs ${replicas} replicas by the sizing policy: ${describePolicy(policy)}`,
  );
}

function proposeFromForecast(input: ProposalInput): Proposal {
  const reactive = proposeReactive(input);
  let target = reactive.replicas;
  let reason = `as reactive: ${reactive.reason}`;
  let used = 0;
  const aims = targetsOf(input.policy);
  for (const signal of loadsOf(input.policy)) {
    const forecast = input.forecasts[signal];
    const capacity = input.capacities[signal];
    if (forecast === undefined || capacity === undefined || !hasSkill(forecast)) continue;
    if (signal === 'memory' && !input.memory.sizes) continue;
    used++;
    const goal = aims[signal] ?? 100;
    const median = replicasFor(peakWithin(forecast, LEAD_MS, 'p50'), capacity, goal) ?? 0;
    const upper = replicasFor(peakWithin(forecast, LEAD_MS, 'p90'), capacity, fullPercentOf(signal)) ?? 0;
    if (Math.max(median, upper) <= target) continue;
    target = Math.max(median, upper);
    reason =
      median >= upper
        ? `${signal} demand is forecast at ${share(forecast, 'p50')} of the present within 15 minutes (${forecast.method})`
        : `${signal} demand may reach ${share(forecast, 'p90')} of the present within 15 minutes (90 % quantile, ${forecast.method})`;
  }
  if (used === 0) reason = `no forecast has shown skill on this workload yet; ${reason}`;
  return downOnlyWhenSeen('predictive', input, target, reason);
}

/** The quantile's peak within the lead time, as a percentage of the present. */
function share(forecast: Forecast, quantile: 'p50' | 'p90'): string {
  return `${Math.round((100 * peakWithin(forecast, LEAD_MS, quantile)) / Math.max(forecast.current, Number.MIN_VALUE))} %`;
}
