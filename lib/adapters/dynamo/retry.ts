// Optimistic writes: read, change, write if nobody else did; a few times, apart from each other.
import { setTimeout as sleep } from 'node:timers/promises';
import { AdapterError } from '../../app/ports/world.ts';

const ATTEMPTS = 8;
const FIRST_WAIT_MS = 5;

/**
 * Runs `attempt` until it gives a value. Waits double from 5 ms, each drawn at random up to that, so that rivals part.
 * @returns what `attempt` gave, or null where all eight attempts lost
 */
export async function untilWon<T>(attempt: () => Promise<T | null>): Promise<T | null> {
  for (let i = 0; i < ATTEMPTS; i++) {
    const won = await attempt();
    if (won !== null) return won;
    if (i + 1 < ATTEMPTS) await sleep(Math.random() * FIRST_WAIT_MS * 2 ** i);
  }
  return null;
}

/** Like `untilWon`, where losing every time is an error. */
export async function untilWonOrThrow<T>(what: string, attempt: () => Promise<T | null>): Promise<T> {
  const won = await untilWon(attempt);
  if (won !== null) return won;
  const message = `${what} was changed by others ${ATTEMPTS} times while it was being written. Try again.`;
  throw new AdapterError('dynamodb', message, { retryable: true });
}
