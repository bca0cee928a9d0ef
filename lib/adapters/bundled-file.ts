// A file that lies beside a function's bundle: infra/functions.ts puts it there.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdapterError } from '../app/ports/world.ts';

/** @returns a reader of its text; it throws AdapterError where nothing was bundled */
export function makeBundledFile(name: string): () => Promise<string> {
  return async () => {
    try {
      return await readFile(join(import.meta.dirname, name), 'utf8');
    } catch (cause) {
      throw new AdapterError('bundle', `${name} is not beside the function's bundle`, { retryable: false, cause });
    }
  };
}
