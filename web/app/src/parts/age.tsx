// How long ago, and how long still. A tab's clock may be behind the API's: a demo runs ahead, and so do clocks that are wrong.
import { useEffect, useState } from 'preact/hooks';
import { clock, moment } from '../words.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `12 s`, `3 min`, `2 h`, `5 d`. @param ms below zero is none */
function span(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  return ms < 2 * DAY ? `${Math.floor(ms / HOUR)} h` : `${Math.floor(ms / DAY)} d`;
}

let newest = 0;
const turned = new Set<() => void>();

/** The API said that something was then: it is no earlier now. @param iso of the past */
export function wasAt(iso: string): void {
  const at = Date.parse(iso) || 0;
  const isLater = at > nowThere();
  newest = Math.max(newest, at);
  if (isLater)
    queueMicrotask(() => {
      for (const turn of turned) turn();
    });
}

/** ms since 1970 */
const nowThere = () => Math.max(Date.now(), newest);

const EVERY = 5 * SECOND;

/** Drawn again every few seconds. */
function useNow(): number {
  const [now, setNow] = useState(nowThere);
  useEffect(() => {
    const turn = () => setNow(nowThere());
    const turning = setInterval(turn, EVERY);
    turned.add(turn);
    return () => {
      clearInterval(turning);
      turned.delete(turn);
    };
  }, []);
  return Math.max(now, newest);
}

/** What time it is there: everything on the page is told in it. */
export function Clock() {
  const now = useNow();
  return <time dateTime={new Date(now).toISOString()}>{clock(now)}</time>;
}

export function Ago({ iso }: { readonly iso: string }) {
  const now = useNow();
  return (
    <time dateTime={iso} title={moment(iso)}>
      {span(now - Date.parse(iso))} ago
    </time>
  );
}

export function Left({ iso }: { readonly iso: string }) {
  const left = Date.parse(iso) - useNow();
  return (
    <time dateTime={iso} title={moment(iso)}>
      {left <= 0 ? 'expired' : `${span(left)} left`}
    </time>
  );
}
