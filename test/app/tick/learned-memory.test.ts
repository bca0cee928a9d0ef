// Learning a shard knows what memory may hold: the request, the target and the limit of each workload, and whether it counts at all.

import { describe, expect, it } from 'vitest';
import type { SeriesStore } from '../../../lib/app/ports/series-store.ts';
import { fitShard } from '../../../lib/app/tick/refit.ts';
import { workloadKey } from '../../../lib/domain/workload/identity.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';
import { policiesWith } from '../../make/policies.ts';
import { NOW, observation } from '../../make/workloads.ts';

const MINUTE = 60_000;
const DAY = 1440;
const GIB = 2 ** 30;
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Two days of a day's rhythm: 1.6 GiB a core on 0.2 in every pod. */
const PAST: Series = (() => {
  const at = Float64Array.from({ length: 2 * DAY }, (_, i) => NOW - (2 * DAY - 1 - i) * MINUTE);
  const cpu = at.map((_, i) => 4 - 3 * Math.cos((2 * Math.PI * i) / DAY));
  const replicas = at.map((_, i) => 6 + (Math.floor(i / 300) % 5));
  const memory = at.map((_, i) => (0.2 * (replicas[i] ?? 0) + 1.6 * (cpu[i] ?? 0)) * GIB);
  return { at, demand: { cpu, memory }, replicas };
})();

async function roomOf(change: Partial<Observation>): Promise<number | undefined> {
  const observed = observation({ capacity: { cpu: 1, memory: GIB }, ...change });
  const key = workloadKey(observed.workload);
  const series = {
    read: async () => new Map([[key, PAST]]),
    writeFitted: async () => undefined,
  } as unknown as SeriesStore;
  const input = {
    cluster: 'c',
    now: NOW,
    shard: { id: 0, places: [], workloads: [observed.workload] },
    observed: { observations: new Map([[key, observed]]) },
    policies: policiesWith(),
  };
  const { known } = await fitShard({ series, log: QUIET }, { tickSeconds: 60 }, input, new Map(), 1);
  const unit = known.get(key)?.loads?.memory?.unit;
  return unit && unit / GIB;
}

describe('what a shard learns of memory is in units of', () => {
  it.each<[string, Partial<Observation>, number | undefined]>([
    ['the room between base and target', {}, 0.6],
    ['the room under the target that is stated', { annotations: { 'ai4k8s.io/target-memory': '60' } }, 0.4],
    ['the room under the limit', { limits: { memory: 0.7 * GIB } }, 0.465],
    ['nothing, where its target is off', { annotations: { 'ai4k8s.io/target-memory': 'off' } }, undefined],
    ['nothing, where no request is stated', { capacity: { cpu: 1 } }, undefined],
  ])('%s', async (_what, change, room) => {
    const found = await roomOf(change);
    if (room === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(room, 3);
  });
});
