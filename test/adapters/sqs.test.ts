// Handing tasks on through SQS: calls as full as they may be, what is refused is tried again, and nothing that is left over is lost.

import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, constants } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openerOf, packTask } from '../../lib/adapters/sqs/packing.ts';
import { makeTaskQueue } from '../../lib/adapters/sqs/task-queue.ts';
import type { Log } from '../../lib/app/ports/world.ts';

const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const ABOUT = ({ id }: Task) => ({ shard: id });
interface Task {
  readonly id: number;
  readonly text: string;
}
type Answer = (ids: readonly string[], call: number) => readonly string[];

let server: Server | undefined;
afterEach(async () => {
  await new Promise((resolve) => server?.close(resolve) ?? resolve(null));
});

/** A stand-in that takes of each call what `taken` says. @returns the calls, each with the sizes of its messages */
async function startQueue(taken: Answer) {
  const calls: number[][] = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const entries = JSON.parse(Buffer.concat(chunks).toString()).Entries as { Id: string; MessageBody: string }[];
    calls.push(entries.map(({ MessageBody }) => MessageBody.length));
    const ok = taken(
      entries.map(({ Id }) => Id),
      calls.length,
    );
    const of = (isTaken: boolean) => entries.filter(({ Id }) => ok.includes(Id) === isTaken);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(
      JSON.stringify({
        Successful: of(true).map(({ Id }) => ({ Id, MessageId: Id, MD5OfMessageBody: '' })),
        Failed: of(false).map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
      }),
    );
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const config = { endpoint, region: 'eu-west-1', credentials, md5: false as const, maxAttempts: 1 };
  return { calls, queue: makeTaskQueue<Task>(`${endpoint}/1/shards`, QUIET, ABOUT, config) };
}

const task = (id: number, bytes = 10): Task => ({ id, text: randomBytes(bytes).toString('base64') });

describe('a queue of tasks', () => {
  it('is sent ten at a time, and as many as fit into a call', async () => {
    const { calls, queue } = await startQueue((ids) => ids);
    expect(await queue.send(Array.from({ length: 23 }, (_, i) => task(i)))).toEqual([]);
    expect(calls.map((sizes) => sizes.length).toSorted()).toEqual([10, 10, 3].toSorted());
    calls.length = 0;
    expect(await queue.send(Array.from({ length: 5 }, (_, i) => task(i, 300_000)))).toEqual([]);
    for (const sizes of calls) expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2 ** 20);
  });

  it('gives back what is too large for a message, and sends the others', async () => {
    const { calls, queue } = await startQueue((ids) => ids);
    const large = task(1, 1_200_000);
    expect(await queue.send([task(0), large, task(2)])).toEqual([large]);
    expect(calls.flat()).toHaveLength(2);
  });

  it('tries what is refused once more, and gives back what is refused again', async () => {
    const once = await startQueue((ids, call) => (call === 1 ? ids.slice(1) : ids));
    expect(await once.queue.send([task(0), task(1)])).toEqual([]);
    expect(once.calls).toHaveLength(2);
    await new Promise((resolve) => server?.close(resolve));
    const never = await startQueue((ids) => ids.slice(1));
    const tasks = [task(0), task(1)];
    expect(await never.queue.send(tasks)).toEqual([tasks[0]]);
  });

  it('that is away gives everything back and throws nothing', async () => {
    const config = { endpoint: 'http://127.0.0.1:9', region: 'eu-west-1', maxAttempts: 1 };
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
    const queue = makeTaskQueue<Task>('http://127.0.0.1:9/1/q', QUIET, ABOUT, { ...config, credentials });
    const tasks = [task(0), task(1)];
    expect(await queue.send(tasks)).toEqual(tasks);
  });
});

const QUICK = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

describe('a task as a message', () => {
  const open = openerOf<unknown>(z.object({ id: z.number() }));

  it('law: comes out as it went in', () => {
    fc.assert(
      fc.property(fc.record({ id: fc.integer(), what: fc.jsonValue() }), (given) => {
        expect(open(packTask(given))).toEqual({ kind: 'task', task: JSON.parse(JSON.stringify(given)) });
      }),
    );
  });

  it('says in plain words whose it is', () => {
    expect(JSON.parse(packTask({ id: 1 }, { cluster: 'c', shard: 7 }))).toMatchObject({ v: 1, cluster: 'c', shard: 7 });
    expect(open(packTask({ id: 1 }, { cluster: 'c', v: 5 })).kind).toBe('task');
  });

  it('law: whatever else comes is unreadable, and never thrown', () => {
    const strange = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ v: fc.constant(1), task: fc.base64String() }).map((one) => JSON.stringify(one)),
    );
    fc.assert(fc.property(strange, (body) => void expect(['unreadable', 'other_release']).toContain(open(body).kind)));
  });

  it('that would unfold to hundreds of megabytes is not unfolded', () => {
    const bomb = brotliCompressSync(Buffer.alloc(200 * 2 ** 20, ' '), QUICK).toString('base64');
    expect(open(JSON.stringify({ v: 1, task: bomb }))).toMatchObject({ kind: 'unreadable' });
  });
});
