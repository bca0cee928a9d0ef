// What each source, left alone, would do. None of them decides by itself.

import { type Forecast, hasSkill, peakWithin } from '../forecast/forecast.ts';
import { type ActiveSchedule, withinSchedule } from '../schedule/active.ts';
import { type Capacity, FULL_PERCENT, replicasFor } from '../sizing/capacity.ts';
import { describePolicy } from '../sizing/describe.ts';
import { type MemoryView, memoryNeed } from '../sizing/memory-sizing.ts';
import type { SizingPolicy } from '../sizing/sizing-policy.ts';
import type { Observation } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';
import { type PerSignal, SIGNAL_NAMES, type SignalName } from '../workload/signal.ts';
import { servingPods } from '../workload/utilisation.ts';
import type { Action, Proposal, ProposalSource } from './proposal.ts';

/** The seeds' fallback rules, in percent of requests. */
const RULES_UP_PERCENT = 75;
const RULES_DOWN_PERCENT = 25;
/** HPA's own tolerance: a ratio this close to 1 is not worth a change. */
const TOLERANCE = 0.1;
/** How far ahead capacity must stand ready: a tick, a start-up, and the time until the next look. */
const LEAD_MS = 15 * 60_000;

/** From this much history on the predictive proposal decides; before, the reactive one. */
const PREDICTIVE_FROM_HOURS = 24;

export interface ProposalInput {
  readonly observation: Observation;
  readonly policy: Policy;
  readonly utilisation: PerSignal<number>;
  readonly capacities: PerSignal<Capacity>;
  readonly memory: MemoryView;
  readonly unusable: PerSignal<string>;
  /** Utilisation aimed at, percent of requests. */
  readonly targets: Readonly<Record<SignalName, number>>;
  readonly forecasts: PerSignal<Forecast>;
  /** What the sizing policy wants; null where there is none yet. */
  readonly planned: { readonly plan: SizingPolicy; readonly replicas: number } | null;
  /** Null where no scheduled window is active. */
  readonly schedule: ActiveSchedule | null;
}

export function actionFor(current: number, target: number): Action {
  if (target > current) return 'scale_up';
  return target < current ? 'scale_down' : 'maintain';
}

/** The baseline: the proposal that decides where no advice does. */
export function baselineOf(historyHours: number, { replicas }: Observation, proposals: readonly Proposal[]): Proposal {
  const source: ProposalSource = historyHours >= PREDICTIVE_FROM_HOURS ? 'predictive' : 'reactive';
  const found = proposals.find((proposal) => proposal.source === source);
  return found ?? { source, action: 'maintain', replicas: replicas.spec, reason: 'no proposal' };
}

/**
 * The seeds' rule-based recommendation: up where CPU or memory is, or is forecast to be, above 75 %; down only where both
 * are and stay under 25 %. Shown everywhere; it never decides.
 */
export function proposeByRules(input: ProposalInput): Proposal {
  const current = input.observation.replicas.spec;
  // What every pod holds at rest is neither a reason to grow nor one to stay.
  const counted = SIGNAL_NAMES.filter((signal) => signal === 'cpu' || !isNoLoad(input));
  const peaks = counted
    .map((signal) => ({ signal, percent: peakPercent(input, signal) }))
    .filter((peak): peak is { signal: SignalName; percent: number } => peak.percent !== undefined);
  const hottest = peaks.reduce((a, b) => (b.percent > a.percent ? b : a), { signal: 'cpu' as SignalName, percent: -1 });
  const unusable = Object.keys(input.unusable).length > 0;
  if (hottest.percent > RULES_UP_PERCENT) {
    const target = Math.ceil((current * hottest.percent) / input.policy.targetPercent[hottest.signal] - 1e-9);
    const reason = `${hottest.signal} ${round(hottest.percent)} % is above ${RULES_UP_PERCENT} %`;
    return bounded('rules', input, Math.max(current, target), reason);
  }
  if (!unusable && peaks.length === counted.length && hottest.percent < RULES_DOWN_PERCENT) {
    const target = Math.max(
      ...peaks.map(({ signal, percent }) => Math.ceil((current * percent) / input.policy.targetPercent[signal] - 1e-9)),
    );
    const reason = `${counted.join(' and ')} ${counted.length > 1 ? 'are' : 'is'} under ${RULES_DOWN_PERCENT} %`;
    return bounded('rules', input, Math.min(current, Math.max(1, target)), reason);
  }
  const reason = unusable ? `no scale-down: ${blindList(input.unusable)}` : 'between the thresholds';
  return bounded('rules', input, current, reason);
}

/** HPA's formula on the present: the largest need of any signal, with 10 % tolerance, never down on a missing signal. */
export function proposeReactive(input: ProposalInput): Proposal {
  const cpu = cpuNeed(input);
  const memory = memoryNeed(input.memory, input.observation, input.policy, cpu?.replicas ?? null);
  const larger = memory !== null && memory.replicas > (cpu?.replicas ?? 0) ? memory : cpu;
  return downOnlyWhenSeen('reactive', input, larger?.replicas ?? 0, larger?.reason ?? 'no signal can be sized');
}

