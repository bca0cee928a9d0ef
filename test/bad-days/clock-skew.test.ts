// Clocks that differ: the functions' among each other, theirs and the scheduler's, theirs and the cluster's.
import { afterEach, describe, expect, it } from 'vitest';
import { type BadDay, MINUTE, SCALED, type Skew, startBadDay } from '../make/bad-day.ts';
import { simulated } from '../make/embedded.ts';

const SECOND = 1000;

let day: BadDay;
let cores: number;
afterEach(() => day.close());

async function start(skewMs: Skew) {
  cores = 6;
  const env = { SHARDS_IN_PLACE: '0' };
  day = await startBadDay([simulated({ annotations: SCALED, load: () => cores })], { env, skewMs });
}

describe('the clock of evaluate', () => {
  it.each([-40, 40])('%i s from that of tick: shards are evaluated once, and in their tick', async (seconds) => {
    await start({ evaluate: seconds * SECOND });
    await day.minutes(8);
    expect(await day.changes()).toEqual(['10 > 18 reactive']);
    expect(day.said('tick finished')).toHaveLength(8);
    expect(day.red()).toEqual([]);
  });

  it('a minute ahead: every message looks old, nothing is changed, and the cluster is stale', async () => {
    await start({ evaluate: MINUTE });
    await day.minutes(6);
    expect([await day.changes(), day.red()]).toEqual([[], ['prod-stale']]);
    expect(day.said('shards dropped')).toHaveLength(6);
    expect(day.queue.putAside).toEqual([]);
  });
});

describe('the clock of tick', () => {
  it.each([-50, 100])('%i s from the scheduler: its ticks act', async (seconds) => {
    await start({ tick: seconds * SECOND, evaluate: seconds * SECOND });
    await day.minutes(3);
    expect(await day.changes()).toEqual(['10 > 18 reactive']);
  });

  it.each([
    [-3, 'tick refused: it is dated ahead of this clock; look at what invokes the function, and at the clock'],
    [3, 'tick skipped: it is too late for its readings, and the next one acts'],
  ])('%i minutes from it: none acts, the log says why, and the cluster is stale', async (minutes, line) => {
    await start({ tick: minutes * MINUTE });
    await day.minutes(6);
    expect([await day.changes(), day.red(), day.said(line).length]).toEqual([[], ['prod-stale'], 6]);
  });
});

describe('the clock of the cluster', () => {
  it.each([-2, 2])('%i minutes from ours: it is scaled as ever', async (minutes) => {
    await start({ cluster: minutes * MINUTE });
    await day.minutes(3);
    expect(await day.changes()).toEqual(['10 > 18 reactive']);
  });

  it.each([
    [-10, /stale: measured \d+ s ago/, 8],
    // Told by status after a quarter of an hour; that the alarm follows half an hour later, a poisoned workload shows.
    [10, /dated \d+ s ahead of the tick: check the nodes' clocks/, 18],
  ])(
    '%i minutes from ours: nothing is scaled down by its readings, and after a while it is a problem',
    async (skew, why, minutes) => {
      await start({ cluster: skew * MINUTE });
      cores = 1;
      await day.minutes(minutes);
      expect(day.replicas()).toBe(10);
      const { workloads, problems } = await day.get('status/prod');
      expect(workloads[0].reason).toMatch(why);
      expect(problems.join()).toMatch(minutes > 15 ? why : /^$/);
      expect(day.red()).toEqual([]);
    },
  );
});
