// What people ask for about HPAs, journalled like every request: made, deleted, and floors given back.

import type { Outcome } from '../../domain/decision/outcome.ts';
import { asLeft } from '../../domain/decision/take-over.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { type FloorPorts, isMarked, targetOf } from '../apply/floor-on-hpa.ts';
import type { GivenBack } from '../apply/give-floor-back.ts';
import { releaseWorkload } from '../apply/release-floors.ts';
import { shownOf, standingOf } from '../known-state.ts';
import { observeWorkload } from '../observe/observe.ts';
import { AdapterError } from '../ports/world.ts';
import type { Stored } from '../recommend.ts';
import type { DecideSettings } from '../tick/decide-shard.ts';
import { draftAs, type PolicyChangePorts } from './change-policy.ts';
import { createHpa, deleteHpa, type HpaCommandPorts, type HpaResult, type HpaWish, hpaName } from './hpa.ts';
import { type AskingPorts, carryOutRequest } from './request-journal.ts';

export type HpaRequestPorts = PolicyChangePorts & HpaCommandPorts & FloorPorts & AskingPorts;

/** @param wish what the HPA is to be made with; null to delete it */
export async function hpaOnRequest(
  ports: HpaRequestPorts,
  settings: DecideSettings,
  ref: WorkloadRef,
  wish: HpaWish | null,
  requestedBy: string | null,
): Promise<HpaResult> {
  const act = () => (wish === null ? deleteHpa(ports, ref) : createHpa(ports, settings.tickSeconds, ref, wish));
  const observation = await observeWorkload(ports, ref, ports.clock.now());
  if (observation === null) {
    ports.log.info('an HPA was asked for whose Deployment is not there', { workload: workloadKey(ref), requestedBy });
    return act();
  }
  const name = hpaName(ref.name);
  const done: Outcome = {
    kind: 'unchanged',
    code: 'hpa_changed',
    message: `HPA ${name} ${wish === null ? 'deleted' : 'created'}`,
  };
  const goal = { kind: 'hpa', name, isThere: wish !== null, done } as const;
  const draft = await draftOf(ports, settings, observation, await standingOf(ports, observation), requestedBy);
  const results: HpaResult[] = [];
  await carryOutRequest(ports, goal, draft, async () => {
    const result = await act();
    results.push(result);
    return outcomeOf(result, done);
  });
  const [result] = results;
  return result ?? { kind: 'not_found' };
}

/**
 * Gives the floors of a cluster back, each with a line in the history of its workload. What cannot be noted is given back all
 * the same: whoever asks for it may be about to uninstall on a table in trouble.
 */
export async function releaseOnRequest(
  ports: HpaRequestPorts,
  settings: DecideSettings,
  cluster: string,
  requestedBy: string | null,
): Promise<readonly GivenBack[]> {
  const [hpas, records] = await Promise.all([ports.hpas.list(cluster, null), ports.floors.list(cluster)]);
  const recordOf = new Map(records.map((record) => [workloadKey(record.workload), record]));
  const marked = hpas.filter((hpa) => isMarked(hpa, recordOf.get(workloadKey(targetOf(hpa))) ?? null)).map(targetOf);
  const all = new Map([...records.map(({ workload }) => workload), ...marked].map((ref) => [workloadKey(ref), ref]));
  const results: GivenBack[] = [];
  for (const ref of all.values()) {
    const asked = await releasing(ports, settings, ref, requestedBy);
    results.push(...asked);
  }
  return results;
}

async function releasing(
  ports: HpaRequestPorts,
  settings: DecideSettings,
  ref: WorkloadRef,
  requestedBy: string | null,
): Promise<readonly GivenBack[]> {
  const results: GivenBack[] = [];
  let hasBegun = false;
  const release = async (): Promise<Outcome> => {
    hasBegun = true;
    results.push(...(await releaseWorkload(ports, ref)));
    const message = results.map((result) => result.message).join('; ') || 'nothing of ours was held any more';
    return { kind: results.some(({ kind }) => kind === 'failed') ? 'failed' : 'unchanged', message };
  };
  try {
    const stored = await shownOf(ports, ref);
    if (stored === null) throw new AdapterError('command', 'no tick has seen it', { retryable: false });
    const present = { ...asLeft(stored.latest), at: ports.clock.now() };
    const done: Outcome = { kind: 'unchanged', code: 'floor_given_back', message: 'its floor was given back' };
    const draft = await draftOf(ports, settings, present, stored, requestedBy);
    await carryOutRequest(ports, { kind: 'released', done }, draft, release);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    const fields = { workload: workloadKey(ref), requestedBy, message: error.message };
    ports.log.warn('a release is not in the history', fields);
    if (!hasBegun) await release();
  }
  return results;
}

async function draftOf(
  ports: HpaRequestPorts,
  settings: DecideSettings,
  observation: Observation,
  stored: Stored | null,
  requestedBy: string | null,
) {
  const policy = await ports.policies.get(observation.workload);
  return draftAs(ports, settings, observation, stored, policy, requestedBy);
}

function outcomeOf(result: HpaResult, done: Outcome): Outcome {
  switch (result.kind) {
    case 'done':
      return { ...done, message: result.message };
    case 'not_found':
      return { kind: 'failed', code: 'deleted', message: 'the Deployment was deleted meanwhile' };
    case 'refused':
    case 'unfit':
      return { kind: 'refused', code: 'hpa_unfit', message: result.message };
  }
}
