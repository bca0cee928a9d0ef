// How many tokens a second the server makes while it has something to do: what tells a queue of tokens in seconds.

export interface Throughput {
  /** To be told before the number of requests in flight changes, and may be told at any time. @param now seconds */
  advance(now: number, isBusy: boolean): void;
  /** Tokens that were worked off just now; less than none corrects what was counted too high. */
  worked(tokens: number): void;
  /** An answer with tokens is complete: from then on the figure stands on something. */
  finished(): void;
  /** Null until it is known. */
  tokensPerSecond(): number | null;
}

/** Of busy time: after so long, what was measured counts 1/e as much. Idle time says nothing, and takes nothing away. */
const MEMORY_SECONDS = 180;
const FEWEST_BUSY_SECONDS = 0.01;

export function makeThroughput(): Throughput {
  let tokens = 0;
  let busySeconds = 0;
  let lastAt: number | null = null;
  let isKnown = false;
  return {
    advance(now, isBusy) {
      const seconds = lastAt === null ? 0 : Math.max(0, now - lastAt);
      lastAt = now;
      if (!isBusy || seconds === 0) return;
      const kept = Math.exp(-seconds / MEMORY_SECONDS);
      tokens *= kept;
      // As if these seconds had been counted one after the other, each decaying: a long hang and many short waits are one.
      busySeconds = busySeconds * kept + MEMORY_SECONDS * (1 - kept);
    },
    worked(count) {
      tokens = Math.max(0, tokens + count);
    },
    finished() {
      isKnown = true;
    },
    tokensPerSecond: () => (isKnown && tokens > 0 && busySeconds >= FEWEST_BUSY_SECONDS ? tokens / busySeconds : null),
  };
}
