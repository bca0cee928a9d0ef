// The scheduled function: one tick of one cluster.
import * as z from 'zod';
import { runTick, type TickPorts, type TickReport, type TickSettings } from '../lib/app/tick.ts';
import { readConfig } from '../lib/config.ts';
import { once } from '../lib/wire/once.ts';
import { wireTick } from '../lib/wire/tick.ts';

/** What the schedule sends: `scheduled_at` is EventBridge Scheduler's <aws.scheduler.scheduled-time>. */
const eventSchema = z.object({ cluster: z.string().min(1), scheduled_at: z.iso.datetime({ offset: true }) });

export interface TickContext {
  readonly ports: TickPorts;
  readonly settings: TickSettings;
}

export function makeHandler({ ports, settings }: TickContext) {
  return async (event: unknown): Promise<TickReport> => {
    const { cluster, scheduled_at } = eventSchema.parse(event);
    return runTick(ports, settings, cluster, Date.parse(scheduled_at));
  };
}

const wired = once(async () => makeHandler(await wireTick(readConfig(process.env))));

export async function handler(event: unknown): Promise<TickReport> {
  return (await wired())(event);
}
