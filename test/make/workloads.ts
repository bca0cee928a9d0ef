// Builders for tests: one believable workload, of which a test states only what matters to it.

import type { Advice, AdviceResult } from '../../lib/domain/advice/advice.ts';
import { type AssessInput, assess } from '../../lib/domain/assessment/assess.ts';
import type { Assessment } from '../../lib/domain/assessment/assessment.ts';
import type { GuardrailHistory } from '../../lib/domain/guardrails/constraint.ts';
import { fitWorkload } from '../../lib/domain/learning/fit-workload.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import { DEFAULT_POLICY, type Policy } from '../../lib/domain/workload/policy.ts';
import type { Series } from '../../lib/domain/workload/series.ts';

export const NOW = Date.parse('2026-03-04T12:00:00Z');
const MINUTE = 60_000;
const GIB = 2 ** 30;

export const NO_HISTORY: GuardrailHistory = { wanted: [], lastScaledAt: null, killSwitch: null };

/** Ten ready replicas of 0.5 cores and 1 GiB each. */
export function observation(change: Partial<Observation> & { cpuPercent?: number; memoryPercent?: number } = {}) {
  const { cpuPercent = 50, memoryPercent = 40, ...rest } = change;
  const replicas = rest.replicas ?? { spec: 10, ready: 10, running: 10, total: 10 };
  const reading = (percent: number, perReplica: number) => ({
    demand: (percent / 100) * perReplica * replicas.ready,
    at: NOW - 15_000,
    coverage: 1,
    atLimit: false,
  });
  const base: Observation = {
    workload: { cluster: 'demo', namespace: 'shop', name: 'web' },
    at: NOW,
    resourceVersion: '7',
    replicas,
    capacity: { cpu: 0.5, memory: GIB },
    startupSeconds: null,
    signals: { cpu: reading(cpuPercent, 0.5), memory: reading(memoryPercent, GIB) },
    rollout: 'settled',
    hpa: null,
    owner: { kind: 'none' },
    annotations: {},
  };
  return { ...base, ...rest } satisfies Observation;
}

/** Steady demand for the last half hour, as the observation reads now. */
function steady(of: Observation): Series {
  const minutes = Array.from({ length: 31 }, (_, i) => NOW - (30 - i) * MINUTE);
  const flat = (value: number | undefined) => Float64Array.from(minutes, () => value ?? Number.NaN);
  return {
    at: Float64Array.from(minutes),
    demand: { cpu: flat(of.signals.cpu?.demand), memory: flat(of.signals.memory?.demand) },
    replicas: flat(of.replicas.ready),
  };
}

/** What `learn` teaches about a history, with nothing known of requests: no plan for sizing. */
export function lesson(history: Series, now: number, coresPerReplica?: number) {
  return fitWorkload({
    history,
    previous: undefined,
    now,
    coresPerReplica,
    startupSeconds: null,
    sloPercent: 99.5,
    tickSeconds: 60,
  });
}

export function policy(change: Partial<Policy> = {}): Policy {
  return { ...DEFAULT_POLICY, enabled: true, max: 50, ...change };
}

export function assessment(of: Observation = observation(), change: Partial<AssessInput> = {}): Assessment {
  const input = { now: NOW, policy: policy(), observation: of, recent: steady(of), fitted: undefined, past: [] };
  return assess({ ...input, ...change });
}

export function advised(targetReplicas: number, change: Partial<Advice> = {}): AdviceResult {
  return {
    kind: 'advice',
    model: 'openai/gpt-oss-20b',
    at: NOW,
    cached: false,
    advice: {
      action: 'maintain',
      targetReplicas,
      confidence: 0.8,
      reasoning: 'a reasoning of more than fifty characters, as the validation of advice wants it',
      factors: [],
      risk: 'low',
      costImpact: 'low',
      performanceImpact: 'neutral',
      timing: 'immediate',
      ...change,
    },
  };
}
