// PolicyStore on the table: plain attributes, so that a person can read them in the console.
import type { PolicyRecord, PolicyStore } from '../../app/ports/policy-store.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { refFrom } from '../../domain/workload/kind.ts';
import { knownOrRefused, numberOf, VERSIONS } from './items.ts';
import { type Key, namePart, policyPk, workloadPart } from './keys.ts';
import { switchAmong } from './kill-switch-store.ts';
import type { Item, Table } from './table.ts';

/** Records stay until they are overwritten: what a person switched on does not lapse. */
export function makePolicyStore(table: Table): PolicyStore {
  const inCharge: PolicyStore['inCharge'] = async (cluster) => {
    // Names begin with a lower-case letter or a digit: everything sorts before `~`.
    const items = await table.query(policyPk(cluster), { from: '!', to: '~' });
    const { killSwitch, others } = switchAmong(items);
    const records = others.flatMap((item) => toRecords(cluster, item));
    return { policies: new Map(records.map((record) => [workloadKey(record.workload), record])), killSwitch };
  };
  return {
    async list(cluster) {
      return (await inCharge(cluster)).policies;
    },
    inCharge,
    async get(ref) {
      const [record] = toRecords(ref.cluster, await table.get(keyOf(ref), { consistent: true }));
      return record ?? null;
    },
    async put({ workload, values, updatedAt, updatedBy }) {
      const { namespace } = workload;
      const name = namePart(workload);
      const attributes = { namespace, name, values, updated_at: updatedAt, updated_by: updatedBy };
      await table.put({ ...keyOf(workload), v: VERSIONS.policy, ...attributes });
    },
  };
}

function keyOf(ref: WorkloadRef): Key {
  return { pk: policyPk(ref.cluster), sk: workloadPart(ref) };
}

function toRecords(cluster: string, item: Item | null): readonly PolicyRecord[] {
  const known = knownOrRefused(item, 'policy');
  if (known === null) return [];
  const { namespace, name, values, updated_by } = known;
  return [
    {
      workload: refFrom(cluster, String(namespace), String(name)),
      values: { ...(values as PolicyRecord['values']) },
      updatedAt: numberOf(known, 'updated_at'),
      updatedBy: typeof updated_by === 'string' ? updated_by : null,
    },
  ];
}
