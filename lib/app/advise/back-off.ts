// How long to leave a model alone after it said no: as long as it asked for, else longer with every refusal in a row.

const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;
/** A quota lasts a day; whoever asks for more is misunderstood. */
const LONGEST_ASKED_MS = 86_400_000;

interface BackOff {
  /** Milliseconds to stay away, counting this refusal. Doubles from 10 s to 300 s where the server names no time. */
  refused(model: string, retryAfterMs: number | null): number;
  answered(model: string): void;
}

/** Counts per process: a new process starts mild, while what it blocks is shared through the table. */
export function makeBackOff(): BackOff {
  const refusals = new Map<string, number>();
  return {
    refused(model, retryAfterMs) {
      const inARow = refusals.get(model) ?? 0;
      refusals.set(model, inARow + 1);
      if (retryAfterMs !== null) return Math.min(LONGEST_ASKED_MS, Math.max(0, retryAfterMs));
      return Math.min(LONGEST_MS, FIRST_MS * 2 ** inARow);
    },
    answered: (model) => {
      refusals.delete(model);
    },
  };
}
