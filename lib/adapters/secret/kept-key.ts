// The key of the LLM out of a secret: read when it is first wanted, kept for a while, read again where it failed or was refused.
import type { ApiKey } from '../../app/ports/api-key.ts';
import { AdapterError, type Log } from '../../app/ports/world.ts';
import { readSecret } from '../secret.ts';

/** What was replaced counts after this long at the latest: sooner, where the server refuses the old one. */
const KEPT_MS = 3_600_000;
/** An empty secret, which is an installation without an LLM: a read costs half a thousandth of a cent. */
const EMPTY_KEPT_MS = 600_000;
/** After a failure, and after a refusal that brought nothing new; doubled with each that follows. */
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 600_000;

interface SecretKeyDeps {
  readonly log: Log;
  /** Real milliseconds since any moment. */
  readonly now: () => number;
  readonly read?: (secretId: string) => Promise<string | null>;
}

/** Calls at the same time share one read. A read that fails leaves the key that was known in use. */
export function makeSecretKey(secretId: string, { log, now, read = readSecret }: SecretKeyDeps): ApiKey {
  let known: string | null = null;
  let keptUntil = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;
  const afterFailure = makePause(now);
  const afterRefusal = makePause(now);

  async function refresh(): Promise<void> {
    try {
      known = await read(secretId);
      keptUntil = now() + (known === null ? EMPTY_KEPT_MS : KEPT_MS);
      afterFailure.end();
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      afterFailure.begin();
      log.warn(known === null ? NO_KEY : OLD_KEY, { message: error.message });
    }
  }

  async function readOnce(): Promise<string | null> {
    reading ??= refresh().finally(() => {
      reading = null;
    });
    await reading;
    return known;
  }

  return {
    current: async () => (now() < keptUntil || afterFailure.lasts() ? known : readOnce()),
    async refused(key) {
      // Another call has learned of the new one meanwhile.
      if (known !== key) return known;
      if (afterRefusal.lasts()) return null;
      const fresh = await readOnce();
      if (fresh === key) afterRefusal.begin();
      else afterRefusal.end();
      return fresh === key ? null : fresh;
    },
  };
}

const NO_KEY = 'LLM advisor requested but no API key available';
const OLD_KEY = 'LLM key could not be read again: the one that is known stays in use';

/** Longer each time until it is ended. */
function makePause(now: () => number) {
  let until = Number.NEGATIVE_INFINITY;
  let nextMs = FIRST_PAUSE_MS;
  return {
    lasts: () => now() < until,
    begin() {
      until = now() + nextMs;
      nextMs = Math.min(2 * nextMs, LONGEST_PAUSE_MS);
    },
    end() {
      until = Number.NEGATIVE_INFINITY;
      nextMs = FIRST_PAUSE_MS;
    },
  };
}
