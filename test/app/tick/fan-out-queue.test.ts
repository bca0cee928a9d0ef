// From a tick to scaled Deployments through real parts: SQS's protocol, the table's engine, the functions as Lambda calls them.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeHandler as makeEvaluateHandler } from '../../../functions/evaluate.ts';
import { makeHandler as makeLearnHandler } from '../../../functions/learn.ts';
import { wireEvaluate } from '../../../lib/wire/evaluate.ts';
import { wireLearn } from '../../../lib/wire/learn.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const SCALED = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/mode': 'scale',
  'ai4k8s.io/max-replicas': '40',
};
const WORKLOADS = 150;

let server: FauxqsServer;
let system: Embedded;
let queues: { shards: string; learning: string; dead: string };
let client: SQSClient;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  client = new SQSClient(access());
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});
afterEach(() => system.close());

function access() {
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  return { endpoint: server.address, region: 'eu-west-1', credentials };
}

/** Three shards, of which some members are short of capacity, one has too much, and one may not be touched. */
function workloads() {
  return Array.from({ length: WORKLOADS }, (_, i) =>
    simulated({
      namespace: `team-${i % 4}`,
      name: `w${i}`,
      load: () => (i % 10 === 0 ? 5 : 3),
      annotations: i % 7 === 0 ? {} : SCALED,
    }),
  );
}

async function start(name: string) {
  const made = (queue: string, attributes: Record<string, string> = {}) =>
    server.createQueue(`${name}-${queue}`, { region: 'eu-west-1', attributes });
  const dead = made('dead');
  const redrive = JSON.stringify({ deadLetterTargetArn: dead.queueArn, maxReceiveCount: '3' });
  const [shards, learning] = [made('shards', { RedrivePolicy: redrive }), made('learning')];
  queues = { shards: shards.queueUrl, learning: learning.queueUrl, dead: dead.queueUrl };
  const env = { SHARD_QUEUE_URL: shards.queueUrl, LEARN_QUEUE_URL: learning.queueUrl, SHARDS_IN_PLACE: '0' };
  system = await startEmbedded(workloads(), { env, sqs: access() });
  const evaluate = makeEvaluateHandler(await wireEvaluate(system.config, system.overrides('evaluate')));
  const learn = makeLearnHandler(await wireLearn(system.config, system.overrides('learn')));
  return { evaluate, learn };
}

type Handler = Awaited<ReturnType<typeof start>>['evaluate'];

/** As Lambda polls: batches of two, what is not named is deleted, what is named comes again at once. */
async function drain(url: string, handler: Handler): Promise<number> {
  let seen = 0;
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 2, MessageSystemAttributeNames: ['All'] }),
    );
    if (Messages.length === 0) return seen;
    seen += Messages.length;
    const Records = Messages.map(({ MessageId, Body, Attributes }) => ({
      messageId: MessageId,
      body: Body,
      attributes: Attributes,
    }));
    const { batchItemFailures } = await handler({ Records });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { MessageId = '', ReceiptHandle } of Messages) {
      const ref = { QueueUrl: url, ReceiptHandle };
      if (failed.has(MessageId))
        await client.send(new ChangeMessageVisibilityCommand({ ...ref, VisibilityTimeout: 0 }));
      else await client.send(new DeleteMessageCommand(ref));
    }
  }
}

const replicas = () => workloads().map(({ namespace, name }) => system.cluster.replicas(`${namespace}/${name}`));

describe('a tick of three shards through SQS', () => {
  it('scales what the same tick in place scales, tells the same, and learns from its own queue', async () => {
    const { evaluate, learn } = await start('same');
    for (let minute = 0; minute < 3; minute++) {
      await system.tick();
      expect(await drain(queues.shards, evaluate)).toBe(3);
    }
    const handedOn = replicas();
    const { body } = await system.get('/api/autoscaling/status/demo');
    expect(body.problems).toEqual([]);
    expect((await system.ports.ticks.last('demo'))?.scheduledAt).toBe(system.now());
    const types = system.events.map(({ type }) => type).toSorted();
    const [shard] = await system.ports.series.shards('demo');
    if (shard === undefined) throw new Error('no shard');
    // Due at the first tick, known to the second, sent once in ten minutes.
    expect(await drain(queues.learning, learn)).toBe(2);
    expect((await system.ports.series.readFitted('demo', shard)).size).toBe(64);
    await system.close();
    system = await startEmbedded(workloads());
    await system.tick(3);
    expect(replicas()).toEqual(handedOn);
    expect(system.events.map(({ type }) => type).toSorted()).toEqual(types);
  });

  it('survives what is no message of ours, which ends among the dead letters', async () => {
    const { evaluate } = await start('strange');
    await client.send(new SendMessageCommand({ QueueUrl: queues.shards, MessageBody: 'what is this?' }));
    await system.tick();
    await drain(queues.shards, evaluate);
    expect((await system.ports.ticks.last('demo'))?.scheduledAt).toBe(system.now());
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: queues.dead }));
    expect(Messages.map(({ Body }) => Body)).toEqual(['what is this?']);
  });

  it('goes on where the queue is gone: the tick evaluates them itself', async () => {
    await start('gone');
    server.deleteQueue('gone-shards', { region: 'eu-west-1' });
    await system.tick();
    expect(system.lines).toContain('tasks were not handed on');
    expect((await system.ports.ticks.last('demo'))?.scheduledAt).toBe(system.now());
    expect(replicas().filter((count) => count === 15).length).toBeGreaterThan(10);
  });

  it('takes less than 64 KB a shard, as SQS bills it', async () => {
    await start('size');
    await system.tick();
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: queues.shards, MaxNumberOfMessages: 10 }),
    );
    expect(Messages).toHaveLength(3);
    for (const { Body = '' } of Messages) expect(Body.length).toBeLessThan(65_536);
  });
});
