// What annotations of a Deployment or of its namespace state under our prefix, key by key: flat, or within one JSON.
import * as z from 'zod';
import { cleanText, fewOf } from '../text/clean-text.ts';
import {
  ANNOTATION_PREFIX,
  CONFIG_KEY,
  ENABLED_ALIAS,
  ENABLED_KEY,
  LAST_DECISION_ANNOTATION,
  POLICY_FIELDS,
} from './policy-fields.ts';
import type { SignalName } from './signal.ts';
import { SIGNAL_KEY, signalOfKey } from './signal-annotation.ts';

/** Every key with its longest value takes half of it. */
export const CONFIG_MAX_BYTES = 1000;
/** At the end of a value that was cut, and in place of a config that was: neither is acceptable then. */
export const CUT = '…';
/** Unknown keys that are named; the rest is counted. */
const NAMED = 3;

/** Annotations under `ai4k8s.io/`, with prefix, as they are kept of an object. Attacker input. */
export interface Annotated {
  readonly annotations: Readonly<Record<string, string>>;
  /** Unknown keys under that prefix that are not in `annotations`: there may be thousands. */
  readonly moreUnknown?: number;
}

/** Whose annotations they are: which keys they may state, and how a sentence begins that is about them. */
export interface Scope {
  readonly isKey: (name: string) => boolean;
  /** Which keys there are, for whoever mistyped one. */
  readonly known: string;
  readonly of: string;
}

const DEPLOYMENT: Scope = {
  isKey: (name) => Object.hasOwn(POLICY_FIELDS, name) || signalOfKey(name) !== null,
  known: `known are ${Object.keys(POLICY_FIELDS).join(', ')}, ${SIGNAL_KEY}NAME`,
  of: '',
};

/** The policy keys that annotations state: the API refuses to change these, since they are in Git. */
export function annotatedKeys(annotations: Readonly<Record<string, string>>): readonly string[] {
  const keys = Object.keys(annotatedValues({ annotations }, []));
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

const configSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/**
 * What annotations under our prefix say, by key without it; those of the JSON give in to the flat ones.
 * @param problems takes a sentence for what is not known
 */
export function annotatedValues(
  { annotations, moreUnknown = 0 }: Annotated,
  problems: string[],
  scope: Scope = DEPLOYMENT,
): Record<string, string> {
  const flat: Record<string, string> = {};
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(annotations)) {
    const name = key.startsWith(ANNOTATION_PREFIX) ? key.slice(ANNOTATION_PREFIX.length) : '';
    if (scope.isKey(name)) flat[name] = value;
    else if (name !== '' && name !== CONFIG_KEY && key !== LAST_DECISION_ANNOTATION)
      unknown.push(ANNOTATION_PREFIX + cleanText(name, 63));
  }
  if (unknown.length > 0) {
    const [s, are] = unknown.length + moreUnknown > 1 ? ['s', 'are'] : ['', 'is'];
    problems.push(`${scope.of}annotation${s} ${fewOf(unknown, NAMED, moreUnknown)} ${are} not known: ${scope.known}.`);
  }
  const config = annotations[ANNOTATION_PREFIX + CONFIG_KEY];
  return config === undefined ? flat : { ...configValues(config, problems, scope), ...flat };
}

function configValues(text: string, problems: string[], scope: Scope = DEPLOYMENT): Record<string, string> {
  const name = `${scope.of}annotation ${ANNOTATION_PREFIX}${CONFIG_KEY}`;
  if (text === CUT) {
    problems.push(`${name} is longer than ${CONFIG_MAX_BYTES} bytes and was not read: ${scope.known}.`);
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
    if (scope.isKey(field)) values[field] = String(value);
    else unknown.push(quoted(key));
  }
  const keys = unknown.length > 1 ? 'unknown keys' : 'an unknown key';
  if (unknown.length > 0) problems.push(`${name} has ${keys} ${fewOf(unknown, NAMED)}: ${scope.known}.`);
  return values;
}

/** A value from the cluster, cut and without control or direction characters, fit for a message. */
export function quoted(text: string): string {
  return JSON.stringify(cleanText(text, 60));
}
