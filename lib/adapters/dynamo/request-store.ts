// RequestStore on the table: an item per request, all of a cluster in one partition, which a tick reads in one Query.

import { randomUUID } from 'node:crypto';
import type { RequestStore } from '../../app/ports/request-store.ts';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { Request } from '../../domain/decision/request.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { expiry, knownOrNull, packJson, unpackJson, VERSIONS } from './items.ts';
import { askedPk, DAY_MS, type Key, workloadPart } from './keys.ts';
import { withPresentNames } from './older-names.ts';
import { absent, type Item, type Table } from './table.ts';

type Body = Pick<Request, 'goal' | 'record'>;

/** @param keptDays longer than whoever repairs an installation that stood still will take */
export function makeRequestStore(table: Table, keptDays: number): RequestStore {
  const query = async (cluster: string, from: string, to: string) => {
    const items = await table.query(askedPk(cluster), { from, to, consistent: true });
    return items.flatMap(toAsked).toSorted((a, b) => a.record.decision.at - b.record.decision.at);
  };
  return {
    ask({ goal, record, ...flags }) {
      const key = keyOf(record.decision.workload, record.decision.id);
      const asked_by = randomUUID();
      const life = { asked_by, expires_at: expiry(table.now() + keptDays * DAY_MS) };
      const item = { ...key, v: VERSIONS.asked, body: bodyOf(key, { goal, record }), ...flags, ...life };
      const { expression, values } = absent(table.now());
      // The SDK repeats a write whose answer was lost: then it is our own request that is there.
      return table.put(item, {
        expression: `${expression} OR asked_by = :by`,
        values: { ...values, ':by': asked_by },
      });
    },
    async settle(record) {
      const key = keyOf(record.decision.workload, record.decision.id);
      const [asked] = toAsked(await table.get(key, { consistent: true }));
      if (asked === undefined || asked.settled) return false;
      return table.update(key, {
        expression: 'SET body = :body, settled = :yes, settled_by = :by',
        condition: 'v = :v AND (settled = :no OR settled_by = :by)',
        values: {
          ':v': VERSIONS.asked,
          ':body': bodyOf(key, { goal: asked.goal, record }),
          ':yes': true,
          ':no': false,
          ':by': randomUUID(),
        },
      });
    },
    close(ref, id, recorded, by) {
      // The SDK repeats a write whose answer was lost: then it is our own claim that is in the way.
      return table.update(keyOf(ref, id), {
        expression: 'SET told = :yes, told_by = :by, recorded = :recorded',
        condition: 'v = :v AND settled = :yes AND (told = :no OR told_by = :by)',
        values: { ':v': VERSIONS.asked, ':yes': true, ':no': false, ':by': by, ':recorded': recorded },
      });
    },
    async forget(ref, id) {
      await table.update(keyOf(ref, id), {
        expression: 'SET expires_at = :past',
        condition: 'attribute_exists(pk)',
        values: { ':past': expiry(0) },
      });
    },
    // Names begin with a lower-case letter or a digit: everything sorts before `~`.
    asked: (cluster) => query(cluster, '!', '~'),
    askedOf: (ref) => query(ref.cluster, `${workloadPart(ref)}#`, `${workloadPart(ref)}#~`),
  };
}

function keyOf(ref: WorkloadRef, id: string): Key {
  return { pk: askedPk(ref.cluster), sk: `${workloadPart(ref)}#${id}` };
}

function bodyOf(key: Key, body: { goal: Request['goal']; record: DecisionRecord }): Uint8Array {
  return packJson(`Request ${key.pk} / ${key.sk}`, body);
}

/** What another release asked for is left to it: it must not keep the ticks of a whole cluster from running. */
function toAsked(item: Item | null): readonly Request[] {
  const known = knownOrNull(item, 'asked');
  if (known === null) return [];
  const is = (flag: string) => known[flag] === true;
  return [
    {
      ...withPresentNames(unpackJson<Body>(known)),
      settled: is('settled'),
      recorded: is('recorded'),
      told: is('told'),
    },
  ];
}
