// Telling whoever listens: that nobody could be told undoes nothing.
import { AdapterError, type AutoscalerEvent, type EventSink, type Log } from '../ports/world.ts';
import { logDecisions } from './decision-log.ts';
import { tellable } from './tellable.ts';

/** Events tell others what happened; that nobody could be told must not undo it. */
export async function publish(
  ports: { readonly events: EventSink; readonly log: Log },
  events: readonly AutoscalerEvent[],
): Promise<void> {
  const told = events.map(tellable);
  logDecisions(ports.log, told);
  await orWarn(ports.log, 'events were not published', () => ports.events.publish(told));
}

export async function orWarn(log: Log, what: string, telling: () => Promise<void>): Promise<void> {
  try {
    await telling();
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    log.warn(what, { message: error.message });
  }
}