function cpuNeed({ observation, policy, utilisation, capacities }: ProposalInput) {
  const percent = utilisation.cpu;
  if (percent === undefined || observation.signals.cpu === undefined || capacities.cpu === undefined) return null;
  const goal = policy.targetPercent.cpu;
  const current = observation.replicas.spec;
  const close = Math.abs(percent / goal - 1) <= TOLERANCE && servingPods(observation) === current;
  const replicas = close ? current : replicasFor(observation.signals.cpu.demand, capacities.cpu, goal);
  return replicas === null ? null : { replicas, reason: `cpu is at ${round(percent)} % of requests, target ${goal} %` };
}

/**
 * By the sizing policy where there is one. Before that, capacity for the demand that a skilful forecast expects within the
 * lead time: the median at the target, and the 90 % quantile without running full; never under what is needed now.
 */
export function proposePredictive(input: ProposalInput): Proposal {
  return input.planned === null ? proposeFromForecast(input) : proposeFromPlan(input, input.planned);
}

/** CPU as the sizing policy says; memory at its target where more replicas bring it there. The largest need wins. */
function proposeFromPlan(input: ProposalInput, { plan, replicas }: NonNullable<ProposalInput['planned']>): Proposal {
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
    `cpu needs ${replicas} replicas by the plan: ${describePolicy(plan)}`,
  );
}

function proposeFromForecast(input: ProposalInput): Proposal {
  const reactive = proposeReactive(input);
  let target = reactive.replicas;
  let reason = `as reactive: ${reactive.reason}`;
  let used = 0;
  for (const signal of SIGNAL_NAMES) {
    const forecast = input.forecasts[signal];
    const capacity = input.capacities[signal];
    if (forecast === undefined || capacity === undefined || !hasSkill(forecast)) continue;
    if (signal === 'memory' && !input.memory.sizes) continue;
    used++;
    const goal = input.policy.targetPercent[signal];
    const median = replicasFor(peakWithin(forecast, LEAD_MS, 'p50'), capacity, goal) ?? 0;
    const upper = replicasFor(peakWithin(forecast, LEAD_MS, 'p90'), capacity, FULL_PERCENT) ?? 0;
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

/** The seeds' scheduled autoscaler: as many as run, moved into what the active windows ask. Null where none is active. */
export function proposeScheduled({ observation, schedule }: ProposalInput): Proposal | null {
  if (schedule === null) return null;
  const current = observation.replicas.spec;
  const replicas = withinSchedule(schedule, current);
  return { source: 'scheduled', action: actionFor(current, replicas), replicas, reason: schedule.reason };
}

function downOnlyWhenSeen(source: ProposalSource, input: ProposalInput, target: number, reason: string): Proposal {
  const current = input.observation.replicas.spec;
  const proposal = bounded(source, input, target, reason);
  if (target >= current || Object.keys(input.unusable).length === 0) return proposal;
  return {
    ...bounded(source, input, current, `no scale-down: ${blindList(input.unusable)}`),
    wanted: proposal.replicas,
  };
}

function bounded(source: ProposalSource, input: ProposalInput, wanted: number, reason: string): Proposal {
  const { min, max } = input.policy;
  const current = input.observation.replicas.spec;
  const replicas = Math.min(max, Math.max(min, wanted));
  const action = wanted > max && replicas === max ? 'at_max' : actionFor(current, replicas);
  return { source, action, replicas, reason: wanted > max ? `${reason}; ${wanted} wanted, max is ${max}` : reason };
}

function isNoLoad({ memory, policy }: ProposalInput): boolean {
  return memory.kind === 'at_rest' || policy.memoryOff === true;
}

/** Present utilisation, or the six-hour peak's where the forecast has skill. */
function peakPercent(input: ProposalInput, signal: SignalName): number | undefined {
  const percent = input.utilisation[signal];
  const forecast = input.forecasts[signal];
  if (percent === undefined || forecast === undefined || !hasSkill(forecast) || forecast.current <= 0) return percent;
  return percent * Math.max(1, forecast.peak / forecast.current);
}

function blindList(unusable: PerSignal<string>): string {
  return SIGNAL_NAMES.filter((signal) => unusable[signal] !== undefined)
    .map((signal) => `${signal} ${unusable[signal]}`)
    .join('; ');
}

/** The quantile's peak within the lead time, as a percentage of the present. */
function share(forecast: Forecast, quantile: 'p50' | 'p90'): string {
  return `${Math.round((100 * peakWithin(forecast, LEAD_MS, quantile)) / Math.max(forecast.current, Number.MIN_VALUE))} %`;
}

function round(percent: number): number {
  return Math.round(percent * 10) / 10;
}
