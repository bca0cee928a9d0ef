// A write whose answer was lost may have been done all the same: looked up before anything is said of it.
import type { Outcome } from '../../domain/decision/outcome.ts';
import type { WriteResult } from '../ports/cluster.ts';
import { AdapterError } from '../ports/world.ts';

/** What a write came to, as far as can be known. */
export type Known =
  | Exclude<WriteResult, { kind: 'applied' }>
  /** `note` is there where the answer was lost and the change was found. */
  | { readonly kind: 'applied'; readonly note?: string }
  /** The answer was lost. Not found at once is no proof: it may still be under way. */
  | { readonly kind: 'unsettled'; readonly message: string };

/** What a look at the object shows: whether it is as the write meant it, and how it is. */
export interface Look {
  readonly isDone: boolean;
  readonly found: string;
}

/**
 * Runs a write, and looks where its answer was lost.
 * @throws whatever the write throws where it certainly changed nothing
 */
export async function lookedUp(write: () => Promise<WriteResult>, look: () => Promise<Look>): Promise<Known> {
  try {
    return await write();
  } catch (error) {
    if (!mayBeDone(error)) throw error;
    const lost = `its answer was lost (${messageOf(error)})`;
    try {
      const { isDone, found } = await look();
      return isDone
        ? { kind: 'applied', note: `${lost}, and it was found done` }
        : { kind: 'unsettled', message: `${lost}; ${found}` };
    } catch (failure) {
      const message = `it is not known whether it was done: ${lost}, and so was that to the question (${messageOf(failure)}); the next tick looks again`;
      return { kind: 'unsettled', message };
    }
  }
}

/** What was refused for good, or never sent, changed nothing. Anything else may have. */
function mayBeDone(error: unknown): boolean {
  return !(error instanceof AdapterError) || (error.retryable && error.source !== 'tick');
}

export function unsettled(message: string): Outcome {
  return { kind: 'failed', code: 'unknown', message, unsettled: true };
}

/** To be put behind what was done. */
export function noted(result: Known): string {
  return result.kind !== 'applied' || result.note === undefined ? '' : `; ${result.note}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}
