// Assesses one workload: everything that can be known before anyone is asked.

import { type Forecast, forecastSignal, plusBase } from '../forecast/forecast.ts';
import type { Fitted } from '../learning/fitted.ts';
import type { LevelView } from '../level/level-view.ts';
import { activeSchedule } from '../schedule/active.ts';
import type { ScheduleWindow } from '../schedule/window.ts';
import { capacities, FULL_PERCENT, targetsOf } from '../sizing/capacity.ts';
import { withoutMemoryBase } from '../sizing/memory-base.ts';
import type { MemoryNature } from '../sizing/memory-nature.ts';
import { viewMemory } from '../sizing/memory-sizing.ts';
import { LOOKBACK_MINUTES, sizeByPolicy } from '../sizing/size.ts';
import { loadsOf } from '../workload/loads.ts';
import type { Observation } from '../workload/observation.ts';
import type { Overruled } from '../workload/overruled.ts';
import type { Policy } from '../workload/policy.ts';
import { byTheMinute, type Series } from '../workload/series.ts';
import type { PerSignal, SignalName } from '../workload/signal.ts';
import { whyUnusable } from '../workload/signal-health.ts';
import type { EpochMs } from '../workload/time.ts';
import { servingPods, utilisationOf } from '../workload/utilisation.ts';
import type { Assessment } from './assessment.ts';
import { baselineOf } from './baseline-by-history-age.ts';
import { envelopeFor } from './envelope.ts';
import type { PastDecision } from './past-decision.ts';
import { proposeByLevels } from './proposals/levels.ts';
import { proposePredictive } from './proposals/predictive.ts';
import { proposeReactive } from './proposals/reactive.ts';
import { proposeByRules } from './proposals/rules.ts';
import { proposeScheduled } from './proposals/scheduled.ts';
import { NO_REGRET, type RegretBudget } from './regret-budget.ts';
import type { Standing } from './standing.ts';

/** What the sizing policy looks back on. */
export const LOOKBACK_MS = LOOKBACK_MINUTES * 60_000;

export interface AssessInput {
  readonly now: EpochMs;
  readonly policy: Policy;
  readonly observation: Observation;
  /** The last hours, the observation's own sample included. */
  readonly recent: Series;
  readonly fitted: Fitted | undefined;
  readonly past: readonly PastDecision[];
  /** Of a workload that never followed advice, unless given. */
  readonly regret?: RegretBudget;
  /** Since when what holds it has done so; nothing unless given. */
  readonly standing?: Standing;
  /** Whoever sets the replica count against us. */
  readonly overruled?: Overruled | undefined;
  /** What the assessment before knew of memory; nothing unless given. */
  readonly memory?: MemoryNature;
  /** What its levels say now; none unless given. */
  readonly levels?: PerSignal<LevelView>;
  /** The workload's scheduled windows, active or not; none unless given. */
  readonly windows?: readonly ScheduleWindow[];
}

/** Forecast, proposals and envelope of one workload. No clock, no I/O, no randomness. */
export function assess(input: AssessInput): Assessment {
  const {
    now,
    policy,
    observation,
    recent,
    fitted,
    regret = NO_REGRET,
    standing = {},
    windows = [],
    levels = {},
  } = input;
  const base = fitted?.memoryBaseBytes ?? 0;
  const load = withoutMemoryBase(recent, base);
  const forecasts: Record<SignalName, Forecast> = {};
  for (const signal of loadsOf(policy)) {
    const forecast = forecastSignal(signal, load, fitted?.signals[signal], now);
    if (forecast === undefined) continue;
    forecasts[signal] = signal === 'memory' ? plusBase(forecast, base * servingPods(observation)) : forecast;
  }
  const sizing = sizedByPolicy(input);
  const aims = targetsOf(policy);
  const targets = sizing === null ? aims : { ...aims, cpu: FULL_PERCENT };
  const utilisation = utilisationOf(observation, policy);
  const unusable = whyUnusable(observation, policy);
  const schedule = activeSchedule(windows, now, policy);
  const memory = viewMemory({ now, observation, policy, recent, fitted, before: input.memory });
  const known = {
    now,
    standing,
    observation,
    policy,
    utilisation,
    capacities: capacities(observation, policy, memory.baseBytes),
    memory,
    unusable,
    targets,
    forecasts,
    levels,
    bySizingPolicy: sizing,
    schedule,
  };
  const proposals = [
    proposePredictive(known),
    proposeReactive(known),
    proposeByRules(known),
    ...proposeByLevels(known),
  ];
  const since = fitted?.since ?? recent.at[0] ?? now;
  const scheduled = proposeScheduled(known);
  const historyHours = Math.max(0, (now - since) / 3_600_000);
  const baseline = baselineOf(historyHours, known, proposals);
  return {
    now,
    policy,
    observation,
    historyHours,
    utilisation,
    unusable,
    forecasts,
    sizingPolicy: sizing?.policy ?? null,
    targets,
    schedule,
    proposals: scheduled === null ? proposals : [...proposals, scheduled],
    envelope: envelopeFor(known, proposals, baseline, regret),
    ...(Object.keys(levels).length > 0 && { levels }),
    memoryKind: memory.kind,
    memory: memory.nature,
    regret,
    past: input.past,
    standing,
    ...(input.overruled !== undefined && { overruled: input.overruled }),
  };
}

/** What the sizing policy wants now; null where there is none, or no reading to apply it to. */
function sizedByPolicy({ observation, recent, fitted, now }: AssessInput) {
  const sizing = fitted?.sizing ?? null;
  const perReplica = observation.capacity.cpu;
  if (sizing === null || perReplica === undefined || observation.signals.cpu === undefined) return null;
  const { start, minutes } = byTheMinute(recent, now - LOOKBACK_MS);
  if (minutes.length === 0) return null;
  return { policy: sizing.policy, replicas: sizeByPolicy(minutes, start, sizing, perReplica) };
}
