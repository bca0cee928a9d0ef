// From the levels above, the HPA's bounds, the record in the table and annotations to one policy: a value that cannot be read
// never half-applies.

import { cappedTexts } from '../text/clean-text.ts';
import { type Annotated, annotatedValues, quoted, type Scope } from './annotated-values.ts';
import { type Demotion, isInForce } from './demotion.ts';
import type { HpaStatus } from './hpa-status.ts';
import { LEVEL_FIELDS, type Values } from './level-fields.ts';
import type { Observation } from './observation.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';
import { ANNOTATION_PREFIX, ENABLED_ALIAS, ENABLED_KEY, POLICY_FIELDS } from './policy-fields.ts';
import {
  type FromAbove,
  type Origin,
  type Origins,
  type PolicyLevel,
  readLevels,
  withinCaps,
} from './policy-levels.ts';
import type { PerSignal, SignalDefinition } from './signal.ts';
import { signalOfKey } from './signal-annotation.ts';
import { withSignals } from './signals-from-annotations.ts';
import type { EpochMs } from './time.ts';

/** Sentences that one policy has; the rest is counted. */
const PROBLEMS_TOLD = 6;
const PROBLEM_MAX_BYTES = 600;

export interface PolicySources extends Annotated {
  /** The record in the table, keys without prefix. */
  readonly record: Values | null;
  readonly hpa: HpaStatus | null;
  /** What is above it, lowest first. Absent: nothing is. */
  readonly levels?: readonly PolicyLevel[];
  /** As its namespace's object has them. Absent where nobody looks. */
  readonly inNamespace?: Observation['inNamespace'];
  readonly namespace?: string;
  /** What the installation knows of the signals that are named; nothing unless given. */
  readonly definitions?: PerSignal<SignalDefinition>;
  /** Who does not know the installation's signals leaves out what names them: it is for the ticks to say that one is none. */
  readonly ignoresSignals?: true;
  readonly tickSeconds: number;
  /** A pause that ended before is none. Absent: a pause stands whatever its end. */
  readonly now?: EpochMs;
  /** The most replicas that are known to have run: where nobody states a maximum, no default takes any of them away. */
  readonly running?: number;
  /** As its memory has it; in force unless a person has trusted it since. */
  readonly demoted?: Demotion;
}

/** A policy, and which level gave which of its values. */
export interface ResolvedPolicy {
  readonly policy: Policy;
  readonly from: Origins;
}

/** As `resolvePolicy`, without where its values are from. */
export function readPolicy(sources: PolicySources): Policy {
  return resolvePolicy(sources).policy;
}

/**
 * Reads a workload's policy. Annotations win over the record, the record over the HPA's bounds, those over what its namespace,
 * its cluster and the installation state, and that over the built-in defaults.
 * A default never orders: without a maximum stated for the workload itself the bound is the larger of the default, the minimum
 * and what ran. A cap does: nothing below it is wider.
 * A value that cannot be read never half-applies, at whatever level: the policy then says so in `problems` and its mode is
 * `recommend`.
 */
export function resolvePolicy(sources: PolicySources): ResolvedPolicy {
  const { record, hpa, namespace, running = 0, demoted, now = 0 } = sources;
  const problems: string[] = [];
  const annotated = annotatedValues(sources, problems);
  const recorded = record ?? {};
  const base: Policy = { ...DEFAULT_POLICY, tickSeconds: sources.tickSeconds };
  const wrongAbove: string[] = [];
  const above = readLevels(base, levelsOf(sources, wrongAbove), namespace);
  wrongAbove.push(...above.problems);
  problems.push(...wrongAbove);
  let policy: Policy = { ...above.policy, ...(hpa !== null && boundsOfHpa(hpa)) };
  policy = applyValues(policy, recorded, 'recorded ', problems);
  policy = applyValues(policy, annotated, `annotation ${ANNOTATION_PREFIX}`, problems);
  if (sources.now !== undefined) policy = withoutEndedPause(policy, sources.now);
  if (!sources.ignoresSignals)
    policy = withSignals(policy, { ...recorded, ...annotated }, sources.definitions ?? {}, problems);
  const isStated = (key: string) => [recorded, annotated].some((values) => Object.hasOwn(values, key));
  if (hpa === null && !isStated('max-replicas'))
    policy = { ...policy, max: Math.max(policy.max, policy.min, running), maxIsDefault: true };
  if (demoted !== undefined && isInForce(demoted, policy.trustedSince, now)) policy = { ...policy, demoted };
  if (policy.min > policy.max) {
    if (isStated('min-replicas') || hpa !== null)
      problems.push(
        `min-replicas ${policy.min} is above max-replicas ${policy.max}: set min-replicas to at most max-replicas.`,
      );
    policy = { ...policy, min: policy.max };
  }
  const from = originsOf(above, hpa, recorded, annotated);
  return finished(policy, from, above, problems, {
    hasHpa: hpa !== null,
    isOptInOfNamespace: policy.enabled && !isStated(ENABLED_KEY) && !isStated(ENABLED_ALIAS),
    statesMode: isStated('mode') || above.namespaceStatesMode,
    unreadMax: wrongAbove.length > 0 ? Math.max(1, running, hpa?.minReplicas ?? 0) : null,
  });
}

