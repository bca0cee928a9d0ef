// How long a server asks us to stay away, in any of the forms servers use.

/** A quota lasts a day; whoever asks for more is misunderstood. */
const LONGEST_MS = 86_400_000;
/** 2001. Who names so many seconds names a time: taken for a wait, it would silence a model for a day. */
const FIRST_EPOCH_SECONDS = 1e9;

/**
 * `retry-after-ms`, else `retry-after`, else the reset of whichever of Groq's quotas is used up.
 * @param now where the server sends no date of its own
 * @returns milliseconds from 0 to a day; null where nothing readable is said
 */
export function retryAfterMs(headers: Headers, now: number): number | null {
  const answeredAt = dateMs(headers.get('date')) ?? now;
  const read = (name: string, unitMs = 1_000) => waitMs(headers.get(name), unitMs, answeredAt);
  const asked = read('retry-after-ms', 1) ?? read('retry-after');
  if (asked !== null) return asked;
  const resets = ['requests', 'tokens']
    .filter((quota) => headers.get(`x-ratelimit-remaining-${quota}`) === '0')
    .map((quota) => read(`x-ratelimit-reset-${quota}`) ?? 0);
  return resets.length === 0 ? null : Math.max(...resets);
}

/** A number of `unitMs`, a duration such as `2m59.56s`, or a date, also in seconds or milliseconds since 1970. */
function waitMs(header: string | null, unitMs: number, answeredAt: number): number | null {
  const text = (header ?? '').trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    const number = Number(text);
    if (number >= FIRST_EPOCH_SECONDS * 1_000) return capped(number - answeredAt);
    return capped(number >= FIRST_EPOCH_SECONDS ? number * 1_000 - answeredAt : number * unitMs);
  }
  const date = dateMs(text);
  return date === null ? durationMs(text) : capped(date - answeredAt);
}

function durationMs(text: string): number | null {
  const parts = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/.exec(text);
  if (!parts || text === '') return null;
  const [, days = 0, hours = 0, minutes = 0, seconds = 0, ms = 0] = parts.map((part) => Number(part ?? 0));
  return capped(((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1_000 + ms);
}

/** HTTP's three forms of a date (RFC 9110 §5.6.7) and ISO's; `Date.parse` alone takes almost anything for one. */
function dateMs(text: string | null): number | null {
  const given = (text ?? '').trim();
  const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(given);
  const isHttp =
    /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w -]{5,20} \d\d:\d\d:\d\d(?: \d{4}| GMT| UTC| [+-]\d{4})$/.test(given);
  if (!isIso && !isHttp) return null;
  const isZoned = isIso || /(?:GMT|UTC|[+-]\d{4})$/.test(given);
  const at = Date.parse(isZoned ? given : `${given} GMT`);
  return Number.isNaN(at) ? null : at;
}

function capped(ms: number): number {
  return Math.ceil(Math.min(LONGEST_MS, Math.max(0, ms)));
}
