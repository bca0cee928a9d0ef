// What Lambda hands over from a queue, and what it wants back: which messages are to come again.
import * as z from 'zod';

const eventSchema = z.object({
  Records: z.array(
    z.object({
      messageId: z.string().min(1),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.coerce.number().int().min(1).catch(1) }).optional(),
    }),
  ),
});

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** How often it was delivered, this time included. */
  readonly receives: number;
}

/** With ReportBatchItemFailures, only these are delivered again; after some times, the queue puts them aside. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** @throws Error of one line where it is no event of a queue */
export function readQueueEvent(event: unknown): readonly QueueMessage[] {
  const read = eventSchema.safeParse(event);
  if (!read.success) throw new Error(`Nothing was done: expected an event of SQS; ${z.prettifyError(read.error)}`);
  return read.data.Records.map(({ messageId, body, attributes }) => ({
    id: messageId,
    body,
    receives: attributes?.ApproximateReceiveCount ?? 1,
  }));
}

export function batchResponse(failed: readonly string[]): BatchResponse {
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
