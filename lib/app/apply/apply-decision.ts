// Applies a decision, and says what became of it: scales a Deployment, moves or gives back the floor of an HPA.

import type { Decision } from '../../domain/decision/decision.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import { revalidate } from '../../domain/decision/revalidate.ts';
import { floorFor, mayHoldFloor, worksThroughHpa } from '../../domain/hpa/floor.ts';
import { notDownMessage, whyNoRaise } from '../../domain/hpa/user-intent.ts';
import { demotionText } from '../../domain/workload/demotion.ts';
import type { HpaStatus } from '../../domain/workload/hpa-status.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { scaledByOther } from '../../domain/workload/other-writers.ts';
import type { Policy } from '../../domain/workload/policy.ts';
import { isWithinLimitHours } from '../../domain/workload/policy-at.ts';
import type { ClusterWriter } from '../ports/cluster.ts';
import { AdapterError } from '../ports/world.ts';
import type { FloorPorts } from './floor-on-hpa.ts';
import { type Known, lookedUp, noted, unsettled } from './lost-answer.ts';
import { releaseWorkload } from './release-floors.ts';
import { moveFloor } from './scale-through-hpa.ts';

export interface ApplyPorts extends FloorPorts {
  readonly writer: ClusterWriter;
}

/** `schedule` acts only where the policy opted in; `person` is an explicit request and its own consent. */
export type Consent = 'schedule' | 'person';

/** Who of our own set so many replicas meanwhile, in words; null where none of us did. */
export type Ours = (replicas: number) => Promise<string | null>;

/**
 * Carries out a decision where it may be, and says what became of it. Never throws: one workload never harms another.
 */
export async function applyDecision(
  ports: ApplyPorts,
  decision: Decision,
  policy: Policy,
  observation: Observation,
  consent: Consent,
  ours: Ours = () => Promise.resolve(null),
): Promise<Outcome> {
  try {
    if (mustGiveBack(decision, policy, observation)) return await giveFloorBack(ports, decision);
    const reserved = whyNot(decision, policy, observation, consent);
    if (reserved !== null) return reserved;
    if (decision.off === undefined && worksThroughHpa(policy, observation.owner))
      return await moveFloor(ports, decision, observation, policy.max);
    return await scale(ports, decision, observation, ours);
  } catch (error) {
    if (error instanceof AdapterError && error.code === 'kill_switch')
      return { kind: 'refused', code: 'kill_switch', message: error.message };
    return { kind: 'failed', code: 'error', message: error instanceof AdapterError ? error.message : String(error) };
  }
}

/** Why nothing is written, or null. */
export function whyNot(decision: Decision, policy: Policy, observation: Observation, consent: Consent): Outcome | null {
  const { off } = decision;
  if (off?.way === 'off') return { kind: 'unchanged', code: 'off_by_schedule', message: decision.reason };
  // What a window took is given back whatever was changed since: only a permission stands against it.
  const reserved = consent === 'schedule' && off?.way !== 'back' ? whyNotByItself(decision, policy) : null;
  if (reserved !== null) return reserved;
  const { blockedBy } = decision;
  if (blockedBy !== null) return { kind: 'refused', code: blockedBy, message: blockMessage(decision) };
  if (off?.way === 'back') return null;
  const { hpa } = observation;
  if (policy.mode === 'hpa-floor' && hpa === null)
    return {
      kind: 'refused',
      code: 'no_hpa',
      message: 'mode hpa-floor works through an HPA, and no HPA targets this workload',
    };
  const settled = whyNoChange(decision, policy, observation);
  const demoted = decision.target < decision.current ? policy.demoted : undefined;
  if (settled !== null || consent === 'person' || (policy.mode !== 'propose' && demoted === undefined)) return settled;
  const why = demoted === undefined ? '' : `: ${demotionText(demoted)}`;
  const message = `${changeOf(decision, policy, observation)} waits for approval${why}`;
  return { kind: 'recommended', code: 'proposed', message };
}

/** Why nothing is done that nobody asked for, or null. */
function whyNotByItself(decision: Decision, policy: Policy): Outcome | null {
  if (!policy.enabled) return { kind: 'recommended', code: 'not_enabled', message: notEnabledMessage(decision) };
  if (policy.problems.length > 0)
    return { kind: 'recommended', code: 'policy_invalid', message: policy.problems.join(' ') };
  if (policy.mode === 'recommend')
    return { kind: 'recommended', code: 'mode_recommend', message: 'mode recommend shows it and changes nothing' };
  if (!isWithinLimitHours(policy, decision.at))
    return { kind: 'recommended', code: 'outside_hours', message: `limit-hours is ${policy.limits?.hours?.text}` };
  return null;
}

function whyNoChange(decision: Decision, policy: Policy, { hpa, owner }: Observation): Outcome | null {
  if (hpa !== null && worksThroughHpa(policy, owner)) return whyNoFloor(decision, hpa, policy.max);
  if (decision.target === decision.current)
    return { kind: 'unchanged', code: 'at_target', message: `stays at ${decision.current} replicas` };
  return null;
}

