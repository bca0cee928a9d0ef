// What stands behind a time, or in its column's header, as an offset from UTC.
import { isTimeZone, localTime } from '../../lib/domain/workload/local-time.ts';

/** Milliseconds that the zone is ahead of UTC, at a time on its own clocks. */
export type ZoneOffset = (wallClockMs: number) => number;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Those of RFC 5322 and Europe's; others, such as IST or BST, are more than one zone. Hours. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  UT: 0,
  GMT: 0,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  WET: 0,
  WEST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
};
/** `+02:00`, `-0500`, `UTC+2`; a name in brackets or words may follow, as JavaScript, Java and Go write it. */
const OFFSET = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?(?:\s*(?:\[[\w/+-]+\]|\([^()]*\)|[A-Z]{1,5}))?$/;
const REGION = /^\[?([A-Z][A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)+)\]?$/;

const byRegion = new Map<string, ZoneOffset | null>();

/** Null for what is no zone, or could be several. */
export function zoneOffset(name: string): ZoneOffset | null {
  const hours = ABBREVIATIONS[name.toUpperCase()];
  if (hours !== undefined) return () => hours * HOUR_MS;
  const offset = OFFSET.exec(name);
  if (offset !== null) return fixed(offset);
  const [, region] = REGION.exec(name) ?? [];
  if (region === undefined) return null;
  const known = byRegion.get(region);
  if (known !== undefined) return known;
  const found = ofRegion(region);
  if (byRegion.size < 100) byRegion.set(region, found);
  return found;
}

/** The zone that a header such as `Time (UTC+01:00)` states; null where it states none. */
export function headerZone(name: string): ZoneOffset | null {
  const [, inBrackets] = /[([]([^()[\]]+)[)\]]\s*$/.exec(name) ?? [];
  const [last] = /(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d{2})?)?$/.exec(name) ?? [];
  for (const text of [inBrackets, last]) {
    const zone = text === undefined ? null : zoneOffset(text.trim());
    if (zone !== null) return zone;
  }
  return null;
}

function fixed([, sign, hours, minutes = '0']: RegExpExecArray): ZoneOffset | null {
  const ms = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
  if (Number(hours) > 15 || Number(minutes) > 59) return null;
  return () => (sign === '-' ? -ms : ms);
}

function ofRegion(timeZone: string): ZoneOffset | null {
  if (!isTimeZone(timeZone)) return null;
  const { offsetAt } = localTime(timeZone);
  return (wallClockMs) => offsetAt(wallClockMs - offsetAt(wallClockMs));
}
