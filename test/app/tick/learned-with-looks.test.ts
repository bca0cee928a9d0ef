// Learning knows how often somebody looks between ticks: as the installation is set, and never behind an HPA, which looks itself.

import { describe, expect, it } from 'vitest';
import type { SeriesStore } from '../../../lib/app/ports/series-store.ts';
import { fitShard } from '../../../lib/app/tick/refit.ts';
import { fitWorkload } from '../../../lib/domain/learning/fit-workload.ts';
import { workloadKey } from '../../../lib/domain/workload/identity.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import { END, history, noise } from '../../make/histories.ts';
import { policiesWith } from '../../make/policies.ts';
import { observation } from '../../make/workloads.ts';

const MINUTE = 60_000;
const PAST = history(2, (at) => 5 + 4 * Math.sin((2 * Math.PI * at) / (140 * MINUTE)) + noise(at) / 5);
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const HPA = { name: 'web', minReplicas: 1, maxReplicas: 9, metrics: [] } as unknown as Observation['hpa'];

async function learned(lookSeconds: number | undefined, change: Partial<Observation> = {}) {
  const observed = observation(change);
  const key = workloadKey(observed.workload);
  const series = {
    read: async () => new Map([[key, PAST]]),
    writeFitted: async () => undefined,
  } as unknown as SeriesStore;
  const input = {
    cluster: 'c',
    now: END,
    shard: { id: 0, places: [], workloads: [observed.workload] },
    observed: { observations: new Map([[key, observed]]) },
    policies: policiesWith(),
  };
  const pace = { tickSeconds: 60, ...(lookSeconds !== undefined && { lookSeconds }) };
  const { known } = await fitShard({ series, log: QUIET }, pace, input, new Map(), 1);
  return known.get(key)?.sizing?.policy.expected;
}

function fittedFor(lookSeconds: number) {
  const { capacity, startupSeconds } = observation();
  return fitWorkload({
    history: PAST,
    previous: undefined,
    now: END,
    coresPerReplica: capacity.cpu,
    bytesPerReplica: capacity.memory,
    startupSeconds,
    sloPercent: 99.5,
    tickSeconds: 60,
    lookSeconds,
  }).sizing?.policy.expected;
}

describe('what is learned', () => {
  it('is for the looks that there are', async () => {
    expect(fittedFor(0)).not.toEqual(fittedFor(15));
    expect(await learned(15)).toEqual(fittedFor(15));
    expect(await learned(0)).toEqual(fittedFor(0));
    expect(await learned(undefined)).toEqual(fittedFor(0));
  });

  it('is for ticks alone behind an HPA', async () => {
    expect(await learned(15, { hpa: HPA })).toEqual(fittedFor(0));
  });
});
