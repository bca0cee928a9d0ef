// A window as people read it.
import type { Window } from '../../api/types.ts';
import { moment } from '../../words.ts';

/** Each is absent where the window is of another sort. */
interface Sorts {
  readonly cron?: string;
  readonly duration_minutes?: number;
  readonly days?: readonly string[];
  readonly start?: string;
  readonly end?: string;
  readonly overnight?: boolean;
  readonly floor?: number;
  readonly ceiling?: number;
  readonly size?: number;
}

export function effectText(window: Window): string {
  const { floor, ceiling, size } = window as Sorts;
  if (size === 0) return 'off';
  if (size !== undefined) return `exactly ${size}`;
  return floor === undefined ? `at most ${ceiling}` : `at least ${floor}`;
}

export function timesText(window: Window): string {
  const { cron, duration_minutes: minutes, days, start, end, overnight } = window as Sorts;
  if (cron !== undefined) return `${cron}, for ${minutes} min`;
  return `${days?.join(', ')} ${start}–${end}${overnight ? ' of the next day' : ''}`;
}

export function stateText({ active_now, next_start, next_end }: Window): string {
  if (active_now) return next_end === null ? 'now' : `now, until ${moment(next_end)}`;
  return next_start === null ? 'over' : `next ${moment(next_start)}`;
}

/** `from 2026-12-01 until 2026-12-31`; '' where it has no end. */
export function rangeText({ from, until }: Window): string {
  return [...(from === null ? [] : [`from ${from}`]), ...(until === null ? [] : [`until ${until}`])].join(' ');
}
