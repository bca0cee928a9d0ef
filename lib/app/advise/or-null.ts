// The table serves advice, and advice is a luxury: where a store call may fail without harm, it does so as a value.
import { AdapterError } from '../ports/world.ts';

/** @returns Null where the adapter failed. Any other error is a mistake of ours and passes through. */
export async function orNull<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AdapterError) return null;
    throw error;
  }
}
