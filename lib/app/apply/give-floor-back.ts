// Gives a user's own minReplicas back: ours goes, and so does every trace of it.
import { withinHpa } from '../../domain/hpa/floor.ts';
import { notDownMessage } from '../../domain/hpa/user-intent.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { HpaObject } from '../ports/cluster.ts';
import type { FloorRecord } from '../ports/floor-store.ts';
import { AdapterError } from '../ports/world.ts';
import { drives, type FloorPorts, heldOn, isMarked, NO_ANNOTATIONS, patched, targetOf } from './floor-on-hpa.ts';
import { type Known, noted } from './lost-answer.ts';

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

interface Restored {
  readonly result: Known;
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
  // A record that outlives what it is about would make our own giving back look like somebody's overruling.
  if (record?.confirmed && record.hpa === hpa.name) await ports.floors.put({ ...record, confirmed: false });
  const result = await patched(ports, hpa, own, NO_ANNOTATIONS);
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
  if (result.kind === 'unsettled')
    return {
      kind: 'failed',
      hpa: name,
      message: `HPA ${name} was to have its own minReplicas back; ${result.message}`,
    };
  const said = result.kind === 'applied' ? message + noted(result) : `HPA ${name} is gone`;
  return { kind: 'given_back', hpa: name, message: said + (await forgotten(ports, hpa, record)) };
}

/** What was given back is given back: a record that stays for now claims nothing, and is forgotten by the next release. */
async function forgotten({ floors }: FloorPorts, hpa: HpaObject, record: FloorRecord | null): Promise<string> {
  try {
    await floors.forget(targetOf(hpa));
    // It drove another workload when the floor was raised.
    if (record !== null && !drives(hpa, record.workload)) await floors.forget(record.workload);
    return '';
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return `; its record is not removed yet: ${error.message}`;
  }
}
