// The scheduled function: one tick of one cluster.
import * as z from 'zod';
import { runTick, type TickReport } from '../lib/app/tick/tick.ts';
import type { TickPorts, TickSettings } from '../lib/app/tick/tick-ports.ts';
import { readConfig } from '../lib/config.ts';
import { invoked } from '../lib/wire/invoked.ts';
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
    const { cluster, scheduled_at } = readEvent(event);
    return runTick(ports, settings, cluster, Date.parse(scheduled_at));
  };
}

const SHOWN_CHARS = 200;
const EXAMPLE = '{"cluster":"prod","scheduled_at":"2026-03-04T12:00:00Z"}';

/** @throws Error of one line that says what came and what was expected */
function readEvent(event: unknown): z.infer<typeof eventSchema> {
  const read = eventSchema.safeParse(event);
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.') || 'the event'}: ${message}`);
  const came = (JSON.stringify(event) ?? String(event)).slice(0, SHOWN_CHARS);
  throw new Error(`No tick ran: ${wrong.join('; ')}. It came as ${came}; send ${EXAMPLE}, as the schedule does.`);
}

const wired = once(async () => makeHandler(await wireTick(readConfig(process.env))));

export const handler = invoked(async (event: unknown) => (await wired())(event));
