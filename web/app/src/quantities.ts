// Amounts with their units and moments, short enough for axes and tables.

import { UTC } from './words.ts';

const MINUTE = new Intl.DateTimeFormat(undefined, {
  ...UTC,
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const HOUR = new Intl.DateTimeFormat(undefined, { ...UTC, hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { timeZone: 'UTC', month: 'short', day: 'numeric' });
const THREE = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const MONEY = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD', maximumSignificantDigits: 3 });

/** In UTC. @param at ms since 1970 */
export const minute = (at: number) => MINUTE.format(at);
/** The time of day; at midnight the day. @param at ms since 1970 */
export function tick(at: number): string {
  const time = HOUR.format(at);
  return time === '00:00' ? DAY.format(at) : time;
}

/** What a chart of this unit has on its axis, and beside its title. */
export function axisOf(unit: string) {
  const isBinary = unit === 'bytes';
  return {
    isBinary,
    unit: isBinary || unit === 'replicas' ? '' : unit,
    words: (value: number) => amount(value, unit),
    axisWords: (value: number) => (isBinary ? bytes(value) : number(value)),
  };
}

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Of a signal, as the API names its unit: `cores`, `bytes`, `ms`, `requests/s`. */
export function amount(value: number, unit: string): string {
  if (unit === 'bytes') return bytes(value);
  if (unit === 'replicas' || unit === '') return number(value);
  return unit === '%' ? `${number(value)} %` : `${number(value)} ${unit}`;
}

function bytes(value: number): string {
  const power = Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)));
  return `${number(value / 1024 ** power)} ${BYTES[power]}`;
}

/** Three digits. */
export const number = (value: number) => THREE.format(value);
/** As a share of one: `85 %`. */
export const percent = (share: number) => `${Math.round(share * 100)} %`;
/** With its sign, in dollars. */
export const signedMoney = (usd: number) => `${usd < 0 ? '−' : usd > 0 ? '+' : ''}${MONEY.format(Math.abs(usd))}`;
export const money = (usd: number) => MONEY.format(usd);
