// Every key of a policy that annotations or a record may state, and what each accepts.

import { cleanText } from '../text/clean-text.ts';
import { EXPECTED_TIME_ZONE, isTimeZone } from './local-time.ts';
import { MAX_REPLICAS, TARGET_RANGE } from './pace.ts';
import { DEFAULT_POLICY, type Mode, type Policy } from './policy.ts';
import { EXPECTED_HOURS, EXPECTED_STEP, type Limits, readHours, readStep } from './restraint.ts';
import type { Resource } from './signal.ts';
import { EXPECTED_OF_VERTICAL, readVertical, VERTICAL_KEY } from './vertical-policy.ts';

/** Everything of ours on objects of a cluster. */
export const ANNOTATION_PREFIX = 'ai4k8s.io/';
export const ENABLED_KEY = 'predictive-autoscaling-enabled';
export const CONFIG_KEY = 'predictive-autoscaling-config';
/** The seeds spell the opt-in in two ways; both are read. */
export const ENABLED_ALIAS = 'predictive-autoscaling';
/** Written by us where we may annotate, and not read. */
export const LAST_DECISION_KEY = 'last-decision';
export const LAST_DECISION_ANNOTATION = ANNOTATION_PREFIX + LAST_DECISION_KEY;

interface Field {
  readonly expected: string;
  /** The policy with this value in it, or undefined where the text is not acceptable. */
  readonly set: (policy: Policy, text: string) => Policy | undefined;
}

const flag = (word: string, yes: string, no: string) => (word === yes ? true : word === no ? false : undefined);

const oneOf = <T extends string>(allowed: readonly T[], text: string) => allowed.find((word) => word === text);

const number = (text: string, low: number, high: number) => {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : undefined;
};

const whole = (text: string, low: number, high: number) =>
  /^\d{1,9}$/.test(text) ? number(text, low, high) : undefined;

const seconds = (text: string) => {
  const match = /^(\d{1,6})(s|m|h)$/.exec(text);
  return match ? Number(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] as 's' | 'm' | 'h'] : undefined;
};

/** Puts a parsed value into the policy; undefined stays undefined. */
const put = <K extends keyof Policy>(policy: Policy, key: K, value: Policy[K] | undefined) =>
  value === undefined ? undefined : { ...policy, [key]: value };

const putTarget = (policy: Policy, signal: Resource, value: number | undefined) =>
  value === undefined ? undefined : { ...policy, targetPercent: { ...policy.targetPercent, [signal]: value } };

const MODES: readonly Mode[] = ['auto', 'recommend', 'propose', 'hpa-floor', 'scale'];
/** What a person says why he pauses: shown wherever the pause is. */
const REASON_CHARS = 200;

const putLimit = (policy: Policy, limit: Limits | undefined) =>
  limit === undefined ? undefined : { ...policy, limits: { ...policy.limits, ...limit } };

