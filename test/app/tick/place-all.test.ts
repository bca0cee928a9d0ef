// What a tick's observation says of places: who is gone, and when sparse shards may be drawn together.
import { describe, expect, test } from 'vitest';
import { observeCluster } from '../../../lib/app/observe/observe.ts';
import type { ClusterSnapshot } from '../../../lib/app/ports/cluster.ts';
import type { Shard } from '../../../lib/app/ports/series-store.ts';
import { AdapterError } from '../../../lib/app/ports/world.ts';
import { placeAll } from '../../../lib/app/tick/place-all.ts';
import type { WorkloadRef } from '../../../lib/domain/workload/identity.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const SHARD: Shard = { id: 0, workloads: [], places: [] };
const input = { cluster: 'c', now: 1, observed: { unlisted: [] }, unfinished: false };

function ports(gather: () => Promise<boolean>) {
  const told: string[] = [];
  const assigned: unknown[] = [];
  const write = (message: string) => void told.push(message);
  return {
    told,
    assigned,
    log: { info: write, warn: write, error: write },
    ticks: { confirm: async () => true },
    series: {
      gather,
      assign: async (_cluster: string, _refs: unknown, unlisted?: unknown) => {
        assigned.push(unlisted);
        return [{ ...SHARD, id: assigned.length }];
      },
    },
  };
}

describe('places of a tick', () => {
  test('are asked for once, and again where workloads have moved', async () => {
    const still = ports(async () => false);
    expect(await placeAll(still, input, [])).toEqual([{ ...SHARD, id: 1 }]);
    const moved = ports(async () => true);
    expect(await placeAll(moved, input, [])).toEqual([{ ...SHARD, id: 2 }]);
    expect(moved.told).toEqual(['sparse shards were drawn together']);
  });

  test('nobody moves after a tick that died: its journals are those of the shards as they are', async () => {
    const asked = ports(() => Promise.reject(new Error('asked')));
    expect(await placeAll(asked, { ...input, unfinished: true }, [])).toEqual([{ ...SHARD, id: 1 }]);
  });

  test('a move that fails costs the tick a line in the log', async () => {
    const failing = ports(() => Promise.reject(new AdapterError('dynamodb', 'away', { retryable: true })));
    expect(await placeAll(failing, input, [])).toEqual([{ ...SHARD, id: 1 }]);
    expect(failing.told).toEqual(['sparse shards stay apart']);
  });
});

describe('an observation', () => {
  const seen = async (change: Partial<ClusterSnapshot>) => {
    const snapshot = { cluster: 'c', at: 0, workloads: new Map(), problems: [], ...change };
    const reader = { snapshot: async () => snapshot, workload: async () => null };
    return (await observeCluster({ reader, signals: [] }, 'c', 0)).unlisted;
  };

  test.each([
    ['without problems is of the whole cluster', {}, []],
    ['with problems may be of a part of it', { problems: ['a namespace could not be read'] }, null],
    [
      'says which kinds may be missing, whatever else is wrong',
      { problems: ['no VPAs'], unlisted: ['Rollout' as const] },
      ['Rollout'],
    ],
  ])('%s', async (_what, change, expected) => {
    expect(await seen(change)).toEqual(expected);
  });
});

describe('a cluster whose workloads come and go', () => {
  test('is shown as it is: who is not observed any more has no part in ticks and status', async () => {
    const system: Embedded = await startEmbedded([simulated({ name: 'web' }), simulated({ name: 'api' })]);
    const { series } = system.ports;
    try {
      await system.tick();
      const ghosts = ['a', 'b'].map((name) => ({ cluster: 'demo', namespace: 'preview', name }));
      await series.assign('demo', ghosts);
      await system.tick();
      const names = async () =>
        (await series.shards('demo')).flatMap(({ workloads }) => workloads.map(({ name }) => name));
      expect((await names()).toSorted()).toEqual(['api', 'web']);
      expect((await system.get('/api/autoscaling/status/demo')).body.workloads).toHaveLength(2);
      expect(await series.locate(ghosts[0] as WorkloadRef)).not.toBeNull();
    } finally {
      await system.close();
    }
  });
});
