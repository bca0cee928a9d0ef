// Assesses one workload: everything that can be known before anyone is asked.

import { type Forecast, forecastSignal, plusBase } from '../forecast/forecast.ts';
import { demandClassOf } from '../learning/demand-class.ts';
import type { Fitted } from '../learning/fitted.ts';
import type { LevelView } from '../level/level-view.ts';
import { activeSchedule } from '../schedule/active.ts';
import type { ScheduleWindow } from '../schedule/window.ts';
import { capacities, FULL_PERCENT, fullPercentOf, targetsOf } from '../sizing/capacity.ts';
import { isHeard } from '../sizing/load-need.ts';
import { memoryAhead } from '../sizing/memory-ahead.ts';
import { withoutMemoryBase } from '../sizing/memory-base.ts';
import type { MemoryNature } from '../sizing/memory-nature.ts';
import { type MemoryView, viewMemory } from '../sizing/memory-sizing.ts';
import { LOOKBACK_MINUTES, size } from '../sizing/size.ts';
import { demandPerReplica } from '../sizing/sizing-policy.ts';
import { loadsOf, perReplicaOf } from '../workload/loads.ts';
import type { Observation } from '../workload/observation.ts';
import type { Overruled } from '../workload/overruled.ts';
import type { Policy } from '../workload/policy.ts';
import { byTheMinute, demandOf, type Series } from '../workload/series.ts';
import type { PerSignal, SignalName } from '../workload/signal.ts';
import { whyUnusable } from '../workload/signal-health.ts';
import type { EpochMs } from '../workload/time.ts';
import { servingPods, utilisationOf } from '../workload/utilisation.ts';
import type { Assessment } from './assessment.ts';
import { baselineOf } from './baseline-by-history-age.ts';
import { envelopeFor } from './envelope.ts';
import type { PastDecision } from './past-decision.ts';
import type { SizedByPolicy } from './proposals/bounded.ts';
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
  const memory = viewMemory({ now, observation, policy, recent, fitted, before: input.memory });
  const bySizingPolicy = { ...sizedByPolicy(input), ...memoryByPolicy(input, memory) };
  const aims = targetsOf(policy);
  const targets = bySizingPolicy.cpu === undefined ? aims : { ...aims, cpu: FULL_PERCENT };
  const utilisation = utilisationOf(observation, policy);
  const unusable = whyUnusable(observation, policy);
  const schedule = activeSchedule(windows, now, policy);
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
    bySizingPolicy,
    schedule,
  };
  const proposals = [
    proposePredictive(known),
    proposeReactive(known),
    proposeByRules(known),
    ...proposeByLevels(known),
  ];
  const demandClass = demandClassOf(fitted, policy.sloPercent);
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
    sizingPolicy: bySizingPolicy.cpu?.policy ?? null,
    ...(demandClass !== undefined && { demandClass }),
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

/** What the fitted sizing policies want now, by load; without those that have none, or no reading to apply it to. */
function sizedByPolicy({ observation, policy, recent, fitted, now }: AssessInput): PerSignal<SizedByPolicy> {
  const taken = perReplicaOf(observation, policy);
  const shared = loadsOf(policy).filter((signal) => signal !== 'memory');
  const sized = shared.flatMap((signal) => {
    const sizing = signal === 'cpu' ? fitted?.sizing : fitted?.loads?.[signal];
    const perReplica = taken[signal];
    if (!sizing || perReplica === undefined || observation.signals[signal] === undefined) return [];
    // Nothing in the last minutes is not a demand of zero.
    if (!isHeard(observation, policy, signal) || (signal !== 'cpu' && !wasMeasured(recent, signal, now))) return [];
    const { start, minutes } = byTheMinute(recent, now - LOOKBACK_MS, signal);
    if (minutes.length === 0) return [];
    const unit = demandPerReplica(perReplica, fullPercentOf(signal));
    const current = observation.replicas.spec;
    const replicas = size({ minutes, startsAt: start, unit, current }, sizing);
    return [[signal, { policy: sizing.policy, replicas }] as const];
  });
  return Object.fromEntries(sized);
}

/** What the sizing policy of memory wants now; nothing where it has none, or memory does not follow load. */
function memoryByPolicy(input: AssessInput, view: MemoryView): PerSignal<SizedByPolicy> {
  const { observation, policy, recent, fitted, now } = input;
  const [sizing, baseBytes, highest] = [
    fitted?.loads?.memory,
    fitted?.memoryBaseBytes,
    fitted?.signals.memory?.highest,
  ];
  if (sizing === undefined || baseBytes === undefined || baseBytes === null || highest === undefined) return {};
  if (observation.signals.memory === undefined || !isHeard(observation, policy, 'memory')) return {};
  if (!wasMeasured(recent, 'memory', now)) return {};
  const replicas = memoryAhead({ baseBytes, sizing, highest }, view, input);
  return replicas === null ? {} : { memory: { policy: sizing.policy, replicas } };
}

function wasMeasured(recent: Series, signal: SignalName, now: EpochMs): boolean {
  return demandOf(recent, signal).some((value, i) => value >= 0 && (recent.at[i] ?? 0) >= now - LOOKBACK_MS);
}
