// The one place that knows the policy's keys, what each accepts, and the defaults.
import * as z from 'zod';
import type { HpaStatus, Mode, Policy, SignalName } from '../model.ts';
import { cappedTexts, cleanText, fewOf } from '../text/clean-text.ts';

/** Everything of ours on objects of a cluster. */
export const ANNOTATION_PREFIX = 'ai4k8s.io/';
export const ENABLED_KEY = 'predictive-autoscaling-enabled';
export const CONFIG_KEY = 'predictive-autoscaling-config';
/** Every key with its longest value takes half of it. */
export const CONFIG_MAX_BYTES = 1000;
/** At the end of a value that was cut, and in place of a config that was: neither is acceptable then. */
export const CUT = '…';
/** The seeds spell the opt-in in two ways; both are read. */
export const ENABLED_ALIAS = 'predictive-autoscaling';
/** Written by us where we may annotate, and not read. */
export const LAST_DECISION_KEY = 'last-decision';
export const LAST_DECISION_ANNOTATION = ANNOTATION_PREFIX + LAST_DECISION_KEY;
/** More replicas of one Deployment than any cluster we know of would run; refuses 10^9 typed by accident. */
const MAX_REPLICAS = 10_000;

export const DEFAULT_POLICY = {
  enabled: false,
  mode: 'auto',
  min: 1,
  max: 10,
  sloPercent: 99.5,
  targetPercent: { cpu: 70, memory: 80 },
  cooldownDownSeconds: 300,
  cooldownUpSeconds: 60,
  staleAfterTicks: 3,
  tickSeconds: 60,
  paused: false,
  llm: 'on',
  problems: [],
} as const satisfies Policy;

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
const putTarget = (policy: Policy, signal: SignalName, value: number | undefined) =>
  value === undefined ? undefined : { ...policy, targetPercent: { ...policy.targetPercent, [signal]: value } };

