// The schedule, embedded: one event per tick interval of the simulated clock, as EventBridge Scheduler would send it.
import type { LookTask } from '../lib/app/ports/look-task.ts';
import type { Log } from '../lib/app/ports/world.ts';
import type { SimulatedClock } from './simulated-clock.ts';

export interface TickLoop {
  readonly clock: SimulatedClock;
  readonly cluster: string;
  readonly tickSeconds: number;
  /** Runs the tick of one event. @returns the looks that are to follow it; whatever else is none */
  readonly handler: (event: { readonly cluster: string; readonly scheduled_at: string }) => Promise<unknown>;
  /** Looks once, at its time. Absent: nobody looks between two ticks. */
  readonly look?: (task: LookTask) => Promise<unknown>;
  readonly log: Log;
}

/** Ticks until aborted. A tick that fails is told and the next one comes; ticks that were missed are not made up for. */
export async function runTickLoop(loop: TickLoop, signal: AbortSignal): Promise<void> {
  const tickMs = loop.tickSeconds * 1000;
  let next = Math.ceil(loop.clock.now() / tickMs) * tickMs;
  while (!signal.aborted) {
    await loop.clock.until(next, signal).catch(() => undefined);
    if (signal.aborted) return;
    await lookAll(loop, await tickOnce(loop, next), signal);
    next = Math.max(next + tickMs, Math.floor(loop.clock.now() / tickMs) * tickMs);
  }
}

/** One tick, for which the clock waits; its failure is logged by the tick itself. */
export async function tickOnce({ clock, handler, cluster, log }: TickLoop, at: number): Promise<readonly LookTask[]> {
  try {
    const sent = await clock.whileWorking(() => handler({ cluster, scheduled_at: new Date(at).toISOString() }));
    return Array.isArray(sent) ? (sent as readonly LookTask[]) : [];
  } catch (error) {
    log.error('the next tick tries again', { message: error instanceof Error ? error.message : String(error) });
    return [];
  }
}

/** Each at its time, as a queue would hand them over; one that fails is told. */
async function lookAll({ clock, look, log }: TickLoop, looks: readonly LookTask[], signal: AbortSignal): Promise<void> {
  if (look === undefined) return;
  for (const task of looks.toSorted((a, b) => a.due - b.due)) {
    await clock.until(task.due, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      await clock.whileWorking(() => look(task));
    } catch (error) {
      log.warn('look failed', { message: error instanceof Error ? error.message : String(error) });
    }
  }
}
