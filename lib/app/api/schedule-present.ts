// How a scheduled window looks from outside: as it was sent, with what it does now.
import { periodsBetween } from '../../domain/schedule/window.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { ListedWindow } from '../commands/schedules.ts';
import type { ScheduleRecord } from '../ports/schedule-store.ts';
import { iso } from './iso.ts';

export function presentWindow({ record, state: { active, next } }: ListedWindow) {
  const { window, workload, id, createdAt, createdBy } = record;
  const { times } = window;
  const shown = active ?? next;
  return {
    id,
    deployment: workload.name,
    namespace: workload.namespace,
    kind: kindOf(workload),
    time_zone: window.timeZone,
    ...(times.kind === 'cron'
      ? { cron: times.cron, duration_minutes: times.durationMinutes }
      : { days: [...times.days], start: times.start, end: times.end, overnight: times.overnight }),
    [window.effect]: window.replicas,
    from: window.from,
    until: window.until,
    active_now: active !== null,
    next_start: next === null ? null : iso(next.from),
    /** Of the window that is active, else of the next; null where no end is in sight. */
    next_end: shown === null || shown.to === null ? null : iso(shown.to),
    created_at: iso(createdAt),
    created_by: createdBy,
  };
}

export interface RowWindow {
  readonly record: ListedWindow['record'];
  /** Null where it cannot be told. */
  readonly state: ListedWindow['state'] | null;
}

/** In a row of status: what it does, whether it does it now (null where that cannot be told), and when next. */
export function presentWindowInRow({ record, state }: RowWindow) {
  const { window, id } = record;
  const { active, next } = state ?? { active: null, next: null };
  const shown = active ?? next;
  return {
    id,
    [window.effect]: window.replicas,
    active_now: state === null ? null : active !== null,
    next_start: next === null ? null : iso(next.from),
    next_end: shown === null || shown.to === null ? null : iso(shown.to),
  };
}

/** For a chart: when it holds between two instants. None where its zone or pattern cannot be read, as of an item written by hand. */
export function presentPeriods({ window, id }: ScheduleRecord, from: EpochMs, to: EpochMs) {
  return periodsOf(window, from, to).map((period) => ({
    id,
    [window.effect]: window.replicas,
    from: iso(period.from),
    to: period.to === null ? null : iso(period.to),
  }));
}

function periodsOf(...of: Parameters<typeof periodsBetween>): ReturnType<typeof periodsBetween> {
  try {
    return periodsBetween(...of);
  } catch {
    return [];
  }
}
