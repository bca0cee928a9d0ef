// Everything that can be known about one workload before anyone is asked. Pure.
import { envelopeFor } from '../domain/envelope.ts';
import { forecastSignal, plusBase } from '../domain/forecast.ts';
import type { Learned } from '../domain/learned.ts';
import { withoutMemoryBase } from '../domain/memory-base.ts';
import type {
  Assessment,
  EpochMs,
  Forecast,
  Observation,
  PastDecision,
  Policy,
  Series,
  SignalName,
} from '../domain/model.ts';
import { SIGNAL_NAMES } from '../domain/model.ts';
import { proposeByRules, proposePredictive, proposeReactive } from '../domain/proposals.ts';
import { blindSignals, capacities, utilisationOf } from '../domain/sizing.ts';

export interface AssessInput {
  readonly now: EpochMs;
  readonly policy: Policy;
  readonly observation: Observation;
  /** The last hours, the observation's own sample included. */
  readonly recent: Series;
  readonly learned: Learned | undefined;
  readonly past: readonly PastDecision[];
}

/** Forecast, proposals and envelope of one workload. No clock, no I/O, no randomness. */
export function assess(input: AssessInput): Assessment {
  const { now, policy, observation, recent, learned } = input;
  const base = learned?.memoryBaseBytes ?? 0;
  const load = withoutMemoryBase(recent, base);
  const forecasts: Partial<Record<SignalName, Forecast>> = {};
  for (const signal of SIGNAL_NAMES) {
    const forecast = forecastSignal(signal, load, learned?.signals[signal], now);
    if (forecast === undefined) continue;
    forecasts[signal] = signal === 'memory' ? plusBase(forecast, base * observation.replicas.ready) : forecast;
  }
  const utilisation = utilisationOf(observation);
  const blind = blindSignals(observation, policy);
  const sizing = {
    observation,
    policy,
    utilisation,
    capacities: capacities(observation, base),
    blind,
    forecasts,
  };
  const proposals = [proposePredictive(sizing), proposeReactive(sizing), proposeByRules(sizing)];
  const since = learned?.since ?? recent.at[0] ?? now;
  return {
    now,
    policy,
    observation,
    historyHours: Math.max(0, (now - since) / 3_600_000),
    utilisation,
    blind,
    forecasts,
    proposals,
    envelope: envelopeFor(sizing, proposals),
    past: input.past,
  };
}
