// Scaling through an HPA: moves its minReplicas, remembers the user's own, and gives it back.

import type { Decision } from '../../domain/decision/decision.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import { revalidate } from '../../domain/decision/revalidate.ts';
import {
  FLOOR_ANNOTATION,
  floorFor,
  type HeldFloor,
  OWN_MIN_ANNOTATION,
  overruledFloor,
} from '../../domain/hpa/floor.ts';
import { notDownMessage, whyNoRaise } from '../../domain/hpa/user-intent.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { overruledMessage } from '../../domain/workload/other-writers.ts';
import { isYieldedTo, yieldTo } from '../../domain/workload/overruled.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { HpaObject } from '../ports/cluster.ts';
import type { FloorRecord } from '../ports/floor-store.ts';
import { AdapterError } from '../ports/world.ts';
import {
  drives,
  type FloorPorts,
  heldOn,
  isMarked,
  NO_ANNOTATIONS,
  patched,
  targetOf,
  trusted,
} from './floor-on-hpa.ts';
import { giveBack } from './give-floor-back.ts';
import { type Known, noted, unsettled } from './lost-answer.ts';

/**
 * Sets the HPA's minReplicas to the floor that the decision means. The HPA is read afresh for it, so that its user's last
 * word counts; a conflict is tried once more from another fresh read, of the workload too.
 * @param max max-replicas of the policy
 */
export async function moveFloor(
  ports: FloorPorts,
  decision: Decision,
  observation: Observation,
  max: number,
): Promise<Outcome> {
  const heldOffUntil = await ports.floors.heldOffUntil(decision.workload.cluster);
  if (heldOffUntil > decision.at)
    return { kind: 'recommended', code: 'raises_suspended', message: heldOffMessage(heldOffUntil) };
  const first = await attempt(ports, decision, observation, max);
  if (first.kind !== 'conflict') return first;
  const fresh = await ports.reader.workload(decision.workload);
  const stale = revalidate(decision, observation, fresh);
  return stale === null
    ? attempt(ports, decision, observation, max)
    : { kind: 'conflict', code: 'changed_meanwhile', message: stale };
}

async function attempt(
  ports: FloorPorts,
  decision: Decision,
  { hpa: seen }: Observation,
  max: number,
): Promise<Outcome> {
  const { workload } = decision;
  const all = await ports.hpas.list(workload.cluster, workload.namespace);
  const targeting = all.filter((hpa) => drives(hpa, workload));
  const [hpa] = targeting;
  if (seen === null || hpa === undefined || targeting.length > 1 || hpa.name !== seen.name || hpa.scaledObject !== null)
    return { kind: 'conflict', code: 'hpa_changed', message: 'its HPAs changed meanwhile; left as they are' };
  const record = await ports.floors.get(workload);
  const yielding = await giveWay(ports, hpa, record, decision.at);
  if (yielding !== null) return yielding;
  const held = heldOn(hpa, record);
  const own = held?.own ?? hpa.minReplicas;
  const fresh = { ...seen, minReplicas: hpa.minReplicas, ownMinReplicas: own, maxReplicas: hpa.maxReplicas };
  const floor = floorFor(decision, fresh, max);
  const why = whyNoRaise(hpa, floor);
  if (why !== null) return { kind: 'refused', code: 'hpa_forbids_raise', message: why };
  if (floor === own) {
    if (!isMarked(hpa, record)) return { kind: 'unchanged', code: 'floor_at_target', message: standing(hpa, decision) };
    const { kind, message } = await giveBack(ports, hpa, record);
    return kind === 'given_back'
      ? { kind: 'applied', code: 'floor_given_back', message }
      : { kind: 'failed', code: 'error', message };
  }
  if (held?.floor === floor && isAnnotated(hpa, held)) {
    if (record?.confirmed === false) await ports.floors.put({ ...record, own, floor, confirmed: true });
    return { kind: 'unchanged', code: 'floor_at_target', message: standing(hpa, decision) };
  }
  const overruled = record?.overruled && { overruled: record.overruled };
  const remembered = { workload, hpa: hpa.name, own, floor, ...overruled, updatedAt: decision.at };
  await ports.floors.put({ ...remembered, confirmed: false });
  const annotations = { [OWN_MIN_ANNOTATION]: String(own), [FLOOR_ANNOTATION]: String(floor) };
  const result = await patched(ports, hpa, floor, annotations);
  if (result.kind !== 'applied') return refusedBy(result, hpa);
  const unconfirmed = await confirm(ports, { ...remembered, confirmed: true });
  return {
    kind: 'applied',
    code: 'floor_moved',
    message: moved(hpa, decision, floor, own) + noted(result) + unconfirmed,
  };
}

