// How long a server asks us to stay away: seconds, milliseconds, durations, dates; lies are capped, riddles are null.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../../lib/adapters/groq/retry-after.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const DAY_MS = 86_400_000;
const of = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), NOW);

describe('retry-after', () => {
  it.each([
    ['2', 2_000],
    ['0', 0],
    ['0.35', 350],
    ['2m59.56s', 179_560],
    ['1h2m', 3_720_000],
    ['1d', DAY_MS],
    ['500ms', 500],
    ['Thu, 26 Nov 2026 12:00:30 GMT', 30_000],
    ['Thursday, 26-Nov-26 12:00:30 GMT', 30_000],
    ['Thu Nov 26 12:00:30 2026', 30_000],
    ['2026-11-26T12:00:01.5Z', 1_500],
    ['2026-11-26T14:00:30+02:00', 30_000],
    ['Thu, 26 Nov 2026 12:00:30 UTC', 30_000],
    ['Thu, 26 Nov 2026 13:00:30 +0100', 30_000],
    [String(NOW / 1000 + 30), 30_000],
    [String(NOW + 30_000), 30_000],
    ['Thu, 26 Nov 2026 11:59:00 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Thu, 26 Nov 2099 12:00:00 GMT', DAY_MS],
    ['99999999999999999999', DAY_MS],
    ['9'.repeat(400), DAY_MS],
    ['999999999999h', DAY_MS],
    ['-5', null],
    ['soon', null],
    ['soon 12', null],
    ['', null],
    ['NaN', null],
    ['1e3', null],
    ['Thu, 99 Foo 2026 12:00:30 GMT', null],
    ['2026', 2_026_000],
  ])('%s', (value, ms) => {
    expect(of({ 'retry-after': value })).toBe(ms);
  });

  it('goes by the server’s own clock, where it says what time it is', () => {
    const headers = { 'retry-after': 'Thu, 26 Nov 2026 12:00:30 GMT', date: 'Thu, 26 Nov 2026 12:00:20 GMT' };
    expect(of(headers)).toBe(10_000);
    expect(of({ ...headers, date: 'yesterday' })).toBe(30_000);
  });

  it('in milliseconds is the more exact one', () => {
    expect(of({ 'retry-after-ms': '350', 'retry-after': '1' })).toBe(350);
    expect(of({ 'retry-after-ms': 'soon', 'retry-after': '1' })).toBe(1_000);
  });

  it('is never below zero, above a day, or no number, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.integer(), (text, seconds) => {
        const visible = text.replace(/[^\x20-\x7e]/g, '');
        for (const value of [visible, String(seconds), new Date(seconds * 1000).toUTCString()]) {
          const ms = of({ 'retry-after': value });
          if (ms !== null && !(ms >= 0 && ms <= DAY_MS)) throw new Error(`${value} → ${ms}`);
        }
      }),
    );
  });
});
