// What the tests of states share: a workload of their namespace as the real API server shows it, and what is decided on it.
import { expect } from 'vitest';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { observeWorkload } from '../../lib/app/observe/observe.ts';
import type { Assessment } from '../../lib/domain/assessment/assessment.ts';
import { decide } from '../../lib/domain/decision/decide.ts';
import type { Decision } from '../../lib/domain/decision/decision.ts';
import type { GuardrailHistory } from '../../lib/domain/guardrails/constraint.ts';
import type { Effect } from '../../lib/domain/guardrails/verdict.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import type { ReasonCode } from '../../lib/domain/workload/reason-code.ts';
import { EMPTY_SERIES } from '../../lib/domain/workload/series.ts';
import { advised, assessment, NO_HISTORY, policy } from '../make/workloads.ts';
import { type DeploymentShape, deployment } from './cluster-objects.ts';
import { hasMetrics, USAGE_FILE } from './cluster-under-test.ts';
import type { FaultyLine } from './faulty-line.ts';

/** States that only the stand-in kubelet brings about at will, and metrics that are there within seconds. */
export const isStandIn = USAGE_FILE !== null && hasMetrics();

/** 7 millicores: the 10 that a stand-in pod uses are 143 % of it, so that every workload here wants more. */
const RESOURCES = { requests: { cpu: '7m', memory: '64Mi' } };

/** Sees this namespace and no other. */
export function observerOf(namespace: string) {
  const settings = { namespaces: { include: [namespace], exclude: [] }, version: 'test' };
  const kubernetes = makeKubernetes({ clusters: new Map([['real', { kind: 'kubeconfig' }]]), ...settings });
  const ports = { reader: kubernetes.reader, signals: [kubernetes.metrics] };

  async function until(name: string, holds: (seen: Observation) => boolean): Promise<Observation> {
    const deadline = Date.now() + 45_000;
    for (;;) {
      const seen = await observeWorkload(ports, { cluster: 'real', namespace, name }, Date.now());
      if (seen && holds(seen)) return seen;
      if (Date.now() > deadline) throw new Error(`${name} did not get there: ${JSON.stringify(seen)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  return {
    kubernetes,
    /** The same cluster, over a line that can be spoilt. */
    over: ({ access }: FaultyLine) => makeKubernetes({ clusters: new Map([['real', access]]), ...settings }),
    wanting: (name: string, shape: DeploymentShape = {}) =>
      deployment(namespace, name, { resources: RESOURCES, ...shape }),
    until,
    settled: (name: string, replicas = 2) =>
      until(
        name,
        (one) => one.rollout === 'settled' && one.replicas.ready === replicas && one.replicas.spec === replicas,
      ),
  };
}

/** Measured on every pod; that all of them run over their target is what the resources are for. */
export function busy(replicas: number): (one: Observation) => boolean {
  return (one) => one.replicas.ready === replicas && one.signals.cpu?.coverage === 1;
}

export function assessed(observation: Observation, min = 1): Assessment {
  const now = observation.at;
  return assessment(observation, {
    now,
    policy: policy({ min, max: 50, tickSeconds: 10, staleAfterTicks: 18 }),
    recent: EMPTY_SERIES,
  });
}

/** @param advice what an LLM would answer; absent where none is asked */
export function decideOn(
  observation: Observation | undefined,
  advice?: number,
  history: Partial<GuardrailHistory> = {},
  min = 1,
): Decision {
  if (!observation) throw new Error('nothing was observed');
  const known = assessed(observation, min);
  const { spec } = observation.replicas;
  const action = (advice ?? spec) > spec ? 'scale_up' : 'scale_down';
  return decide(known, advice === undefined ? null : advised(advice, { action }), { ...NO_HISTORY, ...history });
}

export function expectVerdict(decision: Decision, effect: Effect, code: ReasonCode, says: string | RegExp): void {
  const message = typeof says === 'string' ? expect.stringContaining(says) : expect.stringMatching(says);
  expect(decision.verdicts).toContainEqual(expect.objectContaining({ effect, code, message }));
  expect(decision.blockedBy).toBe(effect === 'blocked' ? code : null);
}