const MODES: readonly Mode[] = ['auto', 'recommend', 'hpa-floor', 'scale'];

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
    expected: 'a percentage of the CPU request from 10 to 90',
    set: (policy, text) => putTarget(policy, 'cpu', number(text, 10, 90)),
  },
  'target-memory': {
    expected: 'a percentage of the memory request from 10 to 95, or "off"',
    set: (policy, text) => {
      if (text === 'off') return { ...policy, memoryOff: true };
      // A percentage switches it on again where a lesser source says off.
      const { memoryOff: _off, ...sized } = policy;
      return putTarget(sized, 'memory', number(text, 10, 95));
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
  paused: {
    expected: '"true" or "false"',
    set: (policy, text) => put(policy, 'paused', flag(text, 'true', 'false')),
  },
  llm: {
    expected: 'on, off, shadow',
    set: (policy, text) => put(policy, 'llm', oneOf(['on', 'off', 'shadow'] as const, text)),
  },
};

const KNOWN_KEYS = `known are ${Object.keys(POLICY_FIELDS).join(', ')}`;
/** Unknown keys that are named, and sentences that one policy has; the rest is counted. */
const NAMED = 3;
const PROBLEMS_TOLD = 6;
const PROBLEM_MAX_BYTES = 600;

export interface PolicySources {
  /** The Deployment's annotations under `ai4k8s.io/`, with prefix. Attacker input. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Unknown keys under that prefix that are not in `annotations`: there may be thousands. */
  readonly moreUnknown?: number;
  /** The record in the table, keys without prefix. */
  readonly record: Readonly<Record<string, string>> | null;
  readonly hpa: HpaStatus | null;
  readonly tickSeconds: number;
  /** The most replicas that are known to have run: where nobody states a maximum, no default takes any of them away. */
  readonly running?: number;
}

/**
 * Reads a workload's policy. Annotations win over the record, the record over the HPA's bounds, those over the defaults.
 * A default never orders: without a stated maximum the bound is the larger of the default, the minimum and what ran.
 * A value that cannot be read never half-applies: the policy then says so in `problems` and its mode is `recommend`.
 */
export function readPolicy(sources: PolicySources): Policy {
  const problems: string[] = [];
  const annotated = annotatedValues(sources.annotations, problems, sources.moreUnknown);
  const recorded = sources.record ?? {};
  let policy: Policy = { ...DEFAULT_POLICY, tickSeconds: sources.tickSeconds, ...boundsOfHpa(sources.hpa) };
  policy = applyValues(policy, recorded, 'recorded ', problems);
  policy = applyValues(policy, annotated, `annotation ${ANNOTATION_PREFIX}`, problems);
  if (sources.hpa === null && ![recorded, annotated].some((values) => Object.hasOwn(values, 'max-replicas')))
    policy = { ...policy, max: Math.max(policy.max, policy.min, sources.running ?? 0), maxIsDefault: true };
  if (policy.min > policy.max) {
    problems.push(
      `min-replicas ${policy.min} is above max-replicas ${policy.max}: set min-replicas to at most max-replicas.`,
    );
    policy = { ...policy, min: Math.min(policy.min, policy.max) };
  }
  if (problems.length === 0) return policy;
  const told = cappedTexts(problems, PROBLEMS_TOLD, PROBLEM_MAX_BYTES, 'problems of this workload');
  return { ...policy, mode: 'recommend', problems: told };
}

/** The policy keys that annotations state: the API refuses to change these, since they are in Git. */
export function annotatedKeys(annotations: Readonly<Record<string, string>>): readonly string[] {
  const keys = Object.keys(annotatedValues(annotations, []));
  return keys.map((key) => (key === ENABLED_ALIAS ? ENABLED_KEY : key));
}

/** Where annotations state a key of the policy, as they spell it: whoever is told to change it there has to find it. */
export function statedAt(
  annotations: Readonly<Record<string, string>>,
  key: string,
): readonly { readonly key: string; readonly annotation: string }[] {
  const spellings = key === ENABLED_KEY ? [ENABLED_KEY, ENABLED_ALIAS] : [key];
  const config = ANNOTATION_PREFIX + CONFIG_KEY;
  const within = Object.keys(configValues(annotations[config] ?? '{}', []));
  const flat = spellings.map((name) => ({ key: name, annotation: ANNOTATION_PREFIX + name }));
  return [
    ...flat.filter(({ annotation }) => Object.hasOwn(annotations, annotation)),
    ...spellings.filter((name) => within.includes(name)).map((name) => ({ key: name, annotation: config })),
  ];
}

function boundsOfHpa(hpa: HpaStatus | null): Pick<Policy, 'min' | 'max'> {
  if (hpa === null) return { min: DEFAULT_POLICY.min, max: DEFAULT_POLICY.max };
  // While we hold its minReplicas, the user's own is still his minimum: our floor must not hold itself up.
  const min = hpa.ownMinReplicas ?? hpa.minReplicas;
  return { min: Math.max(1, min), max: Math.max(1, hpa.maxReplicas) };
}

const configSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

function annotatedValues(
  annotations: Readonly<Record<string, string>>,
  problems: string[],
  moreUnknown = 0,
): Record<string, string> {
  const flat: Record<string, string> = {};
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(annotations)) {
    const name = key.startsWith(ANNOTATION_PREFIX) ? key.slice(ANNOTATION_PREFIX.length) : '';
    if (Object.hasOwn(POLICY_FIELDS, name)) flat[name] = value;
    else if (name !== '' && name !== CONFIG_KEY && key !== LAST_DECISION_ANNOTATION)
      unknown.push(ANNOTATION_PREFIX + cleanText(name, 63));
  }
  if (unknown.length > 0) {
    const [s, are] = unknown.length + moreUnknown > 1 ? ['s', 'are'] : ['', 'is'];
    problems.push(`annotation${s} ${fewOf(unknown, NAMED, moreUnknown)} ${are} not known: ${KNOWN_KEYS}.`);
  }
  const config = annotations[ANNOTATION_PREFIX + CONFIG_KEY];
  return config === undefined ? flat : { ...configValues(config, problems), ...flat };
}

function configValues(text: string, problems: string[]): Record<string, string> {
  const name = `annotation ${ANNOTATION_PREFIX}${CONFIG_KEY}`;
  if (text === CUT) {
    problems.push(`${name} is longer than ${CONFIG_MAX_BYTES} bytes and was not read: ${KNOWN_KEYS}.`);
    return {};
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    problems.push(`${name} is not JSON: write {"min-replicas": 2, "max-replicas": 10}.`);
    return {};
  }
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    problems.push(`${name} must be one flat JSON object of strings, numbers and booleans.`);
    return {};
  }
  const values: Record<string, string> = {};
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(parsed.data)) {
    const field = key.replaceAll('_', '-');
    if (Object.hasOwn(POLICY_FIELDS, field)) values[field] = String(value);
    else unknown.push(quoted(key));
  }
  const keys = unknown.length > 1 ? 'unknown keys' : 'an unknown key';
  if (unknown.length > 0) problems.push(`${name} has ${keys} ${fewOf(unknown, NAMED)}: ${KNOWN_KEYS}.`);
  return values;
}

function applyValues(
  policy: Policy,
  values: Readonly<Record<string, string>>,
  where: string,
  problems: string[],
): Policy {
  let result = policy;
  for (const [key, text] of Object.entries(values)) {
    const field = Object.hasOwn(POLICY_FIELDS, key) ? POLICY_FIELDS[key] : undefined;
    const next = field?.set(result, text.trim());
    if (next !== undefined) result = next;
    else problems.push(`${where}${key} is ${quoted(text)}: expected ${field?.expected ?? 'no such key'}.`);
  }
  return result;
}

/** A value from the cluster, cut and without control or direction characters, fit for a message. */
function quoted(text: string): string {
  return JSON.stringify(cleanText(text, 60));
}
