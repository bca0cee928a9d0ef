// The queue of shards stalls, its function has no concurrency left, or a message can never be read.
import { afterEach, describe, expect, it } from 'vitest';
import { packTask } from '../../lib/adapters/sqs/packing.ts';
import { type BadDay, SCALED, startBadDay } from '../make/bad-day.ts';
import { simulated } from '../make/embedded.ts';

let day: BadDay;
let cores: number;
afterEach(() => day.close());

/** Two minutes as ever, every shard through the queue. */
async function start() {
  cores = 3.5;
  day = await startBadDay([simulated({ annotations: SCALED, load: () => cores })], { env: { SHARDS_IN_PLACE: '0' } });
  await day.minutes(2);
  expect(day.red()).toEqual([]);
}

describe('a queue that nobody polls', () => {
  it('leaves replicas as they are, alarms after five ticks, and is drained of what is old without a change', async () => {
    await start();
    cores = 6;
    day.isQueueStalled = true;
    await day.minutes(7);
    expect(day.red()).toEqual(['prod-stale']);
    expect(day.replicas()).toBe(10);
    // A message is worth nothing after its tick: five of them are all that wait.
    expect(day.queue.waiting()).toBe(5);
    const [failure] = day.said('tick failed');
    expect(failure?.fields.message).toMatch(
      /^1 of 1 shards were not evaluated in this tick .* look at the function evaluate, its queue/,
    );
    day.isQueueStalled = false;
    await day.minutes(1);
    expect(day.said('shards dropped').length).toBeGreaterThan(0);
    expect(await day.changes()).toEqual(['10 > 18 reactive']);
    await day.minutes(5);
    expect([day.red(), day.queue.waiting(), day.queue.putAside]).toEqual([[], 0, []]);
  });
});

describe('a function without concurrency', () => {
  it('alarms at once, its messages are put aside after three tries, and the next ticks do their work', async () => {
    await start();
    cores = 6;
    day.throttled.add('evaluate');
    await day.minutes(1);
    expect(day.red()).toEqual(['evaluate-throttled']);
    await day.minutes(5);
    expect(day.red()).toEqual(['evaluate-put-aside', 'evaluate-throttled', 'prod-stale']);
    day.throttled.clear();
    await day.minutes(2);
    expect(await day.changes()).toEqual(['10 > 18 reactive']);
  });
});

describe('a message that is none', () => {
  it.each([
    ['text', 'what is this?'],
    ['a task of another shape', packTask({ header: {} })],
  ])('(%s) harms nobody, and lies where somebody looks after three tries', async (_, body) => {
    await start();
    await day.send(body);
    await day.minutes(4);
    expect(day.queue.putAside).toEqual([body]);
    expect(day.red()).toEqual(['evaluate-put-aside']);
    expect(day.events.filter(({ type }) => type === 'TickFinished')).toHaveLength(6);
  });

  it('of another release is left to the next tick, which is of this one', async () => {
    await start();
    const { v: _v, ...rest } = JSON.parse(packTask({ header: {} }));
    await day.send(JSON.stringify({ v: 2, ...rest }));
    await day.minutes(4);
    expect([day.queue.putAside, day.queue.waiting(), day.red()]).toEqual([[], 0, []]);
    expect(day.said('shard not evaluated: its message cannot be read')).toHaveLength(1);
  });
});
