// The levels above a Deployment, read lowest first: defaults that give in to whatever is stated below them, caps that do not.

import {
  ALLOW_ZERO_KEY,
  CAP_MAX_KEY,
  CAP_MODE_KEY,
  CAP_MODES,
  type CapMode,
  type LevelName,
  problemsOfLevel,
  readCapMax,
  readCapMode,
  readFlag,
  readNamespaces,
  type Values,
} from './level-fields.ts';
import type { Policy } from './policy.ts';
import { ANNOTATION_PREFIX, ENABLED_ALIAS, ENABLED_KEY, POLICY_FIELDS } from './policy-fields.ts';
import { isSystemNamespace } from './system-namespaces.ts';

/** What one level states. */
export interface PolicyLevel {
  readonly name: LevelName;
  readonly values: Values;
}

/** What gave a value. */
export type Origin =
  | LevelName
  | `cap of the ${LevelName}`
  | 'opt-in of the namespace'
  | 'HPA'
  | 'record'
  | 'annotation';
/** By the policy's keys; what no key is in here for has the built-in default. */
export type Origins = Readonly<Record<string, Origin>>;

interface Cap<T> {
  readonly value: T;
  readonly by: LevelName;
}

/** The least that any level allows. */
interface Caps {
  readonly max: Cap<number> | null;
  readonly mode: Cap<CapMode> | null;
}

