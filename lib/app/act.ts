// From a decision to what became of it: the replicas or the floor that it writes, or why it writes nothing.
import { floorFor, mayHoldFloor, worksThroughHpa } from '../domain/floor.ts';
import { notDownMessage, whyNoRaise } from '../domain/hpa-wishes.ts';
import type { Decision, HpaStatus, Observation, Outcome, Policy } from '../domain/model.ts';
import { scaledByOther } from '../domain/other-hands.ts';
import { kindOf } from '../domain/workload-kind.ts';
import { moveFloor } from './floor.ts';
import type { FloorPorts } from './floor-hold.ts';
import { type Known, lookedUp, noted, unsettled } from './lost-answer.ts';
import type { ClusterWriter } from './ports/cluster.ts';
import { AdapterError } from './ports/world.ts';
import { releaseWorkload } from './release.ts';
import { whyStale } from './stale.ts';

export interface ActPorts extends FloorPorts {
  readonly writer: ClusterWriter;
}

/** `schedule` acts only where the policy opted in; `person` is an explicit request and its own consent. */
export type Consent = 'schedule' | 'person';

/** Who of our own set so many replicas meanwhile, in words; null where none of us did. */
export type Ours = (replicas: number) => Promise<string | null>;

/**
 * Carries out a decision where it may be, and says what became of it. Never throws: one workload never harms another.
 */
export async function act(
  ports: ActPorts,
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
    if (worksThroughHpa(policy, observation.owner)) return await moveFloor(ports, decision, observation, policy.max);
    return await scale(ports, decision, observation, ours);
  } catch (error) {
    return { kind: 'failed', message: error instanceof AdapterError ? error.message : String(error) };
  }
}

/** Why nothing is written, or null. */
export function whyNot(decision: Decision, policy: Policy, observation: Observation, consent: Consent): Outcome | null {
  if (consent === 'schedule') {
    if (!policy.enabled) return { kind: 'recommended', message: notEnabledMessage(decision) };
    if (policy.problems.length > 0) return { kind: 'recommended', message: policy.problems.join(' ') };
    if (policy.mode === 'recommend') return { kind: 'recommended', message: 'the mode is recommend' };
  }
  if (decision.blockedBy !== null) return { kind: 'refused', message: blockMessage(decision) };
  const { hpa, owner } = observation;
  if (policy.mode === 'hpa-floor' && hpa === null)
    return { kind: 'refused', message: 'mode hpa-floor works through an HPA, and no HPA targets this workload' };
  if (hpa !== null && worksThroughHpa(policy, owner)) return whyNoFloor(decision, hpa, policy.max);
  if (decision.target === decision.current)
    return { kind: 'unchanged', message: `already at ${decision.current} replicas` };
  return null;
}

function whyNoFloor(decision: Decision, hpa: HpaStatus, max: number): Outcome | null {
  const floor = floorFor(decision, hpa, max);
  if (floor === hpa.minReplicas) {
    const holds = decision.current > floor ? `; HPA holds ${decision.current}${notDownMessage(hpa)}` : '';
    return { kind: 'unchanged', message: `minReplicas of HPA ${hpa.name} is already ${floor}${holds}` };
  }
  const stopped = whyNoRaise(hpa, floor);
  return stopped === null ? null : { kind: 'refused', message: stopped };
}

/** A floor outlives its reason where a policy was edited in Git: paused, disabled, another mode, or mistyped. */
export function mustGiveBack(decision: Decision, policy: Policy, { hpa, owner }: Observation): boolean {
  if (hpa?.ownMinReplicas === undefined || mayHoldFloor(policy, owner)) return false;
  return !decision.verdicts.some(({ code }) => code === 'kill_switch');
}

async function giveFloorBack(ports: ActPorts, decision: Decision): Promise<Outcome> {
  const results = await releaseWorkload(ports, decision.workload);
  const message = results.map((result) => result.message).join('; ');
  if (results.some(({ kind }) => kind === 'failed')) return { kind: 'failed', message };
  return { kind: 'recommended', message: message || 'the floor was given back meanwhile' };
}

async function scale(ports: ActPorts, decision: Decision, observation: Observation, ours: Ours): Promise<Outcome> {
  const first = await scaledFrom(ports, decision, observation.resourceVersion, ours);
  if (first.kind !== 'conflict') return outcomeOf(first, decision);
  // A status update moves the version too: retried once, where what was decided still holds on a fresh reading.
  const fresh = await ports.reader.workload(decision.workload);
  if (fresh === null) return outcomeOf({ kind: 'not_found' }, decision);
  const { spec } = fresh.replicas;
  const stale = (spec === decision.current ? null : await ours(spec)) ?? whyStale(decision, observation, fresh);
  if (stale !== null) return { kind: 'conflict', message: stale };
  return outcomeOf(await scaledFrom(ports, decision, fresh.resourceVersion, ours), decision);
}

function scaledFrom(
  { writer, reader }: ActPorts,
  decision: Decision,
  resourceVersion: string,
  ours: Ours,
): Promise<Known> {
  const { workload, target, at } = decision;
  return lookedUp(
    () => writer.scale(workload, target, resourceVersion),
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

function outcomeOf(result: Known, decision: Decision): Outcome {
  switch (result.kind) {
    case 'applied':
      return { kind: 'applied', message: `scaled ${decision.current} → ${decision.target} replicas${noted(result)}` };
    case 'unsettled':
      return unsettled(`scaling to ${decision.target} replicas: ${result.message}`);
    case 'conflict':
      return { kind: 'conflict', message: result.message };
    case 'not_found':
      return { kind: 'failed', message: `the ${kindOf(decision.workload)} was deleted meanwhile` };
    case 'forbidden':
      return { kind: 'failed', message: result.message };
  }
}

/** Whoever thinks of enabling it wants to know before. */
function notEnabledMessage(decision: Decision): string {
  const message = 'autoscaling is not enabled for this workload';
  return decision.blockedBy === null ? message : `${message}; it would be refused: ${blockMessage(decision)}`;
}

function blockMessage(decision: Decision): string {
  return decision.verdicts.findLast((verdict) => verdict.code === decision.blockedBy)?.message ?? 'blocked';
}
