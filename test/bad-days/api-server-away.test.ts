// The API server of a cluster cannot be reached for an hour: nothing is changed on old news, and nothing is forgotten.
import { afterEach, describe, expect, it } from 'vitest';
import { type BadDay, SCALED, startBadDay } from '../make/bad-day.ts';
import { simulated } from '../make/embedded.ts';

let day: BadDay;
afterEach(() => day.close());

/** Two minutes as ever, an hour of which the first minutes are ticked one by one, then the cluster is back. */
async function anHourAway(coresAfter: number) {
  let cores = 3.5;
  day = await startBadDay([simulated({ annotations: SCALED, load: () => cores })]);
  await day.minutes(2);
  expect(day.red()).toEqual([]);
  day.faults.away = true;
  cores = coresAfter;
  await day.minutes(10);
  const red = day.red();
  await day.minutes(6, 8);
  day.faults.away = false;
  return red;
}

describe('an API server that is away for an hour', () => {
  it('fails its ticks in five minutes and its watchdog, changes nothing, and keeps what was known', async () => {
    expect(await anHourAway(3.5)).toEqual(['prod-stale', 'tick-errors', 'watchdog-errors']);
    expect(day.said('tick failed')[0]?.fields.message).toMatch(/^Cluster prod: could not list .* network path/);
    await day.minutes(6);
    expect(day.red()).toEqual([]);
    expect(await day.changes()).toEqual([]);
    expect(day.replicas()).toBe(10);
  });

  it('raises at once with the first tick back what has become short meanwhile', async () => {
    await anHourAway(7);
    await day.minutes(1);
    expect(day.replicas()).toBe(20);
  });

  it('scales nothing down before the lower load has been seen for five minutes', async () => {
    await anHourAway(1);
    for (let minute = 0; minute < 5; minute++) {
      await day.minutes(1);
      expect(day.replicas()).toBe(10);
    }
    await day.minutes(2);
    expect(day.replicas()).toBe(5);
  });
});
