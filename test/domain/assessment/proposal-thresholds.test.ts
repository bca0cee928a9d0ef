// The numbers that proposals and the envelope turn on, each tried on both of its sides.
import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../lib/domain/assessment/baseline-by-history-age.ts';
import { envelopeFor } from '../../../lib/domain/assessment/envelope.ts';
import type { HoldInput } from '../../../lib/domain/assessment/holds.ts';
import type { ProposalInput } from '../../../lib/domain/assessment/proposals/bounded.ts';
import { proposePredictive } from '../../../lib/domain/assessment/proposals/predictive.ts';
import { proposeReactive } from '../../../lib/domain/assessment/proposals/reactive.ts';
import { proposeByRules } from '../../../lib/domain/assessment/proposals/rules.ts';
import { NO_REGRET, type RegretBudget } from '../../../lib/domain/assessment/regret-budget.ts';
import type { Forecast, ForecastPoint } from '../../../lib/domain/forecast/forecast.ts';
import { capacities } from '../../../lib/domain/sizing/capacity.ts';
import { viewMemory } from '../../../lib/domain/sizing/memory-sizing.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import type { Policy } from '../../../lib/domain/workload/policy.ts';
import type { SignalName } from '../../../lib/domain/workload/signal.ts';
import { whyUnusable } from '../../../lib/domain/workload/signal-health.ts';
import { utilisationOf } from '../../../lib/domain/workload/utilisation.ts';
import { history } from '../../make/histories.ts';
import { sizingPolicy } from '../../make/sizings.ts';
import { NOW, observation, policy } from '../../make/workloads.ts';

const MINUTE_MS = 60_000;
const RULES = { source: 'reactive', action: 'maintain', replicas: 8, reason: 'rules' } as const;

/** What proposals are made from, of a workload of ten replicas at these readings. */
function inputFor(
  of: Partial<Observation> & { cpuPercent?: number; memoryPercent?: number } = {},
  changes: { policy?: Partial<Policy> } & Partial<Pick<ProposalInput, 'forecasts' | 'bySizingPolicy'>> = {},
): ProposalInput & HoldInput {
  const seen = observation(of);
  const with_ = policy(changes.policy);
  const recent = history(0, () => 0);
  const memory = viewMemory({
    now: NOW,
    observation: seen,
    policy: with_,
    recent,
    fitted: undefined,
    before: undefined,
  });
  return {
    now: NOW,
    standing: {},
    observation: seen,
    policy: with_,
    utilisation: utilisationOf(seen, with_),
    capacities: capacities(seen, with_, 0),
    memory,
    unusable: whyUnusable(seen, with_),
    targets: with_.targetPercent,
    forecasts: changes.forecasts ?? {},
    levels: {},
    bySizingPolicy: changes.bySizingPolicy ?? {},
    schedule: null,
  };
}

/** A forecast of cores every five minutes, each quantile as told; skilful unless told otherwise. */
function forecastOf(at: (minutes: number) => Partial<ForecastPoint>, change: Partial<Forecast> = {}): Forecast {
  const current = change.current ?? 2.5;
  const points = Array.from({ length: 12 }, (_, i) => {
    const base = { p5: current, p50: current, p90: current, p95: current, p99: current };
    return { at: NOW + (i + 1) * 5 * MINUTE_MS, ...base, ...at((i + 1) * 5) };
  });
  const base = { signal: 'cpu' as SignalName, method: 'last_value', trend: 'stable', anomalous: false } as const;
  return { ...base, current, points, hourly: [], peak: current, skill: 0.5, ...change };
}

