// From a decision to what became of it: the only place that changes a cluster.
import type { Decision, Observation, Outcome, Policy } from '../domain/model.ts';
import { AdapterError, type ClusterReader, type ClusterWriter, type WriteResult } from './ports.ts';

export interface ActPorts {
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
}

/** `schedule` acts only where the policy opted in; `person` is an explicit request and its own consent. */
export type Consent = 'schedule' | 'person';

/** Carries out a decision where it may be, and says what became of it. Never throws: one workload never harms another. */
export async function act(
  ports: ActPorts,
  decision: Decision,
  policy: Policy,
  observation: Observation,
  consent: Consent,
): Promise<Outcome> {
  const reserved = whyNot(decision, policy, observation, consent);
  if (reserved !== null) return reserved;
  try {
    return await scale(ports, decision, observation);
  } catch (error) {
    return { kind: 'failed', message: error instanceof AdapterError ? error.message : String(error) };
  }
}

/** Why nothing is written, or null. */
export function whyNot(decision: Decision, policy: Policy, observation: Observation, consent: Consent): Outcome | null {
  if (consent === 'schedule') {
    if (!policy.enabled) return { kind: 'recommended', message: 'autoscaling is not enabled for this workload' };
    if (policy.problems.length > 0) return { kind: 'recommended', message: policy.problems.join(' ') };
    if (policy.mode === 'recommend') return { kind: 'recommended', message: 'the mode is recommend' };
  }
  if (decision.blockedBy !== null) return { kind: 'refused', message: blockMessage(decision) };
  if (policy.mode === 'hpa-floor' && observation.hpa === null)
    return { kind: 'refused', message: 'mode hpa-floor works through an HPA, and no HPA targets this workload' };
  if (decision.target === decision.current)
    return { kind: 'unchanged', message: `already at ${decision.current} replicas` };
  return null;
}

async function scale(ports: ActPorts, decision: Decision, observation: Observation): Promise<Outcome> {
  const first = await ports.writer.scale(decision.workload, decision.target, observation.resourceVersion);
  if (first.kind !== 'conflict') return outcomeOf(first, decision);
  // A status update moves the version too: retry once where nobody touched the replica count.
  const fresh = await ports.reader.workload(decision.workload);
  if (fresh === null) return outcomeOf({ kind: 'not_found' }, decision);
  if (fresh.replicas.spec !== decision.current || fresh.owner.kind !== observation.owner.kind)
    return { kind: 'conflict', message: `somebody set ${fresh.replicas.spec} replicas meanwhile; left as it is` };
  return outcomeOf(await ports.writer.scale(decision.workload, decision.target, fresh.resourceVersion), decision);
}

function outcomeOf(result: WriteResult, decision: Decision): Outcome {
  switch (result.kind) {
    case 'applied':
      return { kind: 'applied', message: `scaled ${decision.current} → ${decision.target} replicas` };
    case 'conflict':
      return { kind: 'conflict', message: result.message };
    case 'not_found':
      return { kind: 'failed', message: 'the Deployment was deleted meanwhile' };
    case 'forbidden':
      return { kind: 'failed', message: result.message };
  }
}

function blockMessage(decision: Decision): string {
  return decision.verdicts.findLast((verdict) => verdict.code === decision.blockedBy)?.message ?? 'blocked';
}
