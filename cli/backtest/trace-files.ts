// Which files the paths on the command line stand for, and what each is called in a report.
import { readdirSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cleanText } from '../../lib/domain/text/clean-text.ts';

export interface TraceFile {
  readonly path: string;
  /** Found in a folder rather than named. */
  readonly inFolder: boolean;
  /** Why it is not even opened; null where it is a file. */
  readonly problem: string | null;
}

const ENDING = /\.(csv|tsv)(\.gz)?$/i;
const LABEL_CHARS = 200;

/**
 * A folder stands for the CSV files in it, by name; whatever is named twice is taken once.
 * @throws Error in one line where a folder holds none
 */
export function traceFiles(paths: readonly string[]): readonly TraceFile[] {
  const files = paths.flatMap(filesOf);
  return files.filter(({ path }, i) => files.findIndex((other) => other.path === path) === i);
}

/** The file name without its ending, or the whole path where two share that; never two alike, nothing that moves a cursor. */
export function labelsOf(files: readonly TraceFile[]): readonly string[] {
  const names = files.map(({ path }) => cleanText(basename(path).replace(ENDING, ''), LABEL_CHARS));
  const labels = names.map((name, i) =>
    names.indexOf(name) === names.lastIndexOf(name) && name !== ''
      ? name
      : cleanText(files[i]?.path ?? '', LABEL_CHARS),
  );
  return labels.map((label, i) => {
    const before = labels.slice(0, i).filter((other) => other === label).length;
    return before === 0 ? label : `${label} (${before + 1})`;
  });
}

function filesOf(path: string): readonly TraceFile[] {
  if (statOf(path)?.isDirectory() !== true) return [{ path, inFolder: false, problem: null }];
  const names = namesIn(path).filter((name) => ENDING.test(name));
  if (names.length === 0)
    throw new Error(`${cleanText(path, 300)}: the folder holds no .csv files; expected traces "timestamp,demand"`);
  return names.sort().map((name) => {
    const file = join(path, name);
    return { path: file, inFolder: true, problem: problemOf(file) };
  });
}

/** A pipe in a folder could keep a backtest waiting for ever. */
function problemOf(file: string): string | null {
  const stat = statOf(file);
  if (stat === null || stat.isFile()) return null;
  return stat.isDirectory() ? 'is a folder; give its path to read what is in it' : 'is no regular file';
}

/** Null where it cannot be told: opening it then says why. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new Error(`${cleanText(folder, 300)}: the folder cannot be read (${code})`, { cause: error });
  }
}
