// Consumes the queue of learning: each message is a shard whose history is to be fitted anew.
import { type BatchResponse, batchResponse, readQueueEvent } from '../lib/app/tick/queue-event.ts';

/** Every message is refused: nothing is handed on yet. */
export async function handler(event: unknown): Promise<BatchResponse> {
  return batchResponse(readQueueEvent(event).map(({ id }) => id));
}
