// How signals beside CPU and memory look from outside: a key `signals` where the workload names any, and none where it does not.
import type { Assessment } from '../../domain/assessment/assessment.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { baselineOf } from '../../domain/level/baseline.ts';
import { knownLevel } from '../../domain/level/level-memory.ts';
import type { LevelView } from '../../domain/level/level-view.ts';
import type { RaisedView } from '../../domain/level/raised.ts';
import { namedLoads } from '../../domain/workload/loads.ts';
import type { SignalPolicy } from '../../domain/workload/policy.ts';
import type { LevelReading, PerSignal, SignalName } from '../../domain/workload/signal.ts';
import { digits } from './digits.ts';
import { iso } from './iso.ts';

/** Whole, as recommendations and a decision show them. */
export function presentSignals(assessment: Assessment) {
  const { policy, levels = {} } = assessment;
  if (policy.signals === undefined) return {};
  const loads = namedLoads(policy).map((name) => [name, presentLoad(assessment, name)] as const);
  const views = Object.entries(levels).map(([name, view]) => [name, presentLevel(view)] as const);
  return { signals: Object.fromEntries<object>([...loads, ...views]) };
}

/** In a line of history: value and band, or percent of the target. */
export function presentSignalsInLine({ policy, levels = {}, utilisation, observation }: Assessment) {
  if (policy.signals === undefined) return {};
  const loads = namedLoads(policy).map(
    (name) =>
      [
        name,
        { value: digits(observation.signals[name]?.demand), percent_of_target: digits(utilisation[name]) },
      ] as const,
  );
  const views = Object.entries(levels).map(
    ([name, { value, band }]) => [name, { value: digits(value ?? undefined), band }] as const,
  );
  return { signals: Object.fromEntries<object>([...loads, ...views]) };
}

/** In a row of status: what was read, with its unit and, of a level, how it usually is. */
export function presentSignalsInRow({ observation, levels = {} }: WorkloadMemory) {
  const { definitions } = observation;
  if (definitions === undefined) return {};
  const rows = Object.entries(definitions).map(([name, { kind, unit }]) => {
    const load = observation.signals[name];
    if (kind === 'load') return [name, { kind, unit, value: digits(load?.demand) }] as const;
    const memory = knownLevel(levels[name]);
    const baseline = memory === undefined ? null : baselineOf(memory.windows, memory.anchor);
    const value = digits(observation.levels?.[name]?.value);
    return [
      name,
      {
        kind,
        unit,
        value,
        baseline: digits(baseline?.value),
        is_over: (memory?.over ?? 0) > 0,
        ...beside(observation.levels?.[name]),
      },
    ] as const;
  });
  return { signals: Object.fromEntries<object>(rows) };
}

/** What the workload's policy says of each. */
export function presentSignalPolicies(signals: PerSignal<SignalPolicy> | undefined) {
  if (signals === undefined) return {};
  const entries = Object.entries(signals).map(([name, { target, direction, missing, ratio, sigmas, relearnAt }]) => [
    name,
    {
      target,
      direction,
      missing,
      ...(ratio !== undefined && { ratio }),
      ...(sigmas !== undefined && { sigmas }),
      ...(relearnAt !== undefined && { relearn: iso(relearnAt) }),
    },
  ]);
  return { signals: Object.fromEntries(entries) };
}

function presentLoad({ observation, policy, utilisation, unusable }: Assessment, name: SignalName) {
  return {
    kind: 'load',
    unit: observation.definitions?.[name]?.unit ?? '',
    demand: digits(observation.signals[name]?.demand),
    target_per_replica: policy.signals?.[name]?.target ?? null,
    percent_of_target: digits(utilisation[name]),
    missing: unusable[name] ?? null,
  };
}

function presentLevel(view: LevelView) {
  return {
    kind: 'level',
    unit: view.unit,
    value: digits(view.value ?? undefined),
    ...beside(view),
    band: view.band,
    baseline: digits(view.baseline?.value),
    sigma: digits(view.baseline?.sigma),
    objective: view.objective,
    over_at: digits(view.over ?? undefined),
    windows: view.windows,
    low_windows: view.lowWindows,
    over_windows: view.overWindows,
    least_replicas: view.least,
    more_replicas_help: view.band === 'over' ? !view.unhelped : null,
    reason: view.reason,
    ...(view.raised && { raised: presentRaised(view.raised) }),
  };
}

/** By what a score multiplies, and why. */
function presentRaised({ level, isRaised, factor, base, triggers }: RaisedView) {
  return { is_raised: isRaised, level, factor, demand_needs: base, triggers };
}

function beside(of: { readonly beside?: LevelReading['beside'] } | undefined) {
  const { p50, average, successPercent } = of?.beside ?? {};
  return {
    ...(p50 !== undefined && { p50: digits(p50) }),
    ...(average !== undefined && { average: digits(average) }),
    ...(successPercent !== undefined && { success_percent: digits(successPercent) }),
  };
}
