// Scaling through an HPA: moves its minReplicas, remembers the user's own, and gives it back.
import {
  FLOOR_ANNOTATION,
  floorFor,
  type HeldFloor,
  heldFloor,
  OWN_MIN_ANNOTATION,
  overruledFloor,
  withinHpa,
  yieldTo,
} from '../domain/floor.ts';
import { notDownMessage, whyNoRaise } from '../domain/hpa-wishes.ts';
import {
  type Decision,
  type EpochMs,
  type Observation,
  type Outcome,
  type WorkloadRef,
  workloadKey,
} from '../domain/model.ts';
import { overruledMessage } from '../domain/other-hands.ts';
import { isSameWorkload, ofKind } from '../domain/workload-kind.ts';
import type { ClusterReader, HpaAccess, HpaObject, WriteResult } from './ports/cluster.ts';
import type { FloorRecord, FloorStore } from './ports/table.ts';
import { whyStale } from './stale.ts';

export interface FloorPorts {
  readonly reader: ClusterReader;
  readonly hpas: HpaAccess;
  readonly floors: FloorStore;
}

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
  if (heldOffUntil > decision.at) return { kind: 'recommended', message: heldOffMessage(heldOffUntil) };
  const first = await attempt(ports, decision, observation, max);
  if (first.kind !== 'conflict') return first;
  const fresh = await ports.reader.workload(decision.workload);
  const stale = whyStale(decision, observation, fresh);
  return stale === null ? attempt(ports, decision, observation, max) : { kind: 'conflict', message: stale };
}

export type GivenBack =
  | { readonly kind: 'given_back'; readonly hpa: string; readonly message: string }
  | { readonly kind: 'failed'; readonly hpa: string; readonly message: string };

/**
 * Gives the user's own minReplicas back and removes our annotations; a number that he set since stays. Idempotent.
 * @param hpa as read just now; a conflict is tried once more from another fresh read
 */
export async function giveBack(ports: FloorPorts, hpa: HpaObject, record: FloorRecord | null): Promise<GivenBack> {
  const first = await restore(ports, hpa, record);
  if (first.result.kind !== 'conflict') return report(ports, hpa, record, first);
  const fresh = (await ports.hpas.list(hpa.cluster, hpa.namespace)).find(({ name }) => name === hpa.name);
  if (fresh === undefined) return report(ports, hpa, record, { ...first, result: { kind: 'not_found' } });
  return report(ports, hpa, record, await restore(ports, fresh, record));
}

/** Whether anything of ours is on the HPA: a floor, or annotations left over from one. */
export function isMarked(hpa: HpaObject, record: FloorRecord | null): boolean {
  const annotated = OWN_MIN_ANNOTATION in hpa.annotations || FLOOR_ANNOTATION in hpa.annotations;
  return annotated || heldOn(hpa, record) !== null;
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
    return { kind: 'conflict', message: 'its HPAs changed meanwhile; left as they are' };
  const record = await ports.floors.get(workload);
  const yielding = await giveWay(ports, hpa, record, decision.at);
  if (yielding !== null) return yielding;
  const held = heldOn(hpa, record);
  const own = held?.own ?? hpa.minReplicas;
  const fresh = { ...seen, minReplicas: hpa.minReplicas, ownMinReplicas: own, maxReplicas: hpa.maxReplicas };
  const floor = floorFor(decision, fresh, max);
  const why = whyNoRaise(hpa, floor);
  if (why !== null) return { kind: 'refused', message: why };
  if (floor === own) {
    if (!isMarked(hpa, record)) return { kind: 'unchanged', message: standing(hpa, decision) };
    const { kind, message } = await giveBack(ports, hpa, record);
    return { kind: kind === 'given_back' ? 'applied' : 'failed', message };
  }
  if (held?.floor === floor && isAnnotated(hpa, held)) return { kind: 'unchanged', message: standing(hpa, decision) };
  const overruled = record?.overruled && { overruled: record.overruled };
  const remembered = { workload, hpa: hpa.name, own, floor, ...overruled, updatedAt: decision.at };
  await ports.floors.put({ ...remembered, confirmed: false });
  const annotations = { [OWN_MIN_ANNOTATION]: String(own), [FLOOR_ANNOTATION]: String(floor) };
  const result = await ports.hpas.patch(hpa, floor, annotations);
  if (result.kind !== 'applied') return refusedBy(result, hpa);
  await ports.floors.put({ ...remembered, confirmed: true });
  return { kind: 'applied', message: moved(hpa, decision, floor, own) };
}

