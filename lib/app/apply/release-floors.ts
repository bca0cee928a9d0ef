// Gives floors back: those of one workload, or of a whole cluster.
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import type { HpaObject } from '../ports/cluster.ts';
import type { FloorRecord } from '../ports/floor-store.ts';
import { AdapterError } from '../ports/world.ts';
import { drives, type FloorPorts, isMarked, targetOf } from './floor-on-hpa.ts';
import { type GivenBack, giveBack } from './give-floor-back.ts';

/** Gives back what we hold on the HPAs of one workload; nothing where there is nothing. @throws AdapterError */
export async function releaseWorkload(ports: FloorPorts, ref: WorkloadRef): Promise<readonly GivenBack[]> {
  const record = await ports.floors.get(ref);
  const all = await ports.hpas.list(ref.cluster, ref.namespace);
  const its = all.filter((hpa) => drives(hpa, ref));
  return release(ports, its, record === null ? [] : [record], all);
}

/**
 * Gives back the floors of a cluster, found by the table and by the annotations on the HPAs: each knows what the other may
 * have lost. Idempotent: what is given back already is not named again.
 * @param whether a workload's floor is meant; every one unless told
 * @throws AdapterError where HPAs or the table cannot be read; what fails on one HPA is in its result
 */
export async function releaseCluster(
  ports: FloorPorts,
  cluster: string,
  whether: (ref: WorkloadRef) => boolean = () => true,
): Promise<readonly GivenBack[]> {
  const [hpas, records] = await Promise.all([ports.hpas.list(cluster, null), ports.floors.list(cluster)]);
  return release(
    ports,
    hpas.filter((hpa) => whether(targetOf(hpa))),
    records.filter(({ workload }) => whether(workload)),
    hpas,
  );
}

async function release(
  ports: FloorPorts,
  hpas: readonly HpaObject[],
  records: readonly FloorRecord[],
  all: readonly HpaObject[],
): Promise<readonly GivenBack[]> {
  const recordOf = new Map(records.map((record) => [hpaKey(record.workload.namespace, record.hpa), record]));
  const results: GivenBack[] = [];
  // One after the other: there are few, and a person may be waiting to uninstall on a cluster in trouble.
  for (const hpa of hpas) {
    const key = hpaKey(hpa.namespace, hpa.name);
    const record = recordOf.get(key) ?? null;
    recordOf.delete(key);
    if (isMarked(hpa, record)) results.push(await one(ports, hpa, record));
    else if (record !== null) await ports.floors.forget(record.workload);
  }
  for (const record of recordOf.values()) {
    const turned = all.find((hpa) => hpaKey(hpa.namespace, hpa.name) === hpaKey(record.workload.namespace, record.hpa));
    results.push(turned === undefined ? await gone(ports, record) : await leftBehind(ports, turned, record));
  }
  return results;
}

async function gone(ports: FloorPorts, { workload, hpa }: FloorRecord): Promise<GivenBack> {
  await ports.floors.forget(workload);
  const name = hpaKey(workload.namespace, hpa);
  return { kind: 'given_back', hpa: name, message: `HPA ${name} is gone, and its floor with it` };
}

/** Its HPA drives another workload by now: given back, unless the floor is held for that one. */
async function leftBehind(ports: FloorPorts, hpa: HpaObject, record: FloorRecord): Promise<GivenBack> {
  const heir = targetOf(hpa);
  if (isMarked(hpa, record) && (await ports.floors.get(heir)) === null) return one(ports, hpa, record);
  await ports.floors.forget(record.workload);
  const name = workloadKey(hpa);
  return { kind: 'given_back', hpa: name, message: `HPA ${name} drives ${kindOf(heir)} ${heir.name} by now` };
}

async function one(ports: FloorPorts, hpa: HpaObject, record: FloorRecord | null): Promise<GivenBack> {
  const name = workloadKey(hpa);
  if (hpa.scaledObject !== null) {
    const message = `HPA ${name} belongs to KEDA's ScaledObject ${hpa.scaledObject}, which sets its minReplicas: left alone`;
    return { kind: 'failed', hpa: name, message };
  }
  try {
    return await giveBack(ports, hpa, record);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return { kind: 'failed', hpa: name, message: error.message };
  }
}

function hpaKey(namespace: string, name: string): string {
  return workloadKey({ namespace, name });
}