/** The HPA has it whatever the table says: that only the confirmation failed must not be told as if nothing were done. */
async function confirm({ floors }: FloorPorts, record: FloorRecord): Promise<string> {
  try {
    await floors.put(record);
    return '';
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return `; its record is not confirmed yet: ${error.message}`;
  }
}

/** Whoever set another minReplicas than ours meant it: never fought, and left alone the longer the more often he does. */
async function giveWay(
  ports: FloorPorts,
  hpa: HpaObject,
  record: FloorRecord | null,
  now: EpochMs,
): Promise<Outcome | null> {
  const known = record?.overruled;
  if (overruledFloor(hpa.minReplicas, hpa.annotations, trusted(hpa, record)) === null)
    return known === undefined || !isYieldedTo(known, now)
      ? null
      : { kind: 'refused', code: 'floor_overruled', message: overruledMessage(hpa, known) };
  const result = await patched(ports, hpa, null, NO_ANNOTATIONS);
  if (result.kind !== 'applied') return refusedBy(result, hpa);
  const overruled = yieldTo(known, now);
  const its = { own: hpa.minReplicas, floor: hpa.minReplicas, confirmed: false };
  await ports.floors.put({ workload: targetOf(hpa), hpa: hpa.name, ...its, overruled, updatedAt: now });
  return { kind: 'refused', code: 'floor_overruled', message: overruledMessage(hpa, overruled) };
}

function isAnnotated(hpa: HpaObject, { own, floor }: HeldFloor): boolean {
  return hpa.annotations[OWN_MIN_ANNOTATION] === String(own) && hpa.annotations[FLOOR_ANNOTATION] === String(floor);
}

function moved(hpa: HpaObject, decision: Decision, floor: number, own: number): string {
  const word = floor > hpa.minReplicas ? 'raised' : floor < hpa.minReplicas ? 'lowered' : 'kept';
  const stays = floor < hpa.minReplicas ? notDownMessage(hpa) : '';
  const holds = holdsMore(decision, floor);
  return `${word} minReplicas of HPA ${hpa.name} ${hpa.minReplicas} → ${floor}, its own is ${own}${holds}${stays}`;
}

function standing(hpa: HpaObject, decision: Decision): string {
  const stays = decision.current > hpa.minReplicas ? notDownMessage(hpa) : '';
  return `minReplicas of HPA ${hpa.name} is already ${hpa.minReplicas}${holdsMore(decision, hpa.minReplicas)}${stays}`;
}

/** An HPA may hold more than we would: said, so that nobody takes its count for ours. */
function holdsMore(decision: Decision, floor: number): string {
  return decision.current > floor ? `; HPA holds ${decision.current}` : '';
}

function refusedBy(result: Exclude<Known, { kind: 'applied' }>, hpa: HpaObject): Outcome {
  switch (result.kind) {
    case 'unsettled':
      return unsettled(`minReplicas of HPA ${hpa.name}: ${result.message}`);
    case 'conflict':
      return { kind: 'conflict', code: 'written_meanwhile', message: result.message };
    case 'not_found':
      return { kind: 'failed', code: 'deleted', message: `HPA ${hpa.name} was deleted meanwhile` };
    case 'forbidden':
      return { kind: 'failed', code: 'forbidden', message: result.message };
  }
}

function heldOffMessage(until: EpochMs): string {
  const time = new Date(until).toISOString();
  return `all floors were released and none is raised until ${time}; a release with hold_minutes 0 ends that`;
}
