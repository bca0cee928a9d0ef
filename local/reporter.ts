// The status as the API serves it, printed now and again, and how fast the simulated clock really goes.
import { setTimeout as sleep } from 'node:timers/promises';
import { type StatusBody, statusTable } from '../cli/status-table.ts';
import { oneLine, oneLined, say } from '../cli/terminal.ts';
import { askWholeStatus } from '../cli/whole-status.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** How often the table of workloads is printed again, in seconds of ours. */
const REPORT_EVERY_SECONDS = 15;
/** Slower than this share of what was asked for is worth a line. */
const WORTH_SAYING = 0.9;
const MEASURED_OVER_MS = 3000;

/** Prints the status where it has changed since the last time. */
export function makeReporter(url: string, cluster: string, clock: SimulatedClock, asked: number) {
  let printed = '';
  let said = asked;
  let paced: number | null = null;
  return async (): Promise<StatusBody> => {
    const answer = await askWholeStatus({ url, cluster });
    if (!answer.ok) throw new Error(`the API answered ${answer.status}: ${oneLine(await answer.text())}`);
    const status = oneLined((await answer.json()) as StatusBody);
    const text = statusTable(status);
    if (text !== printed) say(`\n${new Date(clock.now()).toISOString().slice(0, 16).replace('T', ' ')}  ${text}`);
    printed = text;
    const since = paced ?? 0;
    // A moment says nothing.
    if (paced !== null && performance.now() - since < MEASURED_OVER_MS) return status;
    const pace = Math.round(clock.pace());
    // Until the first report the clock stood still.
    const isFirst = paced === null;
    paced = performance.now();
    if (isFirst) return status;
    const isSlow = pace < WORTH_SAYING * asked;
    if (isSlow && Math.abs(pace - said) > (1 - WORTH_SAYING) * said) say(slowerLine(pace, asked));
    said = isSlow ? pace : asked;
    return status;
  };
}

export async function everySoOften(report: () => Promise<unknown>, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    await sleep(REPORT_EVERY_SECONDS * 1000, undefined, { signal: stopping }).catch(() => undefined);
    if (!stopping.aborted) await report();
  }
}

function slowerLine(pace: number, asked: number): string {
  return `running at ${pace} × (asked ${asked}): the clock waits for each tick, so that none decides on old readings`;
}