interface Standing {
  readonly hasHpa: boolean;
  readonly isOptInOfNamespace: boolean;
  readonly statesMode: boolean;
  readonly unreadMax: number | null;
}

/** Under its caps, and under what cannot be read. */
function finished(
  stated: Policy,
  from: Origins,
  above: FromAbove,
  problems: readonly string[],
  { hasHpa, isOptInOfNamespace, statesMode, unreadMax }: Standing,
): ResolvedPolicy {
  const isQuiet = isOptInOfNamespace && !statesMode;
  const asked: Policy = isQuiet ? { ...stated, mode: 'recommend' } : stated;
  const asking: Origins = isQuiet ? { ...from, mode: 'opt-in of the namespace' } : from;
  const capped = withinCaps(asked, asking, above.caps, unreadMax);
  // Who wants floors alone is not to be proposed anything else.
  const isFloorless = asked.mode === 'hpa-floor' && capped.policy.mode === 'propose' && !hasHpa;
  const clipped = [...above.notes, ...capped.notes];
  const policy: Policy = {
    ...capped.policy,
    ...(isFloorless && { mode: 'recommend' as const }),
    ...(clipped.length > 0 && { clipped }),
  };
  if (problems.length === 0) return { policy, from: capped.from };
  const told = cappedTexts(problems, PROBLEMS_TOLD, PROBLEM_MAX_BYTES, 'problems of this workload');
  return { policy: { ...policy, mode: 'recommend', problems: told }, from: capped.from };
}

const NAMESPACE_SCOPE: Scope = {
  isKey: (name) => Object.hasOwn(LEVEL_FIELDS['namespace annotation'], name),
  known: `known are ${Object.keys(LEVEL_FIELDS['namespace annotation']).join(', ')}`,
  of: 'namespace ',
};

/** @param problems takes a sentence for what a namespace's annotations say that nobody can read */
function levelsOf({ levels = [], inNamespace }: PolicySources, problems: string[]): readonly PolicyLevel[] {
  if (inNamespace === undefined) return levels;
  if (inNamespace.unread !== undefined) problems.push(inNamespace.unread);
  const values = annotatedValues(inNamespace, problems, NAMESPACE_SCOPE);
  return [...levels, { name: 'namespace annotation', values }];
}

function originsOf(above: FromAbove, hpa: HpaStatus | null, record: Values, annotated: Values): Origins {
  const from: Record<string, Origin> = { ...above.from };
  if (hpa !== null) Object.assign(from, { 'min-replicas': 'HPA', 'max-replicas': 'HPA' } as const);
  for (const [origin, values] of [
    ['record', record],
    ['annotation', annotated],
  ] as const)
    for (const key of Object.keys(values)) from[key === ENABLED_ALIAS ? ENABLED_KEY : key] = origin;
  return from;
}

function withoutEndedPause(policy: Policy, now: EpochMs): Policy {
  const { pausedUntil, pausedReason: _reason, ...rest } = policy;
  return pausedUntil === undefined || now < pausedUntil ? policy : { ...rest, paused: false };
}

function boundsOfHpa(hpa: HpaStatus): Pick<Policy, 'min' | 'max'> {
  // While we hold its minReplicas, the user's own is still his minimum: our floor must not hold itself up.
  const min = hpa.ownMinReplicas ?? hpa.minReplicas;
  return { min: Math.max(1, min), max: Math.max(1, hpa.maxReplicas) };
}

function applyValues(policy: Policy, values: Values, where: string, problems: string[]): Policy {
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

/** What is stated of a workload beside its own object: above it, and in its record. */
export interface Stated {
  readonly record: Values | null;
  /** Lowest first, without what its namespace's object says. */
  readonly levels: readonly PolicyLevel[];
}

type Seen = Pick<
  Observation,
  'workload' | 'at' | 'annotations' | 'moreUnknown' | 'inNamespace' | 'hpa' | 'definitions' | 'replicas'
> &
  Pick<PolicySources, 'ignoresSignals'>;
type Previous = { readonly ranAtMost?: number; readonly harm?: { readonly demoted?: Demotion } } | undefined;

/**
 * From its annotations, its record, its HPA, what is above it and the defaults: all that makes a policy makes it here.
 * @param previous as the last tick left it: where nobody states a maximum, what ran then may run again; and a demotion stands
 */
export function policyOf(observation: Seen, stated: Stated, tickSeconds: number, previous: Previous): Policy {
  return policyWithOrigins(observation, stated, tickSeconds, previous).policy;
}

/** As `policyOf`, with which level gave which value. */
export function policyWithOrigins(
  observation: Seen,
  stated: Stated,
  tickSeconds: number,
  previous: Previous,
): ResolvedPolicy {
  const { annotations, moreUnknown, inNamespace, definitions, hpa, workload, at, replicas } = observation;
  return resolvePolicy({
    ...(observation.ignoresSignals && { ignoresSignals: true }),
    annotations,
    ...(moreUnknown !== undefined && { moreUnknown }),
    record: stated.record,
    levels: stated.levels,
    ...(inNamespace !== undefined && { inNamespace }),
    namespace: workload.namespace,
    hpa,
    ...(definitions !== undefined && { definitions }),
    tickSeconds,
    now: at,
    running: Math.max(replicas.spec, previous?.ranAtMost ?? 0),
    ...(previous?.harm?.demoted && { demoted: previous.harm.demoted }),
  });
}
