// EventBridge Scheduler comes late, twice, in the wrong order, or not at all.
import { afterEach, describe, expect, it } from 'vitest';
import { type BadDay, MINUTE, SCALED, startBadDay } from '../make/bad-day.ts';
import { simulated } from '../make/embedded.ts';

let day: BadDay;
let cores: number;
afterEach(() => day.close());

async function start(inPlace = '8') {
  cores = 3.5;
  day = await startBadDay([simulated({ annotations: SCALED, load: () => cores })], {
    env: { SHARDS_IN_PLACE: inPlace },
  });
  await day.minutes(2);
  expect(day.red()).toEqual([]);
}

describe.each(['8', '0'])('a tick (shards in place: %s)', (inPlace) => {
  it('that comes twice, or after the one that follows it, changes and counts nothing', async () => {
    await start(inPlace);
    cores = 6;
    day.isScheduleSilent = true;
    await day.minutes(1);
    const late = day.now();
    await day.minutes(1);
    await Promise.all([day.tick(), day.tick()]);
    await day.poll();
    expect(await day.tick(late)).toMatchObject({ kind: 'skipped', reason: 'already_done' });
    expect(await day.tick()).toMatchObject({ kind: 'skipped', reason: 'already_done' });
    await day.poll();
    expect(await day.changes()).toEqual(['10 > 18 reactive']);
    expect(day.events.filter(({ type }) => type === 'TickFinished')).toHaveLength(3);
  });

  it('that is up to two minutes late acts, and one that is later is left to the next', async () => {
    await start(inPlace);
    cores = 6;
    day.isScheduleSilent = true;
    await day.minutes(3);
    expect(await day.tick(day.now() - 3 * MINUTE)).toMatchObject({ kind: 'skipped', reason: 'late' });
    expect(day.replicas()).toBe(10);
    await day.tick(day.now() - 2 * MINUTE);
    await day.poll();
    expect(day.replicas()).toBe(18);
  });
});

describe('ticks that come three minutes late, each of them', () => {
  it('are none: the cluster is stale after five, as if there were no schedule, and the watchdog stands in after ten', async () => {
    await start();
    day.isScheduleSilent = true;
    for (let minute = 0; minute < 12; minute++) {
      await day.minutes(1);
      await day.tick(day.now() - 3 * MINUTE);
    }
    expect(day.red()).toEqual(['prod-stale']);
    expect(day.said('tick skipped: it is too late for its readings, and the next one acts').length).toBe(12);
    expect(day.replicas()).toBe(10);
  });
});
