// That the stand-ins of Lambda and of its polling behave as AWS documents: what is proven on them is worth no more than they are.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEventSource } from './event-source.ts';
import { startLambda } from './lambda-service.ts';

let folder: string;
let queues: FauxqsServer;
let sqs: SQSClient;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ai4k8s-lambda-'));
  queues = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ endpoint: `http://127.0.0.1:${queues.port}`, region: 'eu-west-1', credentials });
});
afterAll(async () => {
  sqs.destroy();
  await queues.stop();
  rmSync(folder, { recursive: true, force: true });
});

function lambdaOf(name: string, code: string, more: { timeoutSeconds?: number; concurrency?: number } = {}) {
  const bundle = join(folder, `${name}.mjs`);
  writeFileSync(bundle, code);
  return startLambda({ bundle, name, environment: {}, timeoutSeconds: 30, memoryMb: 128, folder, ...more });
}

it('a process answers one event after the other, and is warm from the second on', async () => {
  const lambda = lambdaOf(
    'warm',
    'let n = 0; export const handler = async (event, context) => [event.x, ++n, context.getRemainingTimeInMillis() > 0];',
  );
  expect(await lambda.invoke({ x: 1 })).toEqual({ ok: true, result: [1, 1, true], isCold: true });
  expect(await lambda.invoke({ x: 2 })).toEqual({ ok: true, result: [2, 2, true], isCold: false });
  lambda.recycle();
  expect(await lambda.invoke({ x: 3 })).toEqual({ ok: true, result: [3, 1, true], isCold: true });
  await lambda.close();
});

it('an error is told, a process that ends or takes too long is replaced', async () => {
  const code = `export const handler = async ({ how }) => {
    if (how === 'throw') throw new Error('no such table');
    if (how === 'exit') process.exit(3);
    if (how === 'hang') return new Promise(() => setInterval(() => undefined, 1000));
    return 'fine';
  };`;
  const lambda = lambdaOf('failing', code, { timeoutSeconds: 2 });
  expect(await lambda.invoke({ how: 'throw' })).toMatchObject({ ok: false, error: 'no such table' });
  expect(await lambda.invoke({ how: 'exit' })).toMatchObject({ ok: false, error: 'Runtime exited with 3' });
  expect(await lambda.invoke({ how: 'hang' })).toMatchObject({ ok: false, error: 'Task timed out after 2.00 seconds' });
  expect(await lambda.invoke({})).toMatchObject({ ok: true, result: 'fine', isCold: true });
  await lambda.close();
});

it('a module that cannot be loaded is told as such', async () => {
  const lambda = lambdaOf('broken', 'throw new Error("TABLE_NAME: missing");');
  expect(await lambda.invoke({})).toMatchObject({ ok: false, error: 'TABLE_NAME: missing' });
  await lambda.close();
});

it('of a batch, what is reported as failed comes back until it is dead, and the rest goes', async () => {
  const dead = queues.createQueue('dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.queueArn, maxReceiveCount: 2 });
  const { queueArn } = queues.createQueue('work', { attributes: { VisibilityTimeout: '1', RedrivePolicy } });
  const queueUrl = `http://127.0.0.1:${queues.port}/000000000000/work`;
  const code = `export const handler = async ({ Records }) => ({
    batchItemFailures: Records.filter(({ body }) => body === 'poison').map(({ messageId }) => ({ itemIdentifier: messageId })),
  });`;
  const lambda = lambdaOf('batch', code);
  const source = startEventSource({ sqs, queueUrl, queueArn, lambda, batchSize: 10, maxConcurrency: 2 });
  for (const MessageBody of ['one', 'poison', 'two'])
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  const bodies = (name: string) => queues.inspectQueue(name)?.messages.ready.map(({ body }) => body);
  await expect.poll(() => bodies('dead'), { timeout: 60_000 }).toEqual(['poison']);
  await source.close();
  expect(queues.inspectQueue('work')?.messages).toEqual({ ready: [], delayed: [], inflight: [] });
  await lambda.close();
});
