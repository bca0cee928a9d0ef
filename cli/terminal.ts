// The one way to a terminal: nothing that came from a cluster, an API, a file or the environment may steer it.
import { unicodeEscapes } from '../lib/domain/text/unicode-escapes.ts';
import { asTyped } from './as-typed.ts';
import { fitted, helpWidth } from './help-width.ts';

/**
 * What a terminal obeys or a reader is deceived by: control characters (C0 with ESC, DEL, C1 with CSI and OSC), bidi marks,
 * zero-width and other format characters, halves of surrogate pairs, Unicode's line ends. A joined emoji falls apart: so be it.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const STANDS_FOR_UNSEEN = '·';

/** Text of ours on stdout, and a line end. */
export function say(text: string): void {
  process.stdout.write(`${printable(asTyped(text))}\n`);
}

/** Text of ours on stderr, and a line end. */
export function complain(text: string): void {
  process.stderr.write(`${printable(asTyped(text))}\n`);
}

/** What commander prints of help and errors, where arguments are quoted. */
export const TERMINAL = {
  writeOut: (text: string): void => void process.stdout.write(printable(fitted(asTyped(text)))),
  writeErr: (text: string): void => void process.stderr.write(printable(asTyped(text))),
  getOutHelpWidth: helpWidth,
};

/** Lines stay lines; everything else that is not seen becomes a dot. */
export function printable(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(new RegExp(`(?:(?![\\n\\t])${UNSEEN.source})+`, 'gu'), STANDS_FOR_UNSEEN);
}

/** One value within a line: it can begin no line of its own. */
export function oneLine(text: string): string {
  return text.replace(new RegExp(`${UNSEEN.source}+`, 'gu'), STANDS_FOR_UNSEEN);
}

/** The same of every text within a body of JSON, keys included. */
export function oneLined<T>(body: T): T {
  if (typeof body === 'string') return oneLine(body) as T;
  if (Array.isArray(body)) return body.map(oneLined) as T;
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [oneLine(key), oneLined(value)])) as T;
}

/** JSON that loses nothing and steers nothing: what is not seen is written as `\uXXXX`. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(new RegExp(`(?!\\n)${UNSEEN.source}`, 'gu'), unicodeEscapes);
}

/**
 * For a command that prints and ends: nobody left to read is no error, and what nobody has caught is one line like the rest.
 * Asked again, as by a command that runs on, the last word holds.
 * @param onGone instead of ending at once, where there is something to end in order
 */
export function guardTerminal(onGone: () => void = () => process.exit(0)): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error');
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'EIO') onGone();
      else process.exit(1);
    });
  }
  process.on('uncaughtException', (error) => {
    complain(`error: ${error.stack ?? messageOf(error)}`);
    process.exit(1);
  });
}

/** What was thrown, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