function instant(text: string): number | undefined {
  const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = isIso ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** Every key of a policy, without prefix. */
export const POLICY_FIELDS: Readonly<Record<string, Field>> = {
  [ENABLED_KEY]: {
    expected: '"true" or "false"',
    set: (policy, text) => put(policy, 'enabled', flag(text, 'true', 'false')),
  },
  [ENABLED_ALIAS]: {
    expected: '"enabled" or "disabled"',
    set: (policy, text) => put(policy, 'enabled', flag(text, 'enabled', 'disabled')),
  },
  'min-replicas': {
    expected: `a whole number from 1 to ${MAX_REPLICAS}`,
    set: (policy, text) => put(policy, 'min', whole(text, 1, MAX_REPLICAS)),
  },
  'max-replicas': {
    expected: `a whole number from 1 to ${MAX_REPLICAS}`,
    set: (policy, text) => put(policy, 'max', whole(text, 1, MAX_REPLICAS)),
  },
  mode: { expected: MODES.join(', '), set: (policy, text) => put(policy, 'mode', oneOf(MODES, text)) },
  slo: {
    expected: 'a percentage from 50 to 99.99',
    set: (policy, text) => put(policy, 'sloPercent', number(text, 50, 99.99)),
  },
  'target-cpu': {
    expected: `a percentage of the CPU request from ${TARGET_RANGE.cpu.join(' to ')}`,
    set: (policy, text) => putTarget(policy, 'cpu', number(text, ...TARGET_RANGE.cpu)),
  },
  'target-memory': {
    expected: `a percentage of the memory request from ${TARGET_RANGE.memory.join(' to ')}, or "off"`,
    set: (policy, text) => {
      if (text === 'off') return { ...policy, memoryOff: true };
      // A percentage switches it on again where a lesser source says off.
      const { memoryOff: _off, ...sized } = policy;
      return putTarget(sized, 'memory', number(text, ...TARGET_RANGE.memory));
    },
  },
  cooldown: {
    expected: 'a duration such as 90s, 5m or 1h, at most 24h',
    set: (policy, text) => {
      const down = seconds(text);
      if (down === undefined || down > 86_400) return undefined;
      const up = Math.min(DEFAULT_POLICY.cooldownUpSeconds, down);
      return { ...policy, cooldownDownSeconds: down, cooldownUpSeconds: up };
    },
  },
  'model-load': {
    expected: 'a duration such as 90s or 5m, at most 1h',
    set: (policy, text) => {
      const load = seconds(text);
      return load === undefined || load > 3600 ? undefined : { ...policy, modelLoadSeconds: load };
    },
  },
  'restart-cost': {
    expected: 'a duration such as 0s, 60s or 5m, at most 1h',
    set: (policy, text) => {
      const cost = seconds(text);
      return cost === undefined || cost > 3600 ? undefined : { ...policy, restartSeconds: cost };
    },
  },
  'time-zone': {
    expected: EXPECTED_TIME_ZONE,
    set: (policy, text) => put(policy, 'timeZone', isTimeZone(text) ? text : undefined),
  },
  paused: {
    expected: '"true", "false", scale-in (it grows and never shrinks) or scale-out',
    set: (policy, text) =>
      put(policy, 'paused', flag(text, 'true', 'false') ?? oneOf(['scale-in', 'scale-out'] as const, text)),
  },
  'paused-until': {
    expected: 'an instant such as 2026-12-01T08:00:00Z',
    set: (policy, text) => put(policy, 'pausedUntil', instant(text)),
  },
  'paused-reason': {
    expected: `at most ${REASON_CHARS} characters`,
    set: (policy, text) =>
      put(policy, 'pausedReason', text.length <= REASON_CHARS ? cleanText(text, REASON_CHARS) : undefined),
  },
  'trusted-since': {
    expected: 'an instant such as 2026-12-01T08:00:00Z',
    set: (policy, text) => put(policy, 'trustedSince', instant(text)),
  },
  'limit-step': {
    expected: EXPECTED_STEP,
    set: (policy, text) => {
      const step = readStep(text);
      return putLimit(policy, step && { step });
    },
  },
  'limit-direction': {
    expected: 'up, down or both',
    set: (policy, text) => {
      const direction = oneOf(['up', 'down', 'both'] as const, text);
      if (direction !== 'both') return putLimit(policy, direction && { direction });
      const { direction: _lesser, ...limits } = policy.limits ?? {};
      return { ...policy, limits };
    },
  },
  'limit-hours': {
    expected: EXPECTED_HOURS,
    set: (policy, text) => {
      const hours = readHours(text);
      return putLimit(policy, hours && { hours });
    },
  },
  llm: {
    expected: 'on, off, shadow',
    set: (policy, text) => put(policy, 'llm', oneOf(['on', 'off', 'shadow'] as const, text)),
  },
  [VERTICAL_KEY]: {
    expected: EXPECTED_OF_VERTICAL,
    set: (policy, text) => put(policy, 'vertical', readVertical(text)),
  },
};