export interface FromAbove {
  /** The base with what levels state in it. */
  readonly policy: Policy;
  readonly from: Origins;
  readonly caps: Caps;
  /** Levels that speak of the namespace itself give it a mode. */
  readonly namespaceStatesMode: boolean;
  /** What was stated and does not hold, a sentence each. */
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

/** How a sentence begins that is about a key of the level. */
const SAID_OF: Readonly<Record<LevelName, string>> = {
  installation: 'POLICY_DEFAULTS: ',
  'cluster record': 'recorded for the cluster: ',
  'namespace record': 'recorded for the namespace: ',
  'namespace annotation': `namespace annotation ${ANNOTATION_PREFIX}`,
};

const OF_NAMESPACE: readonly LevelName[] = ['namespace record', 'namespace annotation'];

/**
 * @param base the built-in defaults
 * @param levels lowest first; a value that cannot be read is a problem, and no part of the policy
 * @param namespace absent where it is not known: then nothing is allowed that is allowed by name
 */
export function readLevels(base: Policy, levels: readonly PolicyLevel[], namespace?: string): FromAbove {
  const read = levels.map(readLevel);
  const statements = read.flatMap(({ sound }) => sound);
  const { policy, from } = withDefaults(base, statements);
  const isSystem = policy.enabled && namespace !== undefined && isSystemNamespace(namespace);
  const { [ENABLED_KEY]: _refused, ...others } = from;
  return {
    policy: {
      ...policy,
      enabled: policy.enabled && !isSystem,
      ...(isZeroAllowed(statements, namespace) && { allowZero: true as const }),
    },
    from: isSystem ? others : from,
    caps: capsOf(statements),
    namespaceStatesMode: statements.some(({ level, key }) => OF_NAMESPACE.includes(level) && key === 'mode'),
    notes: isSystem ? [`an opt-in of all of ${namespace} is not taken: enable its workloads one by one`] : [],
    problems: read.flatMap(({ problems }) => problems),
  };
}

/** One value that can be read. */
interface Statement {
  readonly level: LevelName;
  readonly key: string;
  readonly text: string;
}

function readLevel({ name, values }: PolicyLevel) {
  const wrong = problemsOfLevel(name, values);
  const sound = Object.entries(values).flatMap(([key, text]): readonly Statement[] =>
    wrong.some((one) => one.key === key) ? [] : [{ level: name, key, text: text.trim() }],
  );
  return { sound, problems: wrong.map(({ key, message }) => `${SAID_OF[name]}${key} ${message}.`) };
}

function withDefaults(base: Policy, statements: readonly Statement[]) {
  const from: Record<string, Origin> = {};
  let policy = base;
  for (const { level, key, text } of statements) {
    const next = POLICY_FIELDS[key]?.set(policy, text);
    if (next === undefined) continue;
    policy = next;
    from[key === ENABLED_ALIAS ? ENABLED_KEY : key] = level;
  }
  return { policy, from: from as Origins };
}

function capsOf(statements: readonly Statement[]): Caps {
  let caps: Caps = { max: null, mode: null };
  for (const { level: by, key, text } of statements) {
    const max = key === CAP_MAX_KEY ? readCapMax(text) : undefined;
    if (max !== undefined) caps = { ...caps, max: lesser(caps.max, { value: max, by }, (value) => value) };
    const mode = key === CAP_MODE_KEY ? readCapMode(text) : undefined;
    if (mode !== undefined)
      caps = { ...caps, mode: lesser(caps.mode, { value: mode, by }, (value) => CAP_MODES.indexOf(value)) };
  }
  return caps;
}

function lesser<T>(before: Cap<T> | null, now: Cap<T>, rank: (value: T) => number): Cap<T> {
  return before !== null && rank(before.value) <= rank(now.value) ? before : now;
}

/** As the nearest level says that says anything. */
function isZeroAllowed(statements: readonly Statement[], namespace: string | undefined): boolean {
  const last = statements.findLast(({ key }) => key === ALLOW_ZERO_KEY);
  if (last === undefined) return false;
  if (last.level !== 'installation') return readFlag(last.text) === true;
  return namespace !== undefined && readNamespaces(last.text)?.includes(namespace) === true;
}

/** A policy within caps. */
interface Clipped {
  readonly policy: Policy;
  readonly from: Origins;
  readonly notes: readonly string[];
}

/**
 * Clips what asks for more than the levels above allow: said, and no mistake of whoever asked.
 * @param unreadMax where some level cannot be read: the most that no cap could be meant to forbid
 */
export function withinCaps(policy: Policy, from: Origins, { max, mode }: Caps, unreadMax: number | null): Clipped {
  const notes: string[] = [];
  let [clipped, origins]: [Policy, Origins] = [policy, from];
  const most = Math.min(max?.value ?? Number.POSITIVE_INFINITY, unreadMax ?? Number.POSITIVE_INFINITY);
  if (most < policy.max) {
    const { maxIsDefault: _ordered, ...bounded } = clipped;
    clipped = { ...bounded, max: most, min: Math.min(policy.min, most) };
    if (max !== null && most === max.value) {
      clipped = { ...clipped, maxCappedBy: max.by };
      origins = { ...origins, 'max-replicas': `cap of the ${max.by}` };
      notes.push(
        `max-replicas ${policy.max}${said(from['max-replicas'])} is more than ${CAP_MAX_KEY} of the ${max.by}: ${most} holds`,
      );
      if (policy.min > most) {
        origins = { ...origins, 'min-replicas': `cap of the ${max.by}` };
        notes.push(
          `min-replicas ${policy.min}${said(from['min-replicas'])} is more than ${CAP_MAX_KEY} of the ${max.by}: ${most} holds`,
        );
      }
    }
  }
  if (mode === null || !policy.enabled || rankOf(policy) <= CAP_MODES.indexOf(mode.value))
    return { policy: clipped, from: origins, notes };
  const by: Origin = `cap of the ${mode.by}`;
  if (mode.value === 'off') {
    notes.push(`enabled${said(from[ENABLED_KEY])} is more than ${CAP_MODE_KEY} off of the ${mode.by}: it stays off`);
    return { policy: { ...clipped, enabled: false }, from: { ...origins, [ENABLED_KEY]: by }, notes };
  }
  notes.push(
    `mode ${policy.mode}${said(from.mode)} is more than ${CAP_MODE_KEY} of the ${mode.by}: ${mode.value} holds`,
  );
  return { policy: { ...clipped, mode: mode.value }, from: { ...origins, mode: by }, notes };
}

/** How far it goes by itself, in the caps' own steps; what asks nobody is above all of them. */
function rankOf({ mode }: Policy): number {
  return mode === 'recommend' || mode === 'propose' ? CAP_MODES.indexOf(mode) : CAP_MODES.length;
}

function said(origin: Origin | undefined): string {
  return origin === undefined ? '' : ` (${origin})`;
}
