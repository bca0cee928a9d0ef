// What was learned, kept in a file from one run to the next: numbers only, written whole or not at all.
import { readFileSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { freshLearned, readLearned } from '../domain/complexity/learned.ts';
import type { LearnedComplexity } from '../domain/complexity/learned-model.ts';

const MAX_BYTES = 16 * 1024 * 1024;

/**
 * A file that is not there is a first run; one that is damaged is told and begun anew.
 * @param onDamage told why; nothing of the file is in it
 */
export function loadLearned(file: string, onDamage: (reason: string) => void): LearnedComplexity {
  try {
    const { size } = statSync(file);
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, more than anything that was learned`);
    const read = readLearned(jsonOf(readFileSync(file, 'utf8')));
    if (read.kind === 'learned') return read.learned;
    throw new Error(read.reason);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') onDamage(reasonOf(error));
  }
  return freshLearned();
}

/** Beside the old one, then in its place: who reads it finds one of both. @throws what the disk says */
export async function saveLearned(file: string, learned: LearnedComplexity): Promise<void> {
  const next = `${file}.next`;
  const opened = await open(next, 'w', 0o600);
  try {
    // An older one may have been left there, with rights of its own.
    await opened.chmod(0o600);
    await opened.writeFile(JSON.stringify(learned));
    await opened.sync();
  } finally {
    await opened.close();
  }
  await rename(next, file);
}

/** For logs: a code of the system, or words of ours. */
export function reasonOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : 'unknown');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** JSON's own message would quote the file. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is no JSON');
  }
}
