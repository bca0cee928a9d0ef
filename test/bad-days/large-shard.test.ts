// Shards that do not fit into a message, or not into a call together, and a queue that does not answer.
import { afterEach, describe, expect, it } from 'vitest';
import { type BadDay, SCALED, startBadDay } from '../make/bad-day.ts';
import { simulated } from '../make/embedded.ts';

/** Three shards of up to 64. */
const WORKLOADS = 130;
const workloads = () =>
  Array.from({ length: WORKLOADS }, (_, i) =>
    simulated({ name: `w${i}`, ...(i % 50 === 0 && { annotations: SCALED, load: () => 4 }) }),
  );

let day: BadDay;
afterEach(() => day.close());

async function start() {
  day = await startBadDay(workloads(), { env: { SHARDS_IN_PLACE: '0' }, sqsTimeoutMs: 100 });
}

const scaled = () => [0, 50, 100].map((i) => day.replicas(`shop/w${i}`));

describe('a queue that takes', () => {
  it('none of them, each being too large for it, leaves them to the tick itself: the same is scaled', async () => {
    await start();
    day.queue.largestBytes = 100;
    await day.minutes(1);
    expect(day.said('tick handed on')[0]?.fields).toMatchObject({ shards: 3, inPlace: 3 });
    expect(day.said('tasks were not handed on')[0]?.fields.message).toContain('BatchRequestTooLong');
    expect(scaled()).toEqual([12, 12, 12]);
    expect(day.said('tick finished')).toHaveLength(1);
    expect(day.red()).toEqual([]);
  });

  it('each alone, but not together, gets them one by one, and the tick evaluates none', async () => {
    await start();
    day.queue.largestBytes = 6000;
    await day.minutes(1);
    expect(day.said('tick handed on')[0]?.fields).toMatchObject({ shards: 3, inPlace: 0 });
    expect(scaled()).toEqual([12, 12, 12]);
  });
});

describe('a queue that never answers', () => {
  it('is asked once by each tick, as often as the SDK tries, and the tick evaluates its shards itself', async () => {
    await start();
    day.queue.fault = 'hangs';
    await day.minutes(1);
    expect(day.queue.calls).toBe(3);
    expect(day.said('tick handed on')[0]?.fields).toMatchObject({ shards: 3, inPlace: 3 });
    expect(scaled()).toEqual([12, 12, 12]);
    expect(day.red()).toEqual([]);
  });
});
