// Local time: as Intl tells it, and earlier days at the same time through every change of the clocks.
import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTimeZone, localTime, timeOfDay, UTC } from '../../../lib/domain/workload/local-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const iso = (at: number) => new Date(at).toISOString();
const daysBefore = (zone: string, at: string, days: number) => iso(localTime(zone).daysBefore(Date.parse(at), days));

describe('the same time of earlier days', () => {
  it.each([
    ['Europe/Berlin', '2026-03-30T07:00:00Z', 1, '2026-03-29T07:00:00.000Z'],
    ['Europe/Berlin', '2026-03-29T07:00:00Z', 1, '2026-03-28T08:00:00.000Z'],
    ['Europe/Berlin', '2026-03-30T07:00:00Z', 7, '2026-03-23T08:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25T08:00:00Z', 1, '2026-10-24T07:00:00.000Z'],
    ['Europe/Berlin', '2026-10-31T08:00:00Z', 7, '2026-10-24T07:00:00.000Z'],
    ['America/New_York', '2026-03-08T16:00:00Z', 1, '2026-03-07T17:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-05T03:00:00Z', 1, '2026-04-04T02:30:00.000Z'],
    ['Asia/Kathmandu', '2026-03-30T07:00:00Z', 1, '2026-03-29T07:00:00.000Z'],
  ])('in %s, of %s, %i before', (zone, at, days, then) => {
    expect(daysBefore(zone, at, days)).toBe(then);
  });

  it('is the end of the hour that spring skipped, and the first of the two of autumn', () => {
    expect(daysBefore('Europe/Berlin', '2026-03-30T00:30:00Z', 1)).toBe('2026-03-29T01:00:00.000Z');
    expect(daysBefore('Europe/Berlin', '2026-03-30T00:55:00Z', 1)).toBe('2026-03-29T01:00:00.000Z');
    expect(daysBefore('Europe/Berlin', '2026-10-26T01:30:00Z', 1)).toBe('2026-10-25T00:30:00.000Z');
    for (const second of ['00', '01'])
      expect(daysBefore('Europe/Berlin', `2026-10-25T${second}:30:00Z`, 1)).toBe('2026-10-24T00:30:00.000Z');
  });

  it('goes on through a day that a zone left out', () => {
    // Samoa went from the 29th to the 31st of December.
    expect(daysBefore('Pacific/Apia', '2011-12-30T20:00:00Z', 1)).toBe('2011-12-29T20:00:00.000Z');
    expect(daysBefore('Pacific/Apia', '2012-01-05T20:00:00Z', 7)).toBe('2011-12-29T20:00:00.000Z');
  });
});

describe('names', () => {
  it.each(['Europe/Berlin', 'UTC', 'Etc/GMT+3', 'America/Argentina/ComodRivadavia'])('%s is a zone', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(['', 'Berlin', '+02:00', '2', 'Europe/Berlin ', 'Europe/…', '__proto__', 'Mars/Olympus_Mons'])(
    '%j is none',
    (name) => {
      expect(isTimeZone(name)).toBe(false);
    },
  );

  it('law: whatever is written, it is a zone or it is not, and what is can be read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), zones()), instants(), (name, at) => {
        if (isTimeZone(name)) expect(Number.isFinite(localTime(name).offsetAt(at))).toBe(true);
      }),
    );
  });
});

describe('laws of local time', () => {
  it('clocks show what Intl says that they show', () => {
    fc.assert(
      fc.property(zones(), nearChanges(), (zone, at) => {
        const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', timeStyle: 'medium' });
        const shown = parts.format(at).split(':').map(Number);
        const [hours = 0, minutes = 0, seconds = 0] = shown;
        const time = timeOfDay(at, localTime(zone));
        expect(Math.floor(time / 1000)).toBe(3600 * hours + 60 * minutes + seconds);
      }),
      { numRuns: 2000 },
    );
  });

  it('an earlier day shows the same time, or what was skipped ended then', () => {
    fc.assert(
      fc.property(zones(), nearChanges(), fc.integer({ min: 1, max: 14 }), (zone, at, days) => {
        const local = localTime(zone);
        const then = local.daysBefore(at, days);
        expect(Math.abs(at - days * DAY - then)).toBeLessThanOrEqual(3 * HOUR);
        const late = (((timeOfDay(then, local) - timeOfDay(at, local)) % DAY) + DAY) % DAY;
        if (late === 0) {
          // Nowhere in the hours before did clocks show it already.
          for (let back = MINUTE; back <= 3 * HOUR; back += MINUTE * 15)
            expect(timeOfDay(then - back, local)).not.toBe(timeOfDay(then, local));
        } else {
          const skipped = local.offsetAt(then) - local.offsetAt(then - 1);
          expect(late).toBeLessThanOrEqual(skipped);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('finds the start that windows find', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Europe/London', 'Asia/Tehran'),
        nearChanges(),
        fc.integer({ min: 1, max: 9 }),
        (zone, some, days) => {
          const at = MINUTE * Math.floor(some / MINUTE);
          const local = localTime(zone);
          const shown = new Date(at + local.offsetAt(at) - days * DAY);
          const [minute, hour, day, month] = [
            shown.getUTCMinutes(),
            shown.getUTCHours(),
            shown.getUTCDate(),
            shown.getUTCMonth() + 1,
          ];
          const start = new Cron(`${minute} ${hour} ${day} ${month} *`, {
            timezone: zone,
            paused: true,
            mode: '5-part',
            fixedTimeRule: 'no-wildcard',
          }).nextRun(new Date(at - days * DAY - 5 * HOUR));
          expect(iso(local.daysBefore(at, days))).toBe(start?.toISOString());
        },
      ),
      { numRuns: 500 },
    );
  });

  it('UTC by its name is UTC', () => {
    fc.assert(
      fc.property(fc.constantFrom('UTC', 'Etc/UTC'), instants(), fc.nat(14), (name, at, days) => {
        expect(localTime(name).offsetAt(at)).toBe(UTC.offsetAt(at));
        expect(localTime(name).daysBefore(at, days)).toBe(UTC.daysBefore(at, days));
      }),
    );
  });

  it('what was asked before changes no answer', () => {
    fc.assert(
      fc.property(zones(), fc.array(nearChanges(), { minLength: 2, maxLength: 20 }), (zone, instants) => {
        const local = localTime(zone);
        const one = instants.map((at) => local.offsetAt(at));
        expect(instants.toReversed().map((at) => local.offsetAt(at))).toEqual(one.toReversed());
      }),
    );
  });
});

function zones() {
  return fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
}

function instants() {
  return fc.integer({ min: Date.parse('1996-01-01T00:00:00Z'), max: Date.parse('2040-01-01T00:00:00Z') });
}

/** Half of them in the days in which most zones change: the ends of March and October, and their beginnings. */
function nearChanges() {
  const year = fc.integer({ min: 2000, max: 2036 });
  const month = fc.constantFrom(2, 3, 8, 9, 10);
  const near = fc
    .tuple(year, month, fc.integer({ min: -8 * DAY, max: 8 * DAY }))
    .map(([y, m, off]) => Date.UTC(y, m, 28) + off);
  return fc.oneof(near, instants());
}
