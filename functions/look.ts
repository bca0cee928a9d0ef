// Consumes the queue of looks: each message a look between two ticks, which may only scale up.
import { type LookMessagePorts, lookMessages } from '../lib/app/look/look-messages.ts';
import type { LookSettings } from '../lib/app/look/run-look.ts';
import { type BatchResponse, batchResponse, readQueueEvent } from '../lib/app/tick/queue-event.ts';
import { readConfig } from '../lib/config.ts';
import { invoked } from '../lib/wire/invoked.ts';
import { wireLook } from '../lib/wire/look.ts';
import { once } from '../lib/wire/once.ts';

export interface LookContext {
  readonly ports: LookMessagePorts;
  readonly settings: LookSettings;
}

export function makeHandler({ ports, settings }: LookContext) {
  return async (event: unknown): Promise<BatchResponse> => {
    await lookMessages(ports, settings, readQueueEvent(event));
    return batchResponse([]);
  };
}

const wired = once(async () => makeHandler(await wireLook(readConfig(process.env))));

export const handler = invoked(async (event: unknown) => (await wired())(event));
