// Consumes the queue of shards: each message is a part of one tick, which the tick function observed and handed on.
import { type BatchResponse, batchResponse, readQueueEvent } from '../lib/app/tick/queue-event.ts';

/** Every message is refused: nothing is handed on yet. */
export async function handler(event: unknown): Promise<BatchResponse> {
  return batchResponse(readQueueEvent(event).map(({ id }) => id));
}