describe("the seeds' rules", () => {
  it.each([
    { cpuPercent: 24.9, memoryPercent: 20, replicas: 4 },
    { cpuPercent: 25, memoryPercent: 20, replicas: 10 },
    { cpuPercent: 20, memoryPercent: 25, replicas: 10 },
    { cpuPercent: 39, memoryPercent: 39, replicas: 10 },
    { cpuPercent: 75, memoryPercent: 75, replicas: 10 },
    { cpuPercent: 75.1, memoryPercent: 20, replicas: 11 },
    { cpuPercent: 20, memoryPercent: 88.1, replicas: 12 },
    { cpuPercent: 14, memoryPercent: 24, replicas: 3 },
    { cpuPercent: 0, memoryPercent: 0, replicas: 1 },
  ])('at $cpuPercent % of CPU and $memoryPercent % of memory want $replicas', ({ replicas, ...percents }) => {
    expect(proposeByRules(inputFor(percents)).replicas).toBe(replicas);
  });

  it('look at the highest that a forecast with skill expects within six hours, and at no other forecast', () => {
    const at = (change: Partial<Forecast>) =>
      proposeByRules(inputFor({ cpuPercent: 50 }, { forecasts: { cpu: forecastOf(() => ({}), change) } })).replicas;
    expect(at({ peak: 5 })).toBe(15);
    expect(at({ peak: 5, skill: 0 })).toBe(10);
    expect(at({ peak: 5, skill: null })).toBe(10);
    expect(at({ peak: 0.1 })).toBe(10);
  });

  it('never scale in on a signal that is missing, and say which', () => {
    const { memory, ...signals } = observation({ cpuPercent: 10 }).signals;
    const proposal = proposeByRules(inputFor({ signals }));
    expect(memory).toBeDefined();
    expect(proposal).toMatchObject({ replicas: 10, action: 'maintain' });
    expect(proposal.reason).toMatch(/^no scale-down: memory /);
  });
});

describe("HPA's formula on the present", () => {
  it.each([
    { cpuPercent: 76.9, replicas: 10 },
    { cpuPercent: 77.1, replicas: 12 },
    { cpuPercent: 63, replicas: 10 },
    { cpuPercent: 62.9, replicas: 9 },
  ])('leaves a tenth on each side of the target alone: $cpuPercent % want $replicas', ({ cpuPercent, replicas }) => {
    expect(proposeReactive(inputFor({ cpuPercent, memoryPercent: 20 })).replicas).toBe(replicas);
  });

  it('has no tolerance while not all of its pods serve', () => {
    const replicas = { spec: 10, ready: 9, running: 10, total: 10 };
    expect(proposeReactive(inputFor({ cpuPercent: 76, memoryPercent: 20, replicas })).replicas).toBe(10);
    expect(proposeReactive(inputFor({ cpuPercent: 64, memoryPercent: 20, replicas })).replicas).toBe(9);
  });
});

describe('capacity ahead of time', () => {
  const ahead = (at: (minutes: number) => Partial<ForecastPoint>, change: Partial<Forecast> = {}) =>
    proposePredictive(inputFor({ cpuPercent: 50 }, { forecasts: { cpu: forecastOf(at, change) } })).replicas;

  it('stands ready for what is expected within a quarter of an hour, at the target', () => {
    expect(ahead((minutes) => (minutes === 15 ? { p50: 4.2 } : {}))).toBe(12);
    expect(ahead((minutes) => (minutes === 20 ? { p50: 4.2 } : {}))).toBe(8);
  });

  it('and does not run full where nine of ten would not', () => {
    expect(ahead((minutes) => (minutes === 15 ? { p90: 4.5 } : {}))).toBe(10);
    expect(ahead((minutes) => (minutes === 15 ? { p90: 4.51 } : {}))).toBe(11);
    expect(ahead((minutes) => (minutes === 20 ? { p90: 9 } : {}))).toBe(8);
  });

  it('follows no forecast without skill, and never goes under what is needed now', () => {
    expect(ahead(() => ({ p50: 9, p90: 9 }), { skill: 0 })).toBe(8);
    expect(ahead(() => ({ p50: 0.1, p90: 0.1 }))).toBe(8);
  });

  it.each([
    [23.9, 'reactive'],
    [24, 'predictive'],
  ] as const)('with %d hours of history the %s proposal decides', (hours, source) => {
    const proposals = [proposePredictive(inputFor()), proposeReactive(inputFor())];
    expect(baselineOf(hours, { observation: observation(), policy: policy(), levels: {} }, proposals).source).toBe(
      source,
    );
  });
});

