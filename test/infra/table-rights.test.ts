// Who may write what to the table: the grants are what the use cases of each function write, and nothing that another function's orders are in.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advicePk,
  askedPk,
  bucketKey,
  floorPk,
  leaseKey,
  leftKey,
  placementKey,
  policyPk,
  schedulePk,
  shardPk,
  spendingKey,
  workloadPk,
} from '../../lib/adapters/dynamo/keys.ts';
import { WRITTEN_BY, type Writer } from '../../lib/adapters/dynamo/partitions.ts';
import { isLike } from '../stand-ins/table-rights.ts';

/** What each function may write in, by what stands in it. */
const EXPECTED: Readonly<Record<Writer, readonly (keyof ReturnType<typeof keysOf>)[]>> = {
  tick: ['shard', 'workload', 'asked', 'floor', 'result', 'placement', 'lease', 'advice', 'quota', 'spending'],
  evaluate: ['shard', 'workload', 'asked', 'floor', 'result', 'lease', 'advice', 'quota', 'spending'],
  learn: ['shard'],
  look: ['shard', 'workload', 'lease'],
  query: ['advice', 'quota', 'spending'],
  command: ['workload', 'policy', 'schedule', 'asked', 'floor', 'lease', 'advice', 'quota', 'spending'],
  watchdog: ['shard', 'workload', 'floor', 'lease'],
};

function keysOf(ref: { cluster: string; namespace: string; name: string }, shard: number, model: string) {
  return {
    shard: shardPk(ref.cluster, shard),
    workload: workloadPk(ref),
    policy: policyPk(ref.cluster),
    schedule: schedulePk(ref.cluster),
    asked: askedPk(ref.cluster),
    floor: floorPk(ref.cluster),
    result: leftKey(ref.cluster, shard).pk,
    placement: placementKey(ref.cluster).pk,
    lease: leaseKey(ref.cluster).pk,
    advice: advicePk(ref),
    quota: bucketKey(model).pk,
    spending: spendingKey('2026-11').pk,
  };
}

const mayWrite = (writer: Writer, pk: string) => WRITTEN_BY[writer].some((pattern) => isLike(pattern, pk));

describe('rights to partitions', () => {
  it.each(Object.keys(EXPECTED) as Writer[])('law: %s writes where its use cases do, whatever the names', (writer) => {
    fc.assert(
      fc.property(names(), ({ ref, shard, model }) => {
        for (const [what, pk] of Object.entries(keysOf(ref, shard, model)))
          expect([what, mayWrite(writer, pk)]).toEqual([what, EXPECTED[writer].includes(what as never)]);
      }),
    );
  });

  it('law: no name of a cluster, a namespace or a workload makes a key of one kind look like another', () => {
    fc.assert(
      fc.property(names(), ({ ref, shard, model }) => {
        for (const pk of Object.values(keysOf(ref, shard, model))) {
          const matching = new Set(Object.values(WRITTEN_BY).flatMap((all) => all.filter((one) => isLike(one, pk))));
          expect(matching.size).toBe(1);
        }
      }),
    );
  });
});

function names() {
  const word = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,12}[a-z0-9])?$/);
  const tricky = fc.constantFrom('s', 'w', 'policy', 'sched', 'lease', 'advice', 'shards', 'bucket', 'c');
  const name = fc.oneof(word, tricky);
  return fc.record({
    ref: fc.record({ cluster: fc.oneof(name, fc.constantFrom('POLICY', 'S', 'W', 'FLOOR')), namespace: name, name }),
    shard: fc.nat(999),
    model: fc.oneof(fc.constantFrom('openai/gpt-oss-20b', 'C#x#POLICY', '#W#'), fc.string({ minLength: 1 })),
  });
}
