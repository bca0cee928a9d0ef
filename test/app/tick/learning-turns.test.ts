// A shard learns in turns: those that waited longest, and of those neighbours together, since they are stored in one item.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SeriesStore } from '../../../lib/app/ports/series-store.ts';
import { fitShard } from '../../../lib/app/tick/refit.ts';
import type { Fitted } from '../../../lib/domain/learning/fitted.ts';
import { workloadKey } from '../../../lib/domain/workload/identity.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';
import { policiesWith } from '../../make/policies.ts';

const NOW = Date.UTC(2026, 10, 26);
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const SLOTS = Array.from({ length: 64 }, (_, slot) => slot);
const LOADS_A_TURN = 16;
const ITEM = 8;
const none = new Float64Array();
const EMPTY: Series = { at: none, demand: { cpu: none, memory: none }, replicas: none };

it('law: four turns of a full shard write each item of eight once, in whatever order its workloads are read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(SLOTS, { minLength: 64 }), fc.nat(1000), async (slots, seed) => {
      const refs = slots.map((slot) => ({ cluster: 'c', namespace: 'shop', name: `w${(slot * 37 + seed) % 64}` }));
      const shard = { id: 0, workloads: refs, places: slots.map((slot) => ({ slot, since: 0 })) };
      const series = {
        read: async () => new Map(refs.map((ref) => [workloadKey(ref), EMPTY])),
        writeFitted: async () => undefined,
      } as unknown as SeriesStore;
      let known: ReadonlyMap<string, Fitted> = new Map();
      const written: number[] = [];
      for (let turn = 0; turn < 4; turn++) {
        const now = NOW + 60_000 * turn;
        const input = { cluster: 'c', now, shard, observed: { observations: new Map() }, policies: policiesWith() };
        const fitted = await fitShard({ series, log: QUIET }, { tickSeconds: 60 }, input, known, LOADS_A_TURN);
        const before = known;
        const news = slots.filter((_, i) => {
          const key = workloadKey(refs[i] as (typeof refs)[number]);
          return fitted.known.get(key) !== before.get(key);
        });
        written.push(...new Set(news.map((slot) => Math.floor(slot / ITEM))));
        known = fitted.known;
      }
      expect(written.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    }),
    { numRuns: 20 },
  );
});
