// Whether a file that is asked for can be written, before hours of work go into it.
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** @throws Error in one line that names the option */
export function checkWritable(option: string, file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK);
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${option} ${file} cannot be written: ${why}`, { cause: error });
  }
}