/** What a decision would change, in words. */
function changeOf(decision: Decision, policy: Policy, { hpa, owner }: Observation): string {
  if (hpa === null || !worksThroughHpa(policy, owner)) return `${decision.current} → ${decision.target} replicas`;
  return `minReplicas of HPA ${hpa.name} ${hpa.minReplicas} → ${floorFor(decision, hpa, policy.max)}`;
}

function whyNoFloor(decision: Decision, hpa: HpaStatus, max: number): Outcome | null {
  const floor = floorFor(decision, hpa, max);
  if (floor === hpa.minReplicas) {
    const holds = decision.current > floor ? `; HPA holds ${decision.current}${notDownMessage(hpa)}` : '';
    return {
      kind: 'unchanged',
      code: 'floor_at_target',
      message: `minReplicas of HPA ${hpa.name} is already ${floor}${holds}`,
    };
  }
  const stopped = whyNoRaise(hpa, floor);
  return stopped === null ? null : { kind: 'refused', code: 'hpa_forbids_raise', message: stopped };
}

/** A floor outlives its reason where a policy was edited in Git: paused, disabled, another mode, or mistyped. */
export function mustGiveBack(decision: Decision, policy: Policy, { hpa, owner }: Observation): boolean {
  if (hpa?.ownMinReplicas === undefined || mayHoldFloor(policy, owner)) return false;
  return decision.forbiddenBy?.includes('kill_switch') !== true;
}

async function giveFloorBack(ports: ApplyPorts, decision: Decision): Promise<Outcome> {
  const results = await releaseWorkload(ports, decision.workload);
  const message = results.map((result) => result.message).join('; ');
  if (results.some(({ kind }) => kind === 'failed')) return { kind: 'failed', code: 'error', message };
  return { kind: 'recommended', code: 'floor_given_back', message: message || 'the floor was given back meanwhile' };
}

async function scale(ports: ApplyPorts, decision: Decision, observation: Observation, ours: Ours): Promise<Outcome> {
  const first = await scaledFrom(ports, decision, observation.resourceVersion, ours);
  if (first.kind !== 'conflict') return outcomeOf(first, decision);
  // A status update moves the version too: retried once, where what was decided still holds on a fresh reading.
  const fresh = await ports.reader.workload(decision.workload);
  if (fresh === null) return outcomeOf({ kind: 'not_found' }, decision);
  const { spec } = fresh.replicas;
  const stale = (spec === decision.current ? null : await ours(spec)) ?? revalidate(decision, observation, fresh);
  if (stale !== null) return { kind: 'conflict', code: 'changed_meanwhile', message: stale };
  return outcomeOf(await scaledFrom(ports, decision, fresh.resourceVersion, ours), decision);
}

function scaledFrom(
  { writer, reader }: ApplyPorts,
  decision: Decision,
  resourceVersion: string,
  ours: Ours,
): Promise<Known> {
  const { workload, target, at } = decision;
  return lookedUp(
    () =>
      isSwitchedOff(decision)
        ? writer.switchOff(workload, resourceVersion)
        : writer.scale(workload, target, resourceVersion),
    async () => {
      const fresh = await reader.workload(workload);
      if (fresh === null) return { isDone: false, found: 'the Deployment is gone' };
      const { spec } = fresh.replicas;
      if (spec !== target || scaledByOther(fresh, at)) return { isDone: false, found: `${spec} replicas were found` };
      // Another of ours may have set the very same number: then it is not known whose it is.
      const whose = await ours(spec);
      return { isDone: whose === null, found: whose ?? '' };
    },
  );
}

/** By a person's window, and by nothing else: `scale` refuses a 0. */
function isSwitchedOff({ target, off }: Decision): boolean {
  return target === 0 && off?.way === 'down';
}

function outcomeOf(result: Known, decision: Decision): Outcome {
  switch (result.kind) {
    case 'applied':
      return {
        kind: 'applied',
        code: 'scaled',
        message: `scaled ${decision.current} → ${decision.target} replicas${noted(result)}`,
      };
    case 'unsettled':
      return unsettled(`scaling to ${decision.target} replicas: ${result.message}`);
    case 'conflict':
      return { kind: 'conflict', code: 'written_meanwhile', message: result.message };
    case 'not_found':
      return { kind: 'failed', code: 'deleted', message: `the ${kindOf(decision.workload)} was deleted meanwhile` };
    case 'forbidden':
      return { kind: 'failed', code: 'forbidden', message: result.message };
  }
}

/** Whoever thinks of enabling it wants to know before. */
function notEnabledMessage(decision: Decision): string {
  const message = 'autoscaling is not enabled for this workload';
  return decision.blockedBy === null ? message : `${message}; it would be refused: ${blockMessage(decision)}`;
}

function blockMessage(decision: Decision): string {
  return decision.blockedWhy ?? 'blocked';
}
