// By the learned sizing policies, or by the forecasts of loads that have none yet.
import { type Forecast, hasSkill, peakWithin } from '../../forecast/forecast.ts';
import { fullPercentOf, replicasFor, targetsOf } from '../../sizing/capacity.ts';
import { describePolicy } from '../../sizing/describe.ts';
import { memoryNeed } from '../../sizing/memory-sizing.ts';
import { loadsOf } from '../../workload/loads.ts';
import type { Policy } from '../../workload/policy.ts';
import type { SignalName } from '../../workload/signal.ts';
import { MINUTE_MS } from '../../workload/time.ts';
import type { Proposal } from '../proposal.ts';
import { downOnlyWhenSeen, largestOf, type Need, type ProposalInput } from './bounded.ts';
import { directed, presentNeed, proposeReactive, withoutNeed } from './reactive.ts';

/** How far ahead capacity must stand ready: a tick, a start-up, and the time until the next look; and a model's load, where it has one. */
const LEAD_MS = 15 * MINUTE_MS;

function leadMs({ modelLoadSeconds = 0 }: Policy): number {
  return LEAD_MS + modelLoadSeconds * 1000;
}

/**
 * By the learned sizing policies where there are any. Before that, capacity for the demand that a skilful forecast expects within the
 * lead time: the median at the target, and the 90 % quantile without running full; never under what is needed now.
 */
export function proposePredictive(input: ProposalInput): Proposal {
  return Object.keys(input.bySizingPolicy).length === 0 ? proposeFromForecast(input) : proposeFromPolicies(input);
}

/**
 * Each load as its sizing policy says; one without, by its target and its forecast where that is skilful; memory at its target
 * where more replicas bring it there. The largest need wins.
 */
function proposeFromPolicies(input: ProposalInput): Proposal {
  const shared = loadsOf(input.policy).filter((signal) => signal !== 'memory');
  const needs = [
    ...shared.map((signal) => policyNeed(input, signal) ?? needWithoutPolicy(input, signal)),
    // A model is loaded before it is asked for: what may come until then is a floor.
    ...(input.policy.modelLoadSeconds === undefined ? [] : shared.map((signal) => comingNeed(input, signal, 'p90'))),
  ];
  const largest = largestOf([...needs, memoryBeside(input, largestOf(needs)?.replicas ?? null)]);
  const { replicas, reason } = largest ?? withoutNeed(input);
  return downOnlyWhenSeen('predictive', input, replicas, reason);
}

function policyNeed(input: ProposalInput, signal: SignalName): Need | null {
  const sized = input.bySizingPolicy[signal];
  if (sized === undefined) return null;
  const { policy, replicas } = sized;
  const reason = `${signal} needs ${replicas} replicas: ${describePolicy(policy, signal)}`;
  return directed(input, signal, { replicas, reason });
}

function needWithoutPolicy(input: ProposalInput, signal: SignalName): Need | null {
  if (input.bySizingPolicy[signal] !== undefined) return null;
  return largestOf([presentNeed(input, signal), forecastNeed(input, signal)]);
}

/** What it is now, and what its sizing policy wants where it has one; beside one of CPU its forecast says nothing more. */
function memoryBeside(input: ProposalInput, others: number | null): Need | null {
  const need = memoryNeed(input.memory, input.observation, input.policy, others);
  const present = need && { ...need, reason: `memory needs ${need.replicas} replicas: ${need.reason}` };
  const coming = input.bySizingPolicy.cpu === undefined ? forecastNeed(input, 'memory') : null;
  return largestOf([directed(input, 'memory', present), policyNeed(input, 'memory'), coming]);
}

function proposeFromForecast(input: ProposalInput): Proposal {
  const reactive = proposeReactive(input);
  const now = { replicas: reactive.replicas, reason: `as reactive: ${reactive.reason}` };
  const loads = loadsOf(input.policy);
  const { replicas, reason } = largestOf([now, ...loads.map((signal) => forecastNeed(input, signal))]) ?? now;
  const isForecast = loads.some((signal) => skilled(input, signal) !== null);
  const told = isForecast ? reason : `no forecast has shown skill on this workload yet; ${reason}`;
  return downOnlyWhenSeen('predictive', input, replicas, told);
}

/** What a skilful forecast asks for; null where there is none. */
function forecastNeed(input: ProposalInput, signal: SignalName): Need | null {
  return largestOf([comingNeed(input, signal, 'p50'), comingNeed(input, signal, 'p90')]);
}

/** The median at the target, or the 90 % quantile without running full; null where no forecast is skilful. */
function comingNeed(input: ProposalInput, signal: SignalName, quantile: 'p50' | 'p90'): Need | null {
  const found = skilled(input, signal);
  if (found === null) return null;
  const { forecast, capacity } = found;
  const ahead = leadMs(input.policy);
  const percent = quantile === 'p50' ? (targetsOf(input.policy)[signal] ?? 100) : fullPercentOf(signal);
  const replicas = replicasFor(peakWithin(forecast, ahead, quantile), capacity, percent) ?? 0;
  const what = `${share(forecast, quantile, ahead)} of the present within ${Math.round(ahead / MINUTE_MS)} minutes`;
  const reason =
    quantile === 'p50'
      ? `${signal} demand is forecast at ${what} (${forecast.method})`
      : `${signal} demand may reach ${what} (90 % quantile, ${forecast.method})`;
  return directed(input, signal, { replicas, reason });
}

function skilled({ forecasts, capacities, memory }: ProposalInput, signal: SignalName) {
  const forecast = forecasts[signal];
  const capacity = capacities[signal];
  if (forecast === undefined || capacity === undefined || !hasSkill(forecast)) return null;
  return signal === 'memory' && !memory.sizes ? null : { forecast, capacity };
}

/** The quantile's peak within the lead time, as a percentage of the present. */
function share(forecast: Forecast, quantile: 'p50' | 'p90', aheadMs: number): string {
  return `${Math.round((100 * peakWithin(forecast, aheadMs, quantile)) / Math.max(forecast.current, Number.MIN_VALUE))} %`;
}
