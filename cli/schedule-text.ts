// The windows of a schedule as a person reads them in a terminal.
import { shortTime } from './decision-text.ts';

export interface WindowBody {
  readonly id: string;
  readonly namespace: string;
  readonly deployment: string;
  readonly time_zone: string;
  readonly days?: readonly string[];
  readonly start?: string;
  readonly end?: string;
  readonly overnight?: boolean;
  readonly cron?: string;
  readonly duration_minutes?: number;
  readonly floor?: number;
  readonly ceiling?: number;
  readonly size?: number;
  readonly active_now: boolean;
  readonly next_start: string | null;
  readonly next_end: string | null;
}

/** Two lines each. */
export function windowsText(windows: readonly WindowBody[]): string {
  if (windows.length === 0) return 'no windows: "schedule add" makes one';
  return windows.flatMap((window) => [headOf(window), `    ${stateOf(window)}; id ${window.id}`]).join('\n');
}

function headOf(window: WindowBody): string {
  const { namespace, deployment, floor, ceiling, size, cron, duration_minutes, days, start, end, overnight } = window;
  const bounds = [
    floor === undefined ? '' : `at least ${floor} replicas`,
    ceiling === undefined ? '' : `at most ${ceiling} replicas`,
    size === undefined ? '' : `exactly ${size} replicas`,
  ].filter((text) => text !== '');
  const when =
    cron === undefined
      ? `${days?.join(',') ?? 'every day'} ${start}–${end}${overnight ? ' of the next day' : ''}`
      : `from "${cron}" for ${duration_minutes} min`;
  return `${namespace}/${deployment}: ${bounds.join(', ')}, ${when} ${window.time_zone}`;
}

function stateOf({ active_now, next_start, next_end }: WindowBody): string {
  if (active_now) return `active now, until ${next_end === null ? '?' : shortTime(next_end)}`;
  return next_start === null ? 'over: it does not start again' : `starts next at ${shortTime(next_start)}`;
}
