// Opens the page in the browser. The address holds the token, and arguments of a program are there for all users to read: the
// browser is given a file that only this user can read, which leads there.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};
/** By then the browser has read it. */
const GONE_AFTER_MS = 30_000;

/** @returns false where no program here opens pages */
export function openInBrowser(address: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-dashboard-')); // of this user alone
  const file = join(folder, 'open.html');
  writeFileSync(
    file,
    `<!doctype html><meta http-equiv="refresh" content="0;url=${address}"><a href="${address}">Open</a>\n`,
    {
      mode: 0o600,
    },
  );
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  setTimeout(remove, GONE_AFTER_MS).unref();
  const [program, ...given] = OPENERS[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const opener = spawn(program, [...given, file], { stdio: 'ignore', detached: true });
    opener.once('error', () => resolve(false));
    opener.once('spawn', () => resolve(true));
    opener.unref();
  });
}
