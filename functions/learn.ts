// Consumes the queue of learning: each message is a shard whose history is to be fitted anew.
import { type LearnPorts, learnMessages } from '../lib/app/tick/learn-messages.ts';
import { type BatchResponse, batchResponse, readQueueEvent } from '../lib/app/tick/queue-event.ts';
import type { FitPace } from '../lib/app/tick/refit.ts';
import { readConfig } from '../lib/config.ts';
import { invoked } from '../lib/wire/invoked.ts';
import { wireLearn } from '../lib/wire/learn.ts';
import { once } from '../lib/wire/once.ts';

export interface LearnContext {
  readonly ports: LearnPorts;
  readonly settings: FitPace;
}

export function makeHandler({ ports, settings }: LearnContext) {
  return async (event: unknown): Promise<BatchResponse> =>
    batchResponse(await learnMessages(ports, settings, readQueueEvent(event)));
}

const wired = once(async () => makeHandler(await wireLearn(readConfig(process.env))));

export const handler = invoked(async (event: unknown) => (await wired())(event));
