// Decisions, their records and the entries they leave, for tests of what a tick remembers: each states only what matters to it.

import type { Decision, DecisionRecord } from '../../lib/domain/decision/decision.ts';
import type { Outcome } from '../../lib/domain/decision/outcome.ts';
import { remembered } from '../../lib/domain/decision/remember.ts';
import type { Request } from '../../lib/domain/decision/request.ts';
import type { WorkloadMemory } from '../../lib/domain/decision/workload-memory.ts';
import type { HpaStatus } from '../../lib/domain/workload/hpa-status.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import type { Policy } from '../../lib/domain/workload/policy.ts';
import { assessment, NOW, observation, policy } from './workloads.ts';

export const pods = (spec: number, ready = spec) => ({ spec, ready, running: spec, total: spec });

export const HPA: HpaStatus = {
  name: 'web-hpa',
  minReplicas: 2,
  maxReplicas: 30,
  currentReplicas: 10,
  desiredReplicas: 10,
  targetCpuPercent: 70,
  targetMemoryPercent: null,
  scalingStatus: 'stable',
};

/** A workload that an HPA owns. */
export const underHpa = (change: Partial<HpaStatus> = {}) =>
  ({ hpa: { ...HPA, ...change }, owner: { kind: 'hpa', name: HPA.name } }) as const;

export function decisionOf(change: Partial<Decision> = {}): Decision {
  const at = change.at ?? NOW;
  return {
    id: `${new Date(at).toISOString()}-reactive`,
    workload: { cluster: 'demo', namespace: 'shop', name: 'web' },
    at,
    current: 10,
    target: 6,
    action: 'scale_down',
    source: 'reactive',
    reason: 'a reason',
    blockedBy: null,
    verdicts: [],
    ...change,
  };
}

export interface RecordParts {
  readonly decision?: Partial<Decision>;
  readonly outcome?: Outcome;
  readonly of?: Partial<Observation>;
  readonly policy?: Partial<Policy>;
}

/** 10 → 6 replicas, applied, unless told otherwise. */
export function recordOf({
  decision = {},
  outcome = APPLIED,
  of = {},
  policy: with_ = {},
}: RecordParts = {}): DecisionRecord {
  const made = decisionOf(decision);
  const seen = observation({ at: made.at, replicas: pods(made.current), ...of });
  const about = { ...assessment(seen, { now: made.at, policy: policy(with_) }), past: [] };
  return { decision: made, outcome, assessment: about, advice: null, requestedBy: null };
}

export const APPLIED: Outcome = { kind: 'applied', message: 'scaled' };
export const FAILED: Outcome = { kind: 'failed', message: 'the tick ended before it was known what became of this' };

export function entryOf(parts: RecordParts = {}, change: Partial<WorkloadMemory> = {}): WorkloadMemory {
  return { ...remembered(undefined, recordOf(parts), null, false), ...change };
}

export function askedOf(parts: RecordParts = {}, change: Partial<Request> = {}): Request {
  return {
    goal: { kind: 'decision' },
    record: recordOf(parts),
    settled: false,
    recorded: false,
    told: false,
    ...change,
  };
}
