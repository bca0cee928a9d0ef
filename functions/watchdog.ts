// On a schedule of its own: gives floors back that nobody tends any more, and raises what no HPA scales where ticks stopped.
import * as z from 'zod';
import type { Clock } from '../lib/app/ports/world.ts';
import type { RaiseSettings } from '../lib/app/watchdog/raise.ts';
import { runWatchdog, type WatchdogPorts, type WatchdogReport } from '../lib/app/watchdog/watchdog.ts';
import { readConfig } from '../lib/config.ts';
import { invoked } from '../lib/wire/invoked.ts';
import { once } from '../lib/wire/once.ts';
import { wireWatchdog } from '../lib/wire/watchdog.ts';

/** What the schedule sends. */
const eventSchema = z.object({ cluster: z.string().min(1) });

export interface WatchdogContext {
  readonly ports: WatchdogPorts & { readonly clock: Clock };
  readonly settings: RaiseSettings;
}

export function makeHandler({ ports, settings }: WatchdogContext) {
  return async (event: unknown): Promise<WatchdogReport> =>
    runWatchdog(ports, settings, eventSchema.parse(event).cluster, ports.clock.now());
}

const wired = once(async () => makeHandler(await wireWatchdog(readConfig(process.env))));

export const handler = invoked(async (event: unknown) => (await wired())(event));
