// A function is cut off in the middle, by its time-out or with its machine: between what it noted and what it did, or right after.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type BadDay, MINUTE, SCALED, startBadDay } from '../make/bad-day.ts';
import { simulated } from '../make/embedded.ts';
import { startLambda } from '../stand-ins/lambda-service.ts';

const PROJECT = join(import.meta.dirname, '../..');
type When = 'before' | 'after';

let day: BadDay;
let door: Awaited<ReturnType<typeof startDoor>>;
afterEach(async () => {
  door.close();
  await day.close();
});

/** Before the cluster's API: the first write is the last thing that its sender does, carried out or not. */
async function startDoor(url: string, when: When, kill: () => void) {
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', headers, url: path = '/' } = incoming;
    const body = await buffer(incoming);
    const isWrite = method !== 'GET';
    if (isWrite && when === 'before') return kill();
    const own = { ...headers, host: new URL(url).host };
    const forwarded = request(new URL(path, url), { method, headers: own }, (answer) => {
      if (isWrite) {
        answer.resume();
        return kill();
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Runs the function in a process of its own, which ends with its first write. */
async function cutOff(name: 'tick' | 'evaluate', when: When, event: unknown) {
  let lambda: ReturnType<typeof startLambda> | undefined;
  door = await startDoor(day.cluster.url, when, () => void lambda?.close());
  lambda = startLambda({
    bundle: join(PROJECT, `functions/${name}.ts`),
    name,
    environment: day.environment(name, door.url),
    timeoutSeconds: 120,
    memoryMb: 1024,
    folder: day.folder,
  });
  const answer = await lambda.invoke(event);
  day.moveTo(Date.now());
  return answer;
}

/** @param aheadMs of the clock of the process: so much longer may that take to start */
async function start(inPlace: string, aheadMs = 0) {
  const now = Date.now() + aheadMs;
  const env = { SHARDS_IN_PLACE: inPlace };
  day = await startBadDay([simulated({ annotations: SCALED, load: () => 6 })], { env, start: now - MINUTE });
  day.moveTo(now);
}

const CUT_OFF = { ok: false, error: 'Runtime exited with null' };

describe('a function that is cut off', () => {
  it.each(['before', 'after'] as const)(
    '%s the write of its tick is carried out leaves what it meant: the next tick finds out, and says it once',
    async (when) => {
      await start('8');
      const event = { cluster: 'prod', scheduled_at: new Date(day.now()).toISOString() };
      expect(await cutOff('tick', when, event)).toMatchObject(CUT_OFF);
      expect(day.replicas()).toBe(when === 'after' ? 18 : 10);
      await day.minutes(1);
      await expectOnce();
    },
  );

  it('in a shard does not begin it again in its tick; the next tick does it, and its message is put aside', async () => {
    await start('0', MINUTE);
    expect(await day.tick()).toMatchObject({ kind: 'handed_on' });
    const Records = day.queue.receive(4);
    expect(await cutOff('evaluate', 'after', { Records })).toMatchObject(CUT_OFF);
    await day.minutes(1);
    await expectOnce();
    await day.minutes(3);
    await expectOnce();
    expect(day.queue.putAside).toHaveLength(1);
    expect(day.red()).toEqual(['evaluate-put-aside']);
  });
});

async function expectOnce() {
  expect(day.replicas()).toBe(18);
  expect(await day.changes()).toEqual(['10 > 18 reactive']);
  const told = day.events.filter(({ type }) => type === 'DecisionApplied');
  expect(told).toHaveLength(1);
}
