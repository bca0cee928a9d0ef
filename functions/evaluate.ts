// Consumes the queue of shards: each message is a part of one tick, which the tick function observed and handed on.
import { evaluateMessages, type MessagePorts } from '../lib/app/tick/evaluate-messages.ts';
import { type BatchResponse, batchResponse, readQueueEvent } from '../lib/app/tick/queue-event.ts';
import type { TickSettings } from '../lib/app/tick/tick-ports.ts';
import { readConfig } from '../lib/config.ts';
import { wireEvaluate } from '../lib/wire/evaluate.ts';
import { invoked } from '../lib/wire/invoked.ts';
import { once } from '../lib/wire/once.ts';

export interface EvaluateContext {
  readonly ports: MessagePorts;
  readonly settings: TickSettings;
}

export function makeHandler({ ports, settings }: EvaluateContext) {
  return async (event: unknown): Promise<BatchResponse> =>
    batchResponse(await evaluateMessages(ports, settings, readQueueEvent(event)));
}

const wired = once(async () => makeHandler(await wireEvaluate(readConfig(process.env))));

export const handler = invoked(async (event: unknown) => (await wired())(event));
