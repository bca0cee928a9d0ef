// `--watch`: the same question again and again. A terminal is redrawn; anywhere else what is new is added below.
import { setTimeout as sleep } from 'node:timers/promises';
import { printable, say } from './terminal.ts';

/** What came of asking once. */
export type Shown =
  | { readonly kind: 'answer'; readonly text: string; readonly exitCode: number }
  | { readonly kind: 'none'; readonly text: string; readonly exitCode: number };

interface Screen {
  readonly isTerminal: boolean;
  readonly now: () => Date;
  /** What is to be seen from here on, of a terminal. */
  draw(text: string): void;
  add(text: string): void;
}

const CLEARED = '\u001b[H\u001b[2J\u001b[3J';

function ownScreen(): Screen {
  return {
    isTerminal: process.stdout.isTTY === true,
    now: () => new Date(),
    draw: (text) => void process.stdout.write(`${CLEARED}${printable(text)}\n`),
    add: say,
  };
}

/** Ends with Ctrl-C, which is no failure. */
export async function watchAnswers(once: () => Promise<Shown>, seconds: number): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const show = shower(ownScreen(), seconds);
  const stopped = new Promise<null>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  while (!stopping.signal.aborted) {
    const shown = await Promise.race([once(), stopped]);
    if (shown === null) break;
    show(shown);
    await sleep(seconds * 1000, undefined, { signal: stopping.signal }).catch(() => undefined);
  }
  // A question may still be under way: nobody waits for it.
  process.exit(0);
}

/** Shows one answer after the other; where none comes, since when, and above what was there before. */
export function shower(screen: Screen, seconds: number): (shown: Shown) => void {
  let last: { readonly text: string; readonly at: string } | null = null;
  let silentSince: string | null = null;
  return (shown) => {
    const at = `${screen.now().toISOString().slice(0, 19)}Z`;
    if (shown.kind === 'answer') {
      const isNew = shown.text !== last?.text || silentSince !== null;
      silentSince = null;
      last = { text: shown.text, at };
      if (screen.isTerminal) screen.draw(`${at}, every ${seconds} s; Ctrl-C ends it\n\n${shown.text}`);
      else if (isNew) screen.add(`${at}\n${shown.text}\n`);
      return;
    }
    const isFirst = silentSince === null;
    silentSince ??= at;
    const line = `no answer since ${silentSince}: ${shown.text}`;
    if (!screen.isTerminal) {
      if (isFirst) screen.add(`${at}  ${line}\n`);
      return;
    }
    screen.draw(last === null ? line : `${line}\nOLD, as of ${last.at}:\n\n${last.text}`);
  };
}
