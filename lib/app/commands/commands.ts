// What a person may ask for: enable, disable, pause and apply. Each is its own consent and is recorded with who asked.

import type { Decision, DecisionRecord } from '../../domain/decision/decision.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import { modeProblem } from '../../domain/hpa/floors-only.ts';
import { annotatedKeys, statedAt } from '../../domain/workload/annotated-values.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { ENABLED_KEY, POLICY_FIELDS } from '../../domain/workload/policy-fields.ts';
import { policyOf } from '../../domain/workload/policy-from-annotations.ts';
import { applyDecision, type Consent, mustGiveBack, whyNot } from '../apply/apply-decision.ts';
import type { GivenBack } from '../apply/give-floor-back.ts';
import { oursMeanwhile, standingOf } from '../known-state.ts';
import { isUnmarked, observeWorkload, withKnownFloor } from '../observe/observe.ts';
import type { EventRecorder } from '../ports/cluster.ts';
import type { PolicyStore } from '../ports/policy-store.ts';
import type { ScheduleStore } from '../ports/schedule-store.ts';
import type { TickStore } from '../ports/tick-store.ts';
import type { Clock, EventSink } from '../ports/world.ts';
import { recommend, type Stored } from '../recommend.ts';
import type { DecidePorts, DecideSettings } from '../tick/decide-shard.ts';
import { boundsNotes } from './bounds-notes.ts';
import { heldByBreaker } from './breaker-hold.ts';
import { carryOutPolicyChange } from './change-policy.ts';
import { withoutOptIn } from './opt-in.ts';
import { type AskingPorts, carryOutRequest } from './request-journal.ts';

export interface CommandPorts extends DecidePorts, AskingPorts {
  readonly policies: PolicyStore;
  readonly schedules: ScheduleStore;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly ticks: TickStore;
  readonly noticeBoard: EventRecorder;
}

export interface CommandSettings extends DecideSettings {
  /** Enable also marks the Deployment itself, as the seeds describe; needs the optional role. */
  readonly annotateOnEnable: boolean;
}

export type CommandResult =
  | {
      readonly kind: 'done';
      readonly record: DecisionRecord | null;
      /** What was given back to HPAs because the workload is no longer scaled through them. */
      readonly released?: readonly GivenBack[];
      /** What earlier commands recorded and this one leaves as it is, keys without prefix. */
      readonly kept?: Readonly<Record<string, string>>;
      /** What to know of the bounds. */
      readonly notes?: readonly string[];
    }
  | { readonly kind: 'not_found' }
  /** A key is annotated: it is in Git, and the API must not argue with it. */
  | {
      readonly kind: 'annotated';
      /** Each as the Deployment spells it, and the annotation that holds it. */
      readonly stated: readonly { readonly key: string; readonly annotation: string }[];
      /** Why an opt-in could not be changed where annotating is granted. */
      readonly refusal?: string;
    }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

type Values = Readonly<Record<string, string>>;

/** Changes a workload's record; `then` says whether a decision is made and applied at once. */
export async function changePolicy(
  ports: CommandPorts,
  settings: CommandSettings,
  ref: WorkloadRef,
  asked: Values,
  requestedBy: string | null,
  then: 'decide' | 'nothing',
): Promise<CommandResult> {
  const present = await lookAt(ports, ref);
  if (present === null) return changeAbsent(ports, ref, asked, requestedBy);
  const values = { ...asked, ...trustOf(asked, present) };
  const problem = modeProblem(ref, values.mode);
  if (problem !== null) return { kind: 'invalid', problems: [problem] };
  const { observed } = present;
  // The optional role reaches no further than Deployments.
  const isOurs = settings.annotateOnEnable && ref.kind === undefined && Object.hasOwn(values, ENABLED_KEY);
  const annotations = isOurs ? withoutOptIn(observed.annotations) : observed.annotations;
  const clash = annotatedKeys(annotations).filter((key) => Object.hasOwn(stated(values), key));
  if (clash.length > 0) return annotated(annotations, clash);
  const known = await ports.policies.stated(ref);
  const before = known.record ?? {};
  const merged = stated({ ...before, ...values });
  const policyWith = (record: Values) =>
    policyOf({ ...observed, annotations }, { ...known, record }, settings.tickSeconds, present.stored?.latest);
  const problemsBefore = policyWith(before).problems;
  const problems = policyWith(merged).problems.filter((problem) => !problemsBefore.includes(problem));
  if (problems.length > 0) return { kind: 'invalid', problems };
  const { released, refusal } = await carryOutPolicyChange(ports, settings, {
    ...present,
    annotations,
    record: { workload: ref, values: merged, updatedAt: observed.at, updatedBy: requestedBy },
    values,
    optIn: isOurs ? values[ENABLED_KEY] === 'true' : null,
  });
  if (refusal !== null) return annotated(observed.annotations, [ENABLED_KEY], refusal);
  const kept = Object.fromEntries(Object.entries(before).filter(([key]) => !Object.hasOwn(values, key)));
  if (then === 'nothing') return { kind: 'done', record: null, released, kept };
  const policy = policyWith(merged);
  const { notes, isOverMax } = boundsNotes(policy, observed);
  const decided = await decideNow(ports, settings, ref, requestedBy, isOverMax ? 'nobody' : 'schedule');
  return decided.kind === 'done' ? { ...decided, released, kept, notes } : decided;
}

