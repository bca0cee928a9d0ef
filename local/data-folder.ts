// The folder of `--data`: what cannot be one is refused by name, before anything is started in it.
import { accessSync, constants, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { oneLine } from '../cli/terminal.ts';
import { HALF_WRITTEN_FILE, WORLD_FILE } from './kept-world.ts';

/** Where the process that has the folder open serves its table. */
export const ENDPOINT_FILE = 'endpoint.json';
export const HALF_WRITTEN_ENDPOINT_FILE = 'endpoint.json.new';

const OURS = new Set([ENDPOINT_FILE, HALF_WRITTEN_ENDPOINT_FILE, WORLD_FILE, HALF_WRITTEN_FILE]);
/** As LevelDB names its files, whole or begun. */
const LEVELDB = /^(CURRENT|LOCK|LOG(\.old)?|MANIFEST-\d+|\d+\.(ldb|sst|log|dbtmp)|lost)$/;
/** Every LevelDB has it, once it is made. */
const MADE = 'CURRENT';

/**
 * Makes the folder where it is not there.
 * @returns its whole path
 * @throws Error of one line that names the folder, what is wrong with it, and what to do
 */
export function checkedDataFolder(given: string): string {
  if (given.trim() === '') throw impossible(given, 'it names no folder');
  if (given.includes('\0')) throw impossible(given, 'no folder has a NUL byte in its name');
  const folder = resolve(given);
  const there = madeOrFound(folder, given);
  if (!there.isDirectory()) throw impossible(given, 'it is a file, not a folder');
  const strangers = namesIn(folder, given).filter((name) => !OURS.has(name) && !LEVELDB.test(name));
  if (strangers.length > 0 && !isMade(folder)) {
    const some = strangers.toSorted().slice(0, 3).join(', ');
    throw impossible(
      given,
      `it holds other files (${oneLine(some)}${strangers.length > 3 ? ' …' : ''}) and no table of ours`,
    );
  }
  return folder;
}

function madeOrFound(folder: string, given: string) {
  try {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found !== undefined) return found;
    makeWithParents(folder);
    return statSync(folder);
  } catch (error) {
    throw impossible(given, whyNot(error), error);
  }
}

/** Step by step: `recursive` goes round for ever in a place where nothing can be made, such as /proc. */
function makeWithParents(folder: string): void {
  const parent = dirname(folder);
  if (statSync(parent, { throwIfNoEntry: false }) === undefined) makeWithParents(parent);
  mkdirSync(folder);
}

function namesIn(folder: string, given: string): readonly string[] {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return readdirSync(folder);
  } catch (error) {
    throw impossible(given, whyNot(error), error);
  }
}

function isMade(folder: string): boolean {
  try {
    return readFileSync(join(folder, MADE), 'utf8').startsWith('MANIFEST-');
  } catch {
    return false;
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a link that leads nowhere',
  EACCES: 'it cannot be written: permission denied',
  EPERM: 'it cannot be written: not permitted',
  EROFS: 'it cannot be written: its file system is read-only',
  ENOSPC: 'it cannot be written: the disk is full',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its path is a circle of links',
  ENOENT: 'it cannot be made there',
};

function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return WHY[code] ?? (error instanceof Error ? error.message : String(error));
}

function impossible(given: string, why: string, cause?: unknown): Error {
  return new Error(
    `--data "${oneLine(given)}" cannot be a data folder: ${why}. Name an empty or new folder, or one that an earlier start made.`,
    { cause },
  );
}
