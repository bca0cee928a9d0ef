// From annotations, the record in the table and the HPA's bounds to one policy: a value that cannot be read never half-applies.

import * as z from 'zod';
import { cappedTexts, cleanText, fewOf } from '../text/clean-text.ts';
import type { HpaStatus } from './hpa-status.ts';
import type { Observation } from './observation.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';
import {
  ANNOTATION_PREFIX,
  CONFIG_KEY,
  ENABLED_ALIAS,
  ENABLED_KEY,
  LAST_DECISION_ANNOTATION,
  POLICY_FIELDS,
} from './policy-fields.ts';
import type { PerSignal, SignalDefinition, SignalName } from './signal.ts';
import { SIGNAL_KEY, signalOfKey } from './signal-annotation.ts';
import { withSignals } from './signals-from-annotations.ts';
import type { EpochMs } from './time.ts';

/** Every key with its longest value takes half of it. */
export const CONFIG_MAX_BYTES = 1000;
/** At the end of a value that was cut, and in place of a config that was: neither is acceptable then. */
export const CUT = '…';
const KNOWN_KEYS = `known are ${Object.keys(POLICY_FIELDS).join(', ')}, ${SIGNAL_KEY}NAME`;
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
  /** What the installation knows of the signals that are named; nothing unless given. */
  readonly definitions?: PerSignal<SignalDefinition>;
  readonly tickSeconds: number;
  /** A pause that ended before is none. Absent: a pause stands whatever its end. */
  readonly now?: EpochMs;
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
  if (sources.now !== undefined) policy = withoutEndedPause(policy, sources.now);
  policy = withSignals(policy, { ...recorded, ...annotated }, sources.definitions ?? {}, problems);
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

function withoutEndedPause(policy: Policy, now: EpochMs): Policy {
  const { pausedUntil, pausedReason: _reason, ...rest } = policy;
  return pausedUntil === undefined || now < pausedUntil ? policy : { ...rest, paused: false };
}

/** The policy keys that annotations state: the API refuses to change these, since they are in Git. */
export function annotatedKeys(annotations: Readonly<Record<string, string>>): readonly string[] {
  const keys = Object.keys(annotatedValues(annotations, []));
  return keys.map((key) => (key === ENABLED_ALIAS ? ENABLED_KEY : key));
}

/** Signals that annotations name, whether or not the installation has them. */
export function signalsNamed(annotations: Readonly<Record<string, string>>): readonly SignalName[] {
  return annotatedKeys(annotations).flatMap((key) => signalOfKey(key) ?? []);
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

/** Whether a policy has such a key. */
function isKey(name: string): boolean {
  return Object.hasOwn(POLICY_FIELDS, name) || signalOfKey(name) !== null;
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
    if (isKey(name)) flat[name] = value;
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
    if (isKey(field)) values[field] = String(value);
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
    if (signalOfKey(key) !== null) continue;
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

/**
 * From its annotations, its record, its HPA and the defaults.
 * @param previous as the last tick left it: where nobody states a maximum, what ran then may run again
 */
export function policyOf(
  observation: Observation,
  record: { readonly values: Readonly<Record<string, string>> } | undefined,
  tickSeconds: number,
  previous: { readonly ranAtMost?: number } | undefined,
): Policy {
  return readPolicy({
    annotations: observation.annotations,
    ...(observation.moreUnknown !== undefined && { moreUnknown: observation.moreUnknown }),
    record: record?.values ?? null,
    hpa: observation.hpa,
    ...(observation.definitions !== undefined && { definitions: observation.definitions }),
    tickSeconds,
    now: observation.at,
    running: Math.max(observation.replicas.spec, previous?.ranAtMost ?? 0),
  });
}
