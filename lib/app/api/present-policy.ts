// A policy as answers show it, in the keys that bodies take.
import type { Assessment } from '../../domain/assessment/assessment.ts';
import type { Demotion } from '../../domain/workload/demotion.ts';
import { DEFAULT_POLICY, type Policy } from '../../domain/workload/policy.ts';
import type { Origin, Origins } from '../../domain/workload/policy-levels.ts';
import type { VerticalPolicy } from '../../domain/workload/vertical-policy.ts';
import { iso } from './iso.ts';
import { fieldOfKey } from './policy-contract.ts';
import { presentSignalPolicies } from './present-signals.ts';

export function presentPolicy({ policy }: Assessment) {
  return {
    enabled: policy.enabled,
    mode: policy.mode,
    min_replicas: policy.min,
    max_replicas: policy.max,
    slo: policy.sloPercent,
    target_cpu: policy.targetPercent.cpu,
    target_memory: policy.memoryOff ? 'off' : policy.targetPercent.memory,
    ...presentSignalPolicies(policy.signals),
    ...(policy.vertical !== undefined && { vertical: presentVerticalPolicy(policy.vertical) }),
    cooldown_seconds: policy.cooldownDownSeconds,
    ...(policy.modelLoadSeconds !== undefined && { model_load_seconds: policy.modelLoadSeconds }),
    restart_cost_seconds: policy.restartSeconds ?? DEFAULT_POLICY.restartSeconds,
    ...(policy.timeZone !== undefined && { time_zone: policy.timeZone }),
    ...presentRestraint(policy),
    llm: policy.llm,
    ...(policy.clipped && { clipped: policy.clipped }),
    problems: policy.problems,
  };
}

/** Which level gave each value, in the keys that bodies take; what no key is in here for is the built-in default. */
export function presentOrigins(from: Origins): Readonly<Record<string, Origin>> {
  return Object.fromEntries(Object.entries(from).map(([key, origin]) => [fieldOfKey(key), origin]));
}

/** What a person stopped, and how far it goes by itself. */
export function presentRestraint({ paused, pausedUntil, pausedReason, limits = {}, demoted }: Policy) {
  const { step, direction, hours } = limits;
  return {
    paused,
    ...(pausedUntil !== undefined && { paused_until: iso(pausedUntil) }),
    ...(pausedReason && { paused_reason: pausedReason }),
    ...(step && { limit_step: 'percent' in step ? `${step.percent}%` : `${step.replicas}` }),
    ...(direction && { limit_direction: direction }),
    ...(hours && { limit_hours: hours.text }),
    ...(demoted && { demoted: presentDemotion(demoted) }),
  };
}

/** What took its rung, and what gives it back is to enable it again, or to resume it. */
export function presentDemotion({ at, code, message }: Demotion) {
  return { since: iso(at), code, reason: message };
}

function presentVerticalPolicy({ ranges, apply, containers, except, restart }: VerticalPolicy) {
  return { ...ranges, apply, restart, ...(containers && { containers }), ...(except && { except }) };
}
