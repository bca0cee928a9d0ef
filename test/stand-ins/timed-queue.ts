// A stand-in for SQS whose messages age by the clock of a test: hidden, kept and put aside as the template's queue of shards says.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { deployed } from '../make/deployed-template.ts';

/** What SQS takes in a message, and in a call. */
const LARGEST_BYTES = 2 ** 20;

export interface Received {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  visibleAt: number;
  receives: number;
}

export async function startTimedQueue(now: () => number) {
  const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = deployed('AWS::SQS::Queue', 'QueuesShardsQueue');
  let messages: Message[] = [];
  const queue = {
    /** Where set, every call fails so; `hangs`: is never answered. */
    fault: null as 'away' | 'hangs' | null,
    /** The most of a call, as SQS took until 2025 and some regions may still. */
    largestBytes: LARGEST_BYTES,
    calls: 0,
    /** Bodies that were had as often as they may be. */
    putAside: [] as string[],
    waiting: () => messages.filter(({ sentAt }) => isKept(sentAt)).length,
    receive,
    /** What a consumer has done. */
    remove(ids: readonly string[]) {
      messages = messages.filter(({ id }) => !ids.includes(id));
    },
    url: '',
    config: {},
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const isKept = (sentAt: number) => now() - sentAt < MessageRetentionPeriod * 1000;
  let sent = 0;

  function receive(most: number): readonly Received[] {
    messages = messages.filter(({ sentAt }) => isKept(sentAt));
    const got: Received[] = [];
    for (const message of messages.filter(({ visibleAt }) => visibleAt <= now())) {
      if (got.length === most) break;
      if (message.receives >= RedrivePolicy.maxReceiveCount) {
        queue.putAside.push(message.body);
        queue.remove([message.id]);
        continue;
      }
      message.receives += 1;
      message.visibleAt = now() + VisibilityTimeout * 1000;
      const attributes = { ApproximateReceiveCount: String(message.receives) };
      got.push({ messageId: message.id, body: message.body, attributes });
    }
    return got;
  }

  const server = createServer(async (request, response) => {
    queue.calls += 1;
    const { Entries } = JSON.parse(await text(request)) as { Entries: { Id: string; MessageBody: string }[] };
    if (queue.fault === 'hangs') return;
    if (queue.fault === 'away') return response.destroy();
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    const bytes = Entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
    if (bytes > queue.largestBytes) {
      const message = `Batch requests cannot be longer than ${queue.largestBytes} bytes. You have sent ${bytes} bytes.`;
      response.writeHead(400).end(JSON.stringify({ __type: 'com.amazonaws.sqs#BatchRequestTooLong', message }));
      return;
    }
    const Successful = Entries.map(({ Id, MessageBody }) => {
      const id = `m${sent++}`;
      messages.push({ id, body: MessageBody, sentAt: now(), visibleAt: now(), receives: 0 });
      return { Id, MessageId: id, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
    });
    response.end(JSON.stringify({ Successful, Failed: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  return Object.assign(queue, {
    url: `${endpoint}/000000000000/shards`,
    config: { endpoint, region: 'eu-west-1', credentials },
  });
}