/** Whoever set another minReplicas than ours meant it: never fought, and left alone the longer the more often he does. */
async function giveWay(
  { hpas, floors }: FloorPorts,
  hpa: HpaObject,
  record: FloorRecord | null,
  now: EpochMs,
): Promise<Outcome | null> {
  const known = record?.overruled;
  if (overruledFloor(hpa.minReplicas, hpa.annotations, trusted(hpa, record)) === null)
    return known === undefined || now >= known.until
      ? null
      : { kind: 'refused', message: overruledMessage(hpa, known) };
  const result = await hpas.patch(hpa, null, NO_ANNOTATIONS);
  if (result.kind !== 'applied') return refusedBy(result, hpa);
  const overruled = yieldTo(known, now);
  const its = { own: hpa.minReplicas, floor: hpa.minReplicas, confirmed: false };
  await floors.put({ workload: targetOf(hpa), hpa: hpa.name, ...its, overruled, updatedAt: now });
  return { kind: 'refused', message: overruledMessage(hpa, overruled) };
}

const NO_ANNOTATIONS = { [OWN_MIN_ANNOTATION]: null, [FLOOR_ANNOTATION]: null };

interface Restored {
  readonly result: WriteResult;
  readonly message: string;
}

async function restore(ports: FloorPorts, hpa: HpaObject, record: FloorRecord | null): Promise<Restored> {
  const key = `HPA ${workloadKey(hpa)}`;
  const held = heldOn(hpa, record);
  // Its user may have lowered the maximum under what was his minimum: the API server would refuse that.
  const own = held === null ? null : withinHpa(held.own, 0, hpa.maxReplicas);
  const message =
    own === null
      ? `${key} keeps minReplicas ${hpa.minReplicas}, which its user set`
      : `${key} has its own minReplicas back: ${hpa.minReplicas} → ${own}${own < hpa.minReplicas ? notDownMessage(hpa) : ''}`;
  if (!isMarked(hpa, record)) return { result: { kind: 'applied' }, message };
  const result = await ports.hpas.patch(hpa, own, NO_ANNOTATIONS);
  return { result, message };
}

async function report(
  ports: FloorPorts,
  hpa: HpaObject,
  record: FloorRecord | null,
  { result, message }: Restored,
): Promise<GivenBack> {
  const name = workloadKey(hpa);
  if (result.kind === 'conflict' || result.kind === 'forbidden')
    return { kind: 'failed', hpa: name, message: `HPA ${name} keeps its floor for now: ${result.message}` };
  await ports.floors.forget(targetOf(hpa));
  // It drove another workload when the floor was raised.
  if (record !== null && !drives(hpa, record.workload)) await ports.floors.forget(record.workload);
  return { kind: 'given_back', hpa: name, message: result.kind === 'applied' ? message : `HPA ${name} is gone` };
}

export function targetOf({ cluster, namespace, deployment, targetKind }: HpaObject): WorkloadRef {
  return { cluster, namespace, name: deployment, ...ofKind(targetKind) };
}

export function drives(hpa: HpaObject, workload: WorkloadRef): boolean {
  return isSameWorkload(targetOf(hpa), workload);
}

function heldOn(hpa: HpaObject, record: FloorRecord | null): HeldFloor | null {
  return heldFloor(hpa.minReplicas, hpa.annotations, trusted(hpa, record));
}

/** The table speaks where annotations were removed, and only of a floor that the HPA is known to have had. */
function trusted(hpa: HpaObject, record: FloorRecord | null): FloorRecord | null {
  return record?.confirmed && record.hpa === hpa.name ? record : null;
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

function refusedBy(result: Exclude<WriteResult, { kind: 'applied' }>, hpa: HpaObject): Outcome {
  switch (result.kind) {
    case 'conflict':
      return { kind: 'conflict', message: result.message };
    case 'not_found':
      return { kind: 'failed', message: `HPA ${hpa.name} was deleted meanwhile` };
    case 'forbidden':
      return { kind: 'failed', message: result.message };
  }
}

function heldOffMessage(until: EpochMs): string {
  const time = new Date(until).toISOString();
  return `all floors were released and none is raised until ${time}; a release with hold_minutes 0 ends that`;
}
