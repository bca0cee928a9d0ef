// What a write came to: what can be expected of it is a value, and only the rest an error.
import type { WriteResult } from '../../app/ports/cluster.ts';
import { type Ask, asking, reasonOf, statusOf } from './errors.ts';

/** Runs a write. @throws AdapterError for anything but a conflict, an absent object and a missing right */
export async function written(ask: Ask, write: () => Promise<unknown>): Promise<WriteResult> {
  try {
    await asking(ask, write);
    return { kind: 'applied' };
  } catch (error) {
    const status = statusOf(error);
    if (status === 409) return { kind: 'conflict', message: reasonOf(error) };
    if (status === 404) return { kind: 'not_found' };
    if (status === 403 && error instanceof Error) return { kind: 'forbidden', message: error.message };
    throw error;
  }
}
