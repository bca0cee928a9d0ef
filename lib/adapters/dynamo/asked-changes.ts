// What was asked for of a cluster's workloads: one item each, beside the answers to proposals.
import type { AskedChange, AskedReader, ProposalStore } from '../../app/ports/proposal-store.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { refFrom } from '../../domain/workload/kind.ts';
import { expiry, knownOrNull, numberOf, VERSIONS } from './items.ts';
import { type Key, namePart, policyPk, workloadPart } from './keys.ts';
import type { Item, Table } from './table.ts';

/** Among the policies, which commands write and nobody else, and after what a tick reads of them. */
const PREFIX = '~CHANGE#';

export function makeAskedReader(table: Table): AskedReader {
  return {
    async asked(cluster) {
      const items = await table.query(policyPk(cluster), { from: PREFIX, to: `${PREFIX}~` });
      return items.flatMap((item) => changeIn(cluster, item) ?? []);
    },
  };
}

export function makeAskedChanges(table: Table): Pick<ProposalStore, 'asked' | 'askedOf' | 'ask' | 'drop'> {
  return {
    ...makeAskedReader(table),
    async askedOf(ref) {
      return changeIn(ref.cluster, await table.get(keyOf(ref), { consistent: true }));
    },
    async ask({ workload, expiresAt, declinedBy, from, to, ...rest }) {
      const { namespace } = workload;
      const answer = declinedBy === undefined ? {} : { declined_by: declinedBy };
      const item = { ...rest, ...answer, namespace, name: namePart(workload), from_replicas: from, to_replicas: to };
      await table.put({
        ...keyOf(workload),
        v: VERSIONS.change,
        ...item,
        until: expiresAt,
        expires_at: expiry(expiresAt),
      });
    },
    async drop({ workload, id }) {
      // By an expiry at once: no function may delete items.
      await table.update(keyOf(workload), {
        expression: 'SET expires_at = :now',
        condition: 'id = :id',
        values: { ':now': expiry(table.now() - 1000), ':id': id },
      });
    },
  };
}

function keyOf(ref: WorkloadRef): Key {
  return { pk: policyPk(ref.cluster), sk: `${PREFIX}${workloadPart(ref)}` };
}

/** Null for one of a release to come: what it asks for must not be guessed. */
function changeIn(cluster: string, item: Item | null): AskedChange | null {
  const known = knownOrNull(item, 'change');
  if (known === null) return null;
  const { namespace, name, id, reason, by, declined_by } = known;
  return {
    id: String(id),
    workload: refFrom(cluster, String(namespace), String(name)),
    from: numberOf(known, 'from_replicas'),
    to: numberOf(known, 'to_replicas'),
    reason: String(reason),
    by: typeof by === 'string' ? by : null,
    at: numberOf(known, 'at'),
    expiresAt: numberOf(known, 'until'),
    ...(typeof declined_by === 'string' && { declinedBy: declined_by }),
  };
}