/** Whoever enables or resumes a demoted workload trusts it again. */
function trustOf({ paused }: Values, { observed, stored }: Present): Values {
  if (paused !== 'false' || stored?.latest.harm?.demoted === undefined) return {};
  return { 'trusted-since': new Date(observed.at).toISOString() };
}

/** An empty value takes its key out of the record. */
function stated(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

function annotated(annotations: Values, keys: readonly string[], refusal?: string): CommandResult {
  const stated = keys.flatMap((key) => statedAt(annotations, key));
  return { kind: 'annotated', stated, ...(refusal !== undefined && { refusal }) };
}

/** An opt-in outlives its Deployment and would hold for the next one of that name: it can be withdrawn all the same. */
async function changeAbsent(
  ports: CommandPorts,
  ref: WorkloadRef,
  values: Values,
  requestedBy: string | null,
): Promise<CommandResult> {
  const before = await ports.policies.get(ref);
  if (before === null || values[ENABLED_KEY] !== 'false') return { kind: 'not_found' };
  const merged = { ...before.values, ...values };
  await ports.policies.put({ workload: ref, values: merged, updatedAt: ports.clock.now(), updatedBy: requestedBy });
  return { kind: 'done', record: null };
}

/**
 * Decides for one workload on fresh readings and carries the decision out.
 * @param consent `nobody`: only to be told, and left to the next tick
 * @param unless what keeps a decision from being carried out, by what it came to
 */
export async function decideNow(
  ports: CommandPorts,
  settings: DecideSettings,
  ref: WorkloadRef,
  requestedBy: string | null,
  consent: Consent | 'nobody',
  unless: (decision: Decision) => Outcome | null = () => null,
): Promise<CommandResult> {
  const present = await lookAt(ports, ref);
  if (present === null) return { kind: 'not_found' };
  const { observed: observation, stored } = present;
  const draft = { ...(await recommend(ports, settings, stored, observation)), requestedBy };
  const { decision, assessment } = draft;
  const { policy } = assessment;
  const isRelease = mustGiveBack(decision, policy, observation);
  const reserved = isRelease
    ? null
    : consent === 'nobody'
      ? FROM_THE_NEXT_TICK
      : (laterProposed(whyNot(decision, policy, observation, consent)) ??
        unless(decision) ??
        (await heldByBreaker(ports.ticks, decision)));
  const record = await carryOutRequest(
    ports,
    isRelease
      ? {
          kind: 'released',
          done: { kind: 'recommended', code: 'floor_given_back', message: 'its floor is given back' },
        }
      : DECISION,
    draft,
    reserved ??
      ((noted) =>
        applyDecision(ports, decision, policy, observation, consent === 'person' ? 'person' : 'schedule', (replicas) =>
          oursMeanwhile(ports, noted.decision, replicas),
        )),
  );
  return { kind: 'done', record };
}

const DECISION = { kind: 'decision' } as const;
const FROM_THE_NEXT_TICK: Outcome = {
  kind: 'recommended',
  code: 'next_tick',
  message: 'the next tick takes the first step',
};

/** What waits for approval is what a tick left, under the name that it gave. */
function laterProposed(outcome: Outcome | null): Outcome | null {
  if (outcome?.code !== 'proposed') return outcome;
  return {
    kind: 'recommended',
    code: 'next_tick',
    message: 'the next tick proposes the change, if it is still wanted then',
  };
}

export interface Present {
  readonly observed: Observation;
  readonly stored: Stored | null;
}

/** What is there, and what is known of it. A tick or another request may change it between the two: then it is looked at again. */
export async function lookAt(ports: CommandPorts, ref: WorkloadRef): Promise<Present | null> {
  const observed = await observeNow(ports, ref);
  if (observed === null) return null;
  const stored = await standingOf(ports, observed);
  if (!isBehind(observed, stored)) return { observed, stored };
  const again = await observeNow(ports, ref);
  return again === null ? null : { observed: again, stored: await standingOf(ports, again) };
}

/** What was observed is what a change of ours started from: older than that, or somebody took it back. */
function isBehind({ replicas }: Observation, stored: Stored | null): boolean {
  const { decision, outcome } = stored?.latest.record ?? {};
  return outcome?.kind === 'applied' && decision?.current === replicas.spec && decision.target !== replicas.spec;
}

/** With the user's own minReplicas also where somebody stripped the annotations that say so. */
async function observeNow(ports: CommandPorts, ref: WorkloadRef): Promise<Observation | null> {
  const observation = await observeWorkload(ports, ref, ports.clock.now());
  if (observation === null || !isUnmarked(observation)) return observation;
  return withKnownFloor(observation, await ports.floors.get(ref));
}

/** The keys of a request body in the record's own spelling. */
export function recordValues(body: Readonly<Record<string, string | number | boolean | undefined>>) {
  const entries = Object.entries(body).flatMap(([key, value]) => {
    const field = key.replaceAll('_', '-');
    return value === undefined || !Object.hasOwn(POLICY_FIELDS, field) ? [] : [[field, String(value)] as const];
  });
  return Object.fromEntries(entries);
}
