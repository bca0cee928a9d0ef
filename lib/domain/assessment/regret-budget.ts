// What following advice has cost of late: advice keeps its room only while that is little, so that it can never hurt for long.

import { FULL_PERCENT, replicasFor } from '../sizing/capacity.ts';
import { asDirected, namedNeed } from '../sizing/load-need.ts';
import type { Observation } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';
import type { EpochMs } from '../workload/time.ts';

/** What it cost fades with this time constant. */
const FADE_MS = 7 * 86_400_000;
/** Of the SLO's budget of violations, the share that following advice may use up before it loses its room downwards. */
const SHORT_SHARE = 0.03;
/** Of the replica-minutes of the baseline alone, the share that it may spend needlessly before it loses its room upwards. */
const SPARE_SHARE = 0.08;
/** Room comes back once this share of the allowance is left of what it had cost. */
const REOPENS_AT = 0.5;
/** A gap between ticks longer than this was not watched. */
const LONGEST_TICK_MS = 5 * 60_000;
/** So long a past of the baseline is taken for granted: the first minutes must not decide alone. */
const PRIOR_MINUTES = 1440;
/** Of a workload that never followed advice. */
export const NO_REGRET: RegretBudget = {
  at: 0,
  shortMinutes: 0,
  spareMinutes: 0,
  baselineMinutes: 0,
  downClosed: false,
  upClosed: false,
};

/** One tick of the last minutes: what was decided, and what the baseline alone would have had. */
export interface TrackedTick {
  readonly at: EpochMs;
  /** What the deciding source wanted. */
  readonly replicas: number;
  readonly baseline: number;
  /** Whether advice led. */
  readonly advised: boolean;
  /** The count or the floor was changed then; absent where not. */
  readonly changed?: true;
  /** What the baseline would have wanted had advice never led. Absent in what older releases stored. */
  readonly alone?: number;
}

/**
 * Charges the time since the last tick. A shortage is the advice's where the baseline alone would have had enough; spare
 * replicas are where neither the baseline nor the load asked for them.
 * @param lately the ticks of the last minutes, oldest first; a pod takes about so long to start
 * @param askedByLevels the replicas that levels which are over ask for; 0 where none is
 */
export function chargeAdvice(
  regret: RegretBudget,
  lately: readonly TrackedTick[],
  observation: Observation,
  policy: Policy,
  askedByLevels = 0,
): RegretBudget {
  const { at: now, replicas } = observation;
  const passed = Math.min(LONGEST_TICK_MS, Math.max(0, now - (regret.at || now)));
  const minutes = passed / 60_000;
  const fade = Math.exp(-passed / FADE_MS);
  const led = lately.some(({ advised }) => advised);
  const baseline = lately.map((tick) => tick.baseline);
  const [least, most] = [Math.min(...baseline, Number.POSITIVE_INFINITY), Math.max(...baseline, 0)];
  const need = Math.max(neededNow(observation, policy), askedByLevels);
  const short = led && replicas.ready < need && least >= need;
  const spare = led ? Math.max(0, replicas.spec - Math.max(most, need)) : 0;
  const next = {
    at: now,
    shortMinutes: regret.shortMinutes * fade + (short ? minutes : 0),
    spareMinutes: regret.spareMinutes * fade + spare * minutes,
    baselineMinutes: regret.baselineMinutes * fade + Math.max(most, need) * minutes,
  };
  const mayBeShort = ((100 - policy.sloPercent) / 100) * SHORT_SHARE * (FADE_MS / 60_000);
  const maySpare = SPARE_SHARE * (next.baselineMinutes + PRIOR_MINUTES * Math.max(1, most));
  return {
    ...next,
    downClosed: isClosed(next.shortMinutes, mayBeShort, regret.downClosed),
    upClosed: isClosed(next.spareMinutes, maySpare, regret.upClosed),
  };
}

/** Closed from the allowance on, until half of it is forgotten. */
function isClosed(cost: number, allowance: number, wasClosed: boolean): boolean {
  return cost >= (wasClosed ? REOPENS_AT * allowance : allowance);
}

/** The fewest replicas that carry the present demand of CPU and named loads without counting as short; 0 where none is known. */
function neededNow(observation: Observation, policy: Policy): number {
  return Math.max(cpuNeed(observation, policy), namedNeed(observation, policy));
}

function cpuNeed({ signals, capacity, replicas }: Observation, policy: Policy): number {
  if (signals.cpu === undefined || capacity.cpu === undefined) return 0;
  const of = { perReplica: capacity.cpu, base: 0, measuredReplicas: 1 };
  return asDirected(policy, 'cpu', replicasFor(signals.cpu.demand, of, FULL_PERCENT) ?? 0, replicas.spec);
}

/** What following advice has cost a workload of late; all amounts fade over a week. */
export interface RegretBudget {
  /** The last tick counted. */
  readonly at: EpochMs;
  /** Minutes short of capacity in which the baseline alone would have had enough. */
  readonly shortMinutes: number;
  /** Replica-minutes that neither the baseline nor the load asked for. */
  readonly spareMinutes: number;
  /** Replica-minutes of the baseline alone, to compare with. */
  readonly baselineMinutes: number;
  /** Advice may not go under the baseline at present. */
  readonly downClosed: boolean;
  /** Advice may not go over the baseline at present. */
  readonly upClosed: boolean;
  /** Absent in what older releases stored. */
  readonly changes?: ChangeBudget;
}

/** The count (or the floor) as it would be had advice never led. */
export interface BaselineAlone {
  readonly replicas: number;
  readonly changedAt: EpochMs;
}

/** How often a workload was changed, and would have been by the baseline alone; both fade over a week. */
export interface ChangeBudget {
  readonly made: number;
  readonly byBaseline: number;
  /** Null before the first tick. */
  readonly alone: BaselineAlone | null;
  /** Advice has moved it to and fro: the baseline decides at present. */
  readonly closed: boolean;
}
