// Scheduled windows for tests: one believable window, of which a test states only what matters to it.
import type { ScheduleWindow, WeeklyTimes } from '../../lib/domain/schedule/window.ts';

/** Working hours in Berlin, a floor of 8. */
export function weekly(times: Partial<WeeklyTimes> = {}, change: Partial<ScheduleWindow> = {}): ScheduleWindow {
  const days = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
  return {
    timeZone: 'Europe/Berlin',
    times: { kind: 'weekly', days, start: '08:00', end: '18:00', overnight: false, ...times },
    effect: 'floor',
    replicas: 8,
    from: null,
    until: null,
    ...change,
  };
}

export function byCron(cron: string, durationMinutes: number, change: Partial<ScheduleWindow> = {}): ScheduleWindow {
  return { ...weekly({}, change), times: { kind: 'cron', cron, durationMinutes } };
}
