// What a new window is refused for: the field, what was sent, and what to do.
import { describe, expect, it } from 'vitest';
import { readWindow, type WindowText } from '../../../lib/domain/schedule/validation.ts';
import { NOW, policy } from '../../make/workloads.ts';

const WEEKLY = { timeZone: 'Europe/Berlin', days: ['mon'], start: '08:00', end: '18:00', floor: 8 };
const CRON = { timeZone: 'Europe/Berlin', cron: '0 8 * * 1-5', durationMinutes: 600, floor: 8 };

function problemsOf(text: WindowText) {
  const reading = readWindow(text, policy({ min: 2, max: 20 }), NOW);
  return reading.kind === 'problems' ? reading.problems : [];
}

interface Row {
  readonly name: string;
  readonly text: WindowText;
  readonly field: keyof WindowText;
  readonly says: string;
}

const TABLE: readonly Row[] = [
  {
    name: 'an unknown zone',
    text: { ...WEEKLY, timeZone: 'Mars/Olympus' },
    field: 'timeZone',
    says: 'is "Mars/Olympus", expected an IANA time zone',
  },
  { name: 'a bare offset', text: { ...WEEKLY, timeZone: '+02:00' }, field: 'timeZone', says: 'Europe/Berlin' },
  { name: 'an unknown day', text: { ...WEEKLY, days: ['mon', 'monday'] }, field: 'days', says: 'is "monday"' },
  { name: 'no days', text: { ...WEEKLY, days: [] }, field: 'days', says: 'at least one of mon, tue' },
  { name: 'neither kind of times', text: { timeZone: 'UTC', floor: 8 }, field: 'days', says: 'is missing' },
  { name: 'a start that is no time', text: { ...WEEKLY, start: '8:00' }, field: 'start', says: 'is "8:00"' },
  { name: 'a start at 24:00', text: { ...WEEKLY, start: '24:00' }, field: 'start', says: 'from 00:00 to 23:59' },
  { name: 'an end that is no time', text: { ...WEEKLY, end: '18:60' }, field: 'end', says: 'is "18:60"' },
  {
    name: 'an end before the start without overnight',
    text: { ...WEEKLY, end: '06:00' },
    field: 'end',
    says: 'a time after start 08:00, or "overnight": true',
  },
  {
    name: 'overnight that is more than a day',
    text: { ...WEEKLY, overnight: true },
    field: 'overnight',
    says: 'a day at most',
  },
  {
    name: 'a duration without cron',
    text: { ...WEEKLY, durationMinutes: 5 },
    field: 'durationMinutes',
    says: 'give cron',
  },
  { name: 'days beside cron', text: { ...CRON, days: ['mon'] }, field: 'days', says: 'left out beside cron' },
  {
    name: 'cron without a duration',
    text: { ...CRON, durationMinutes: undefined },
    field: 'durationMinutes',
    says: 'is missing',
  },
  {
    name: 'a duration over a week',
    text: { ...CRON, durationMinutes: 10_081 },
    field: 'durationMinutes',
    says: '10080',
  },
  { name: 'a cron field out of range', text: { ...CRON, cron: '61 8 * * *' }, field: 'cron', says: 'is "61 8 * * *"' },
  { name: 'six cron fields', text: { ...CRON, cron: '0 0 8 * * *' }, field: 'cron', says: 'five fields' },
  { name: 'an empty cron', text: { ...CRON, cron: '' }, field: 'cron', says: 'five fields' },
  { name: 'a day that never comes', text: { ...CRON, cron: '0 0 31 2 *' }, field: 'cron', says: 'never comes' },
  {
    name: 'no effect',
    text: { ...WEEKLY, floor: undefined },
    field: 'floor',
    says: 'exactly one of floor, ceiling, size',
  },
  { name: 'two effects', text: { ...WEEKLY, ceiling: 9 }, field: 'floor', says: 'create two windows' },
  {
    name: 'a floor over max',
    text: { ...WEEKLY, floor: 21 },
    field: 'floor',
    says: 'is 21, expected at most max_replicas 20: raise',
  },
  {
    name: 'a ceiling under min',
    text: { ...WEEKLY, floor: undefined, ceiling: 1 },
    field: 'ceiling',
    says: 'at least min_replicas 2',
  },
  {
    name: 'a size of nothing',
    text: { ...WEEKLY, floor: undefined, size: 0 },
    field: 'size',
    says: 'not listed for size 0 (allow-zero)',
  },
  { name: 'a date that is none', text: { ...WEEKLY, from: '2026-02-30' }, field: 'from', says: 'is "2026-02-30"' },
  {
    name: 'an end before the beginning',
    text: { ...WEEKLY, from: '2027-02-02', until: '2027-02-01' },
    field: 'until',
    says: 'not before from',
  },
  {
    name: 'a range that has passed',
    text: { ...WEEKLY, until: '2026-03-01' },
    field: 'until',
    says: 'never starts from now',
  },
];

describe('a new window', () => {
  it.each(TABLE)('is refused for $name', ({ text, field, says }) => {
    expect(problemsOf(text)).toContainEqual({ field, message: expect.stringContaining(says) });
  });

  it('is told everything that is wrong with it at once', () => {
    const fields = problemsOf({ ...WEEKLY, timeZone: 'X/Y', start: 'noon', floor: 99 }).map(({ field }) => field);
    expect(fields).toEqual(['timeZone', 'start', 'floor']);
  });

  it.each([
    [
      'by days',
      { ...WEEKLY, days: ['fri', 'mon'], floor: undefined, ceiling: 20 },
      { effect: 'ceiling', replicas: 20 },
    ],
    ['across midnight', { ...WEEKLY, end: '08:00', overnight: true }, { effect: 'floor', replicas: 8 }],
    ['until midnight', { ...WEEKLY, end: '24:00' }, { effect: 'floor', replicas: 8 }],
    ['by cron', { ...CRON, floor: undefined, size: 2, until: '2026-12-31' }, { effect: 'size', until: '2026-12-31' }],
    ['on its last day, while it is on', { ...WEEKLY, days: ['wed'], until: '2026-03-04' }, { until: '2026-03-04' }],
  ])('is read: %s', (_name, text, expected) => {
    expect(readWindow(text, policy({ min: 2, max: 20 }), NOW)).toMatchObject({ kind: 'window', window: expected });
  });

  it('keeps its days in the order of the week, so that the same window reads the same', () => {
    const read = (days: string[]) => readWindow({ ...WEEKLY, days }, policy(), NOW);
    expect(read(['fri', 'mon', 'fri'])).toEqual(read(['mon', 'fri']));
  });
});
