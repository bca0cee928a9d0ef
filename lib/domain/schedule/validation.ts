// What a new window must be, so that no tick ever meets one that cannot be read, never starts, or asks for the impossible.

import { EXPECTED_TIME_ZONE, isTimeZone } from '../workload/local-time.ts';
import type { Policy } from '../workload/policy.ts';
import type { EpochMs } from '../workload/time.ts';
import { type ScheduleWindow, WEEKDAYS, type Weekday, windowState } from './window.ts';

/** A window as people write it: times either by `days`, `start`, `end` or by `cron`; one of three effects. */
export interface WindowText {
  readonly timeZone: string;
  readonly days?: readonly string[] | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly overnight?: boolean | undefined;
  readonly cron?: string | undefined;
  readonly durationMinutes?: number | undefined;
  readonly floor?: number | undefined;
  readonly ceiling?: number | undefined;
  readonly size?: number | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** `message` says what was sent, what is expected, and what to do. */
export interface WindowProblem {
  readonly field: keyof WindowText;
  readonly message: string;
}

export type WindowReading =
  | { readonly kind: 'window'; readonly window: ScheduleWindow }
  | { readonly kind: 'problems'; readonly problems: readonly WindowProblem[] };

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const LONGEST_MINUTES = 7 * 24 * 60;
const EFFECTS = ['floor', 'ceiling', 'size'] as const;

/**
 * Reads a window that is about to be created.
 * @param policy of its workload: a floor over max or a ceiling under min could never hold; a size of 0 where its namespace is
 *   listed for that
 * @param now a window that never starts again is refused
 */
export function readWindow(
  text: WindowText,
  policy: Pick<Policy, 'min' | 'max' | 'allowZero'>,
  now: EpochMs,
): WindowReading {
  const problems = [
    ...zoneProblems(text),
    ...(text.cron === undefined ? weeklyProblems(text) : cronProblems(text)),
    ...effectProblems(text, policy),
    ...rangeProblems(text),
  ];
  if (problems.length > 0) return { kind: 'problems', problems };
  const window = windowOf(text);
  const asked = text.cron === undefined ? ('days' as const) : ('cron' as const);
  const never = neverStarts(window, asked, now);
  return never === null ? { kind: 'window', window } : { kind: 'problems', problems: [never] };
}

function zoneProblems({ timeZone }: WindowText): readonly WindowProblem[] {
  return isTimeZone(timeZone) ? [] : one('timeZone', timeZone, EXPECTED_TIME_ZONE);
}

function weeklyProblems({ days, start, end, overnight = false, durationMinutes }: WindowText) {
  const problems: WindowProblem[] = [];
  if (durationMinutes !== undefined)
    problems.push(...one('durationMinutes', durationMinutes, 'it only beside cron: leave it out, or give cron'));
  if (days === undefined || days.length === 0)
    problems.push(...one('days', days, `at least one of ${WEEKDAYS.join(', ')}, or cron with duration_minutes`));
  const unknown = days?.find((day) => !isWeekday(day));
  if (unknown !== undefined) problems.push(...one('days', unknown, `one of ${WEEKDAYS.join(', ')}`));
  if (start === undefined || !TIME.test(start)) problems.push(...one('start', start, 'a time from 00:00 to 23:59'));
  if (end === undefined || !(TIME.test(end) || end === '24:00'))
    problems.push(...one('end', end, 'a time from 00:00 to 24:00'));
  if (problems.length > 0 || start === undefined || end === undefined) return problems;
  if (end <= start && !overnight)
    return one('end', end, `a time after start ${start}, or "overnight": true where it means the next day`);
  if (end > start && overnight)
    return one('overnight', overnight, `false, since end ${end} is after start ${start}: a window lasts a day at most`);
  return problems;
}

function cronProblems({ cron, days, start, end, overnight, durationMinutes, timeZone }: WindowText) {
  const problems: WindowProblem[] = [];
  for (const [field, value] of Object.entries({ days, start, end, overnight }) as [keyof WindowText, unknown][])
    if (value !== undefined) problems.push(...one(field, value, 'it to be left out beside cron'));
  if (durationMinutes === undefined || durationMinutes < 1 || durationMinutes > LONGEST_MINUTES)
    problems.push(...one('durationMinutes', durationMinutes, `a whole number from 1 to ${LONGEST_MINUTES} (a week)`));
  const wrong = cronProblem(cron ?? '', isTimeZone(timeZone) ? timeZone : 'UTC');
  if (wrong !== null)
    problems.push(...one('cron', cron, `five fields (minute hour day month weekday) such as "0 8 * * 1-5": ${wrong}`));
  return problems;
}

function cronProblem(cron: string, timeZone: string): string | null {
  const times = { kind: 'cron', cron, durationMinutes: 1 } as const;
  try {
    windowState({ timeZone, times, effect: 'floor', replicas: 1, from: null, until: null }, 0);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function effectProblems(
  text: WindowText,
  { min, max, allowZero }: Pick<Policy, 'min' | 'max' | 'allowZero'>,
): readonly WindowProblem[] {
  const given = EFFECTS.filter((effect) => text[effect] !== undefined);
  const [effect] = given;
  if (effect === undefined) return one('floor', undefined, 'exactly one of floor, ceiling, size');
  if (given.length > 1)
    return one('floor', given.join(' and '), 'exactly one of floor, ceiling, size: create two windows for two');
  const replicas = text[effect];
  if (effect === 'size' && replicas === 0)
    return allowZero ? [] : one(effect, 0, 'at least 1: its namespace is not listed for size 0 (allow-zero)');
  if (replicas === undefined || replicas < 1)
    return one(effect, replicas, 'at least 1: only a size may be 0, where the namespace is listed for it (allow-zero)');
  if (replicas > max)
    return one(effect, replicas, `at most max_replicas ${max}: raise max_replicas with enable, or ask for fewer`);
  if (replicas < min)
    return one(effect, replicas, `at least min_replicas ${min}: lower min_replicas with enable, or ask for more`);
  return [];
}

function rangeProblems({ from, until }: WindowText): readonly WindowProblem[] {
  const problems: WindowProblem[] = [];
  if (from !== undefined && !isDate(from)) problems.push(...one('from', from, 'a date such as 2026-12-01'));
  if (until !== undefined && !isDate(until)) problems.push(...one('until', until, 'a date such as 2026-12-31'));
  if (problems.length > 0 || from === undefined || until === undefined || from <= until) return problems;
  return one('until', until, `a date not before from ${from}`);
}

function isDate(text: string): boolean {
  const at = /^20\d\d-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
}

function windowOf(text: WindowText): ScheduleWindow {
  const effect = EFFECTS.find((name) => text[name] !== undefined) ?? 'floor';
  const { timeZone, cron, days = [], start = '', end = '', overnight = false, durationMinutes = 0 } = text;
  const times =
    cron === undefined
      ? ({ kind: 'weekly', days: WEEKDAYS.filter((day) => days.includes(day)), start, end, overnight } as const)
      : ({ kind: 'cron', cron, durationMinutes } as const);
  const { from = null, until = null } = text;
  return { timeZone, times, effect, replicas: text[effect] ?? 0, from, until };
}

function neverStarts(window: ScheduleWindow, asked: 'days' | 'cron', now: EpochMs): WindowProblem | null {
  const { active, next } = windowState(window, now);
  if (active !== null || next !== null) return null;
  if (window.until !== null)
    return { field: 'until', message: `is "${window.until}", and the window never starts from now until then` };
  const value = window.times.kind === 'cron' ? window.times.cron : window.times.days.join(',');
  return { field: asked, message: `is "${value}", which never comes: no such date exists` };
}

function isWeekday(day: string): day is Weekday {
  return WEEKDAYS.some((known) => known === day);
}

function one(field: keyof WindowText, value: unknown, expected: string): WindowProblem[] {
  return [{ field, message: `is ${JSON.stringify(value) ?? 'missing'}, expected ${expected}` }];
}
