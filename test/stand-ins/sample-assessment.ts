// The seeds' own example as an assessment: 10 replicas at 169.2 % CPU and 11.7 % memory, a forecast of zeros.

import type { Assessment } from '../../lib/domain/assessment/assessment.ts';
import { NO_REGRET } from '../../lib/domain/assessment/regret-budget.ts';
import type { Forecast } from '../../lib/domain/forecast/forecast.ts';
import type { HpaStatus } from '../../lib/domain/workload/hpa-status.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import type { Policy } from '../../lib/domain/workload/policy.ts';
import type { SignalName } from '../../lib/domain/workload/signal.ts';

export const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

/** One core and 1 GB are requested per replica, so demand ÷ 10 replicas reads as percent. */
const CAPACITY = { cpu: 1, memory: 1_000_000_000 } as const;

export interface SampleChanges {
  readonly now?: number;
  readonly observation?: Partial<Observation>;
  readonly policy?: Partial<Policy>;
  readonly rest?: Partial<Assessment>;
}

export function sampleAssessment(changes: SampleChanges = {}): Assessment {
  const now = changes.now ?? NOW;
  return {
    now,
    policy: { ...POLICY, ...changes.policy },
    observation: { ...observationAt(now), ...changes.observation },
    historyHours: 48.5,
    utilisation: { cpu: 169.2, memory: 11.7 },
    unusable: {},
    forecasts: { cpu: sampleForecast('cpu', 16.92), memory: sampleForecast('memory', 1_170_000_000) },
    sizingPolicy: null,
    targets: { cpu: 70, memory: 80 },
    schedule: null,
    proposals: [],
    envelope: { floor: 10, ceiling: 12, needed: 10, justified: 12, reason: 'load of test-app-autoscaling' },
    regret: NO_REGRET,
    past: [],
    standing: {},
    ...changes.rest,
  };
}

export function sampleForecast(signal: SignalName, current: number, changes: Partial<Forecast> = {}): Forecast {
  return {
    signal,
    method: 'last_value',
    current,
    points: [],
    hourly: [0, 0, 0, 0, 0, 0],
    peak: current,
    trend: 'stable',
    skill: null,
    anomalous: false,
    ...changes,
  };
}

export const HPA: HpaStatus = {
  name: 'test-app-autoscaling-hpa',
  minReplicas: 2,
  maxReplicas: 10,
  currentReplicas: 10,
  desiredReplicas: 10,
  targetCpuPercent: 70,
  targetMemoryPercent: 80,
  scalingStatus: 'stable',
};

const POLICY: Policy = {
  enabled: true,
  mode: 'auto',
  min: 2,
  max: 12,
  sloPercent: 99.5,
  targetPercent: { cpu: 70, memory: 80 },
  cooldownDownSeconds: 300,
  cooldownUpSeconds: 60,
  restartSeconds: 60,
  staleAfterTicks: 3,
  tickSeconds: 60,
  paused: false,
  llm: 'on',
  problems: [],
};

function observationAt(at: number): Observation {
  const reading = (demand: number) => ({ demand, at, coverage: 1, atLimit: false });
  return {
    workload: { cluster: 'demo', namespace: 'ai4k8s-test', name: 'test-app-autoscaling' },
    at,
    resourceVersion: '42',
    replicas: { spec: 10, ready: 10, running: 10, total: 10 },
    capacity: CAPACITY,
    startupSeconds: null,
    signals: { cpu: reading(16.92), memory: reading(1_170_000_000) },
    rollout: 'settled',
    hpa: HPA,
    owner: { kind: 'hpa', name: HPA.name },
    annotations: { 'ai4k8s.io/predictive-autoscaling-enabled': 'true' },
  };
}
