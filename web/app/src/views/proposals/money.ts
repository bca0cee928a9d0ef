// What a change does to the bill.
const MONTH_HOURS = 730;
const DOLLARS = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });
const CENTS = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD' });

/** @param usdPerHour added by it; null where that is not known */
export function money(usdPerHour: number | null): string {
  if (usdPerHour === null) return 'cost not known';
  if (usdPerHour === 0) return 'costs the same';
  const month = Math.abs(usdPerHour) * MONTH_HOURS;
  const text = (month < 10 ? CENTS : DOLLARS).format(month);
  return usdPerHour < 0 ? `saves ${text} a month` : `costs ${text} a month more`;
}
