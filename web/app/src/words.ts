// Numbers and times as people read them. Times are UTC, as in the sentences of the API, in logs and on the command line.

export const UTC = { timeZone: 'UTC', hourCycle: 'h23' } as const;
const CLOCK = new Intl.DateTimeFormat(undefined, { ...UTC, hour: '2-digit', minute: '2-digit', second: '2-digit' });
const MOMENT = new Intl.DateTimeFormat(undefined, {
  ...UTC,
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const COUNT = new Intl.NumberFormat();
const DOLLARS = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });

/** @param at ms since 1970 */
export const clock = (at: number) => `${CLOCK.format(at)} UTC`;
/** @param iso as the API has it */
export const moment = (iso: string) => `${MOMENT.format(new Date(iso))} UTC`;
export const count = (n: number) => COUNT.format(n);
export const dollars = (usd: number) => DOLLARS.format(usd);
/** `1 workload`, `2 workloads`. */
export const counted = (n: number, one: string) => `${count(n)} ${one}${n === 1 ? '' : 's'}`;
