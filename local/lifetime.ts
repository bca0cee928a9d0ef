// How long `npm start` lives: until it is told to end, its time is over, its reader has gone, or the npm that started it is dead.
import { readFileSync } from 'node:fs';
import { complain, guardTerminal } from '../cli/terminal.ts';

const ENDING = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
/** One Ctrl-C reaches us twice: from the terminal, and from npm, which hands it on. */
const SAME_SIGNAL_MS = 200;
const LOOK_AFTER_PARENT_MS = 500;
/** An end in order takes far less, unless something hangs. */
const END_AT_LAST_MS = 20_000;

export interface Lifetime {
  /** Aborts when it is time to end in order. */
  readonly stopping: AbortSignal;
  /** From here on there are so many seconds of ours left. */
  endAfter(seconds: number): void;
}

/** A second signal ends at once, with 128 and its number as the exit code. */
export function watchLifetime(): Lifetime {
  const controller = new AbortController();
  let endingSince: number | null = null;
  const end = (): void => {
    if (endingSince !== null) return;
    endingSince = performance.now();
    controller.abort();
    setTimeout(() => {
      complain(`error: it has not ended in order within ${END_AT_LAST_MS / 1000} s, so it ends now`);
      process.exit(1);
    }, END_AT_LAST_MS).unref();
  };
  for (const [signal, number] of Object.entries(ENDING))
    process.on(signal, () => {
      if (endingSince !== null && performance.now() - endingSince > SAME_SIGNAL_MS) process.exit(128 + number);
      end();
    });
  // `npm start | head -3`: with nobody left to read there is nothing left to do.
  guardTerminal(end);
  endWithNpm(end);
  return { stopping: controller.signal, endAfter: (seconds) => void setTimeout(end, seconds * 1000).unref() };
}

/** npm that is killed tells nobody. What was started without npm may outlive its parent, as with nohup. */
export function endWithNpm(end: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  if (isLeftAlone()) end();
  const born = parentsOfOurs();
  setInterval(() => {
    if (parentsOfOurs() !== born) end();
  }, LOOK_AFTER_PARENT_MS).unref();
}

/** npm may be gone before we look: Node takes a second or more to read all of this. Another script may start us as it likes. */
function isLeftAlone(): boolean {
  const { npm_lifecycle_script: script = '' } = process.env;
  const ours = (process.argv[1] ?? '').split('/').slice(-2).join('/');
  if (!script.includes(ours)) return false;
  const { ppid } = process;
  const starter = isShellOfNpm(ppid) ? Number(parentOf(ppid)) : ppid;
  const name = readProc(starter, 'cmdline');
  return name === '' ? starter === 1 : !/npm|yarn|bun/.test(name);
}

/** Our parent; and its own where that is but the shell in which npm runs a script. */
function parentsOfOurs(): string {
  const { ppid } = process;
  return isShellOfNpm(ppid) ? `${ppid} ${parentOf(ppid)}` : String(ppid);
}

/** Only Linux tells. On macOS that shell hands its process over to us, so that npm itself is our parent. */
function isShellOfNpm(pid: number): boolean {
  return readProc(pid, 'cmdline').split('\0')[1] === '-c';
}

/** The fourth field; the second is a name in brackets, which may hold anything. */
function parentOf(pid: number): string {
  return readProc(pid, 'stat').split(')').at(-1)?.trim().split(' ')[1] ?? '';
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