describe('a model that has to be loaded', () => {
  /** CPU of ten replicas at 50 %, of which the sizing policy keeps six. */
  const ahead = (modelLoadSeconds: number | undefined, at: (minutes: number) => Partial<ForecastPoint>, skill = 0.5) =>
    proposePredictive(
      inputFor(
        { cpuPercent: 50 },
        {
          policy: { memoryOff: true, ...(modelLoadSeconds !== undefined && { modelLoadSeconds }) },
          forecasts: { cpu: forecastOf(at, { skill }) },
          bySizingPolicy: { cpu: { policy: sizingPolicy(), replicas: 6 } },
        },
      ),
    );

  it('stands ready for what nine of ten forecasts stay under, beside what was learned', () => {
    expect(ahead(600, (minutes) => (minutes === 25 ? { p90: 4.5 } : {}))).toMatchObject({
      replicas: 10,
      reason: 'cpu demand may reach 180 % of the present within 25 minutes (90 % quantile, last_value)',
    });
    expect(ahead(undefined, () => ({ p90: 4.5 })).replicas).toBe(6);
    expect(ahead(600, () => ({ p90: 4.5 }), 0).replicas).toBe(6);
  });

  it('looks as far ahead as loading takes, and a quarter of an hour', () => {
    const at = (minutes: number) => (minutes === 25 ? { p90: 4.5 } : {});
    expect(ahead(599, at).replicas).toBe(6);
    expect(ahead(600, at).replicas).toBe(10);
  });

  it('pays for no more than that: what is expected at the target is not its floor', () => {
    expect(ahead(60, () => ({ p50: 2.5, p90: 2.5 })).replicas).toBe(6);
    expect(ahead(60, () => ({ p50: 3, p90: 3 })).replicas).toBe(7);
  });
});

describe('the envelope', () => {
  /** Of a demand that needs 8 of ten replicas, where rules alone would have `rules`. */
  const envelope = (at: (minutes: number) => Partial<ForecastPoint>, regret: Partial<RegretBudget> = {}, rules = 8) => {
    const input = inputFor({ cpuPercent: 50 }, { forecasts: { cpu: forecastOf(at) } });
    const alone = { ...RULES, replicas: rules };
    return envelopeFor(input, [alone], alone, { ...NO_REGRET, ...regret });
  };

  it.each([
    { minutes: 5, justified: 20 },
    { minutes: 15, justified: 20 },
    { minutes: 30, justified: 20 },
    { minutes: 35, justified: 8 },
  ])(
    'justifies a peak $minutes minutes ahead with $justified: it looks half an hour ahead',
    ({ minutes, justified }) => {
      expect(envelope((then) => (then === minutes ? { p99: 7 } : {}))).toMatchObject({ needed: 8, justified });
    },
  );

  it('is as wide as the forecast is unsure: its ceiling is of the 99 % quantile alone', () => {
    expect(envelope(() => ({ p95: 50 })).justified).toBe(8);
  });

  it('is never under any proposal but that of the rules that are only shown', () => {
    const to = (source: 'rules' | 'predictive') => {
      const proposal = { source, action: 'scale_up', replicas: 30, reason: '' } as const;
      return envelopeFor(inputFor(), [proposal], RULES, NO_REGRET).justified;
    };
    expect([to('predictive'), to('rules')]).toEqual([30, 1]);
  });

  it('closes at the end that advice has erred towards', () => {
    const tall = () => ({ p99: 7 });
    expect(envelope(tall, {}, 9)).toMatchObject({ floor: 8, ceiling: 20 });
    expect(envelope(tall, { upClosed: true }, 9)).toMatchObject({ floor: 8, justified: 9, ceiling: 9 });
    expect(envelope(tall, { downClosed: true }, 9)).toMatchObject({ needed: 9, floor: 9, ceiling: 20 });
  });
});
