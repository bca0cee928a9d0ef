// Telling whoever listens: that nobody could be told undoes nothing.
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { AdapterError, type AutoscalerEvent, type EventSink, type Log } from '../ports/world.ts';

/** Events tell others what happened; that nobody could be told must not undo it. */
export async function publish(
  ports: { readonly events: EventSink; readonly log: Log },
  events: readonly AutoscalerEvent[],
): Promise<void> {
  await orWarn(ports.log, 'events were not published', () => ports.events.publish(events));
}

export async function orWarn(log: Log, what: string, telling: () => Promise<void>): Promise<void> {
  try {
    await telling();
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    log.warn(what, { message: error.message });
  }
}

/** What whoever listens is told of a change. */
export function appliedEvent({ decision, outcome, requestedBy }: DecisionRecord): AutoscalerEvent {
  const { current, target, source, reason } = decision;
  const who = requestedBy === null ? {} : { requestedBy };
  const detail = { ...decision.workload, current, target, source, reason, outcome: outcome.message, ...who };
  return { type: 'DecisionApplied', at: decision.at, detail };
}
