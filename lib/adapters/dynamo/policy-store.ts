// PolicyStore on the table: plain attributes, so that a person can read them in the console.
import type { LevelRecord, PolicyRecord, PolicyStore } from '../../app/ports/policy-store.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { refFrom } from '../../domain/workload/kind.ts';
import type { Values } from '../../domain/workload/level-fields.ts';
import { type LevelsAbove, levelsIn } from '../../domain/workload/stated.ts';
import { knownOrRefused, numberOf, VERSIONS } from './items.ts';
import { type Key, levelSk, namePart, policyPk, workloadPart } from './keys.ts';
import { switchAmong } from './kill-switch-store.ts';
import type { Item, Table } from './table.ts';

/** Every record of a level has a key that begins so; no name of a workload does. */
const LEVEL = levelSk(null);

/**
 * Records stay until they are overwritten: what a person switched on does not lapse.
 * @param installation what the installation says for all of its clusters
 */
export function makePolicyStore(table: Table, installation: Values = {}): PolicyStore {
  const inCharge: PolicyStore['inCharge'] = async (cluster) => {
    // Names begin with a lower-case letter or a digit: everything sorts before `~`.
    const items = await table.query(policyPk(cluster), { from: '!', to: '~' });
    const { killSwitch, others } = switchAmong(items);
    const [levels, mine] = [others.filter(isLevel), others.filter((item) => !isLevel(item))];
    const records = mine.flatMap((item) => toRecords(cluster, item));
    const above = aboveOf(
      installation,
      levels.flatMap((item) => toLevels(cluster, item)),
    );
    return {
      policies: { records: new Map(records.map((record) => [workloadKey(record.workload), record])), above },
      killSwitch,
    };
  };
  const get = async (ref: WorkloadRef) => {
    const [record] = toRecords(ref.cluster, await table.get(keyOf(ref), { consistent: true }));
    return record ?? null;
  };
  const level = async (cluster: string, namespace: string | null) => {
    const item = await table.get(levelKey(cluster, namespace), { consistent: true });
    return toLevels(cluster, item)[0] ?? null;
  };
  return {
    async list(cluster) {
      return (await inCharge(cluster)).policies;
    },
    inCharge,
    get,
    async stated(ref) {
      const { cluster, namespace } = ref;
      const [record, ...levels] = await Promise.all([get(ref), level(cluster, null), level(cluster, namespace)]);
      const above = aboveOf(
        installation,
        levels.filter((one) => one !== null),
      );
      return { record: record?.values ?? null, levels: levelsIn(above, namespace) };
    },
    async put({ workload, values, updatedAt, updatedBy }) {
      const { namespace } = workload;
      const name = namePart(workload);
      const attributes = { namespace, name, values, updated_at: updatedAt, updated_by: updatedBy };
      await table.put({ ...keyOf(workload), v: VERSIONS.policy, ...attributes });
    },
    level,
    putLevel({ cluster, namespace, values, updatedAt, updatedBy, revision }) {
      const attributes = { namespace, values, updated_at: updatedAt, updated_by: updatedBy, revision };
      const item = { ...levelKey(cluster, namespace), v: VERSIONS.policyLevel, ...attributes };
      // The SDK repeats a write whose answer was lost: then it is our own that is there.
      return table.put(item, {
        expression: 'attribute_not_exists(pk) OR revision = :before OR (revision = :now AND updated_at = :at)',
        values: { ':before': revision - 1, ':now': revision, ':at': updatedAt },
      });
    },
  };
}

function keyOf(ref: WorkloadRef): Key {
  return { pk: policyPk(ref.cluster), sk: workloadPart(ref) };
}

function levelKey(cluster: string, namespace: string | null): Key {
  return { pk: policyPk(cluster), sk: levelSk(namespace) };
}

function isLevel({ sk }: Item): boolean {
  return sk.startsWith(LEVEL);
}

function aboveOf(installation: Values, levels: readonly LevelRecord[]): LevelsAbove {
  const ofCluster = levels.find(({ namespace }) => namespace === null);
  const named = levels.flatMap(({ namespace, values }) => (namespace === null ? [] : [[namespace, values] as const]));
  return { installation, cluster: ofCluster?.values ?? null, namespaces: Object.fromEntries(named) };
}

function toLevels(cluster: string, item: Item | null): readonly LevelRecord[] {
  const known = knownOrRefused(item, 'policyLevel');
  if (known === null) return [];
  const { namespace, values, updated_by } = known;
  return [
    {
      cluster,
      namespace: typeof namespace === 'string' ? namespace : null,
      values: { ...(values as Values) },
      updatedAt: numberOf(known, 'updated_at'),
      updatedBy: typeof updated_by === 'string' ? updated_by : null,
      revision: numberOf(known, 'revision'),
    },
  ];
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
