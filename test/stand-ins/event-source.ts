// A stand-in for Lambda's polling of a queue: hands batches to a function, as many at once as the mapping allows, and deletes what
// was not reported as failed. What was comes back when its visibility is over, and goes to the dead-letter queue in the end.
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { StandInLambda } from './lambda-service.ts';

export interface Mapping {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly lambda: Pick<StandInLambda, 'invoke'>;
  readonly batchSize: number;
  readonly maxConcurrency: number;
}

export interface EventSource {
  /** Batches handed on so far. */
  batches(): number;
  /** Ends when what is under way has been answered. */
  close(): Promise<void>;
}

export function startEventSource(mapping: Mapping): EventSource {
  const stop = new AbortController();
  let batches = 0;
  const pollers = Array.from({ length: mapping.maxConcurrency }, async () => {
    while (!stop.signal.aborted) {
      const messages = await receive(mapping, stop.signal);
      if (messages.length === 0) continue;
      batches += 1;
      await handOn(mapping, messages);
    }
  });
  return {
    batches: () => batches,
    async close() {
      stop.abort();
      await Promise.all(pollers);
    },
  };
}

async function receive({ sqs, queueUrl, batchSize }: Mapping, abortSignal: AbortSignal): Promise<readonly Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: batchSize,
    WaitTimeSeconds: 1,
    MessageSystemAttributeNames: ['All'],
  });
  try {
    return (await sqs.send(command, { abortSignal })).Messages ?? [];
  } catch (error) {
    if (abortSignal.aborted) return [];
    throw error;
  }
}

async function handOn({ sqs, queueUrl, queueArn, lambda }: Mapping, messages: readonly Message[]): Promise<void> {
  const Records = messages.map((message) => ({
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: {},
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: 'eu-west-1',
  }));
  const answer = await lambda.invoke({ Records });
  if (!answer.ok) return;
  const failures = (answer.result as { batchItemFailures?: { itemIdentifier: string }[] } | null)?.batchItemFailures;
  const failed = new Set((failures ?? []).map(({ itemIdentifier }) => itemIdentifier));
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
  if (done.length === 0) return;
  const Entries = done.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
}
