// The mean of what was seen of late, in a memory that does not grow with how much was seen.

export interface MeanOfLast {
  /** @param at milliseconds, of a clock that does not go back; what is older than the last counts with the last */
  add(value: number, at: number): void;
  /** Null where nothing was seen within the window. */
  mean(now: number): number | null;
}

const SLOTS = 60;

/** Over the last `windowMs`, to a sixtieth of it. */
export function meanOfLast(windowMs: number): MeanOfLast {
  const slotMs = windowMs / SLOTS;
  const sums = new Float64Array(SLOTS);
  const counts = new Float64Array(SLOTS);
  let last = Number.NEGATIVE_INFINITY;
  /** Empties what the ring comes to anew. */
  const moveTo = (at: number) => {
    const slot = Math.floor(at / slotMs);
    if (!Number.isFinite(slot) || slot <= last) return;
    for (let i = Math.max(last + 1, slot - SLOTS + 1); i <= slot; i++) {
      sums[indexOf(i)] = 0;
      counts[indexOf(i)] = 0;
    }
    last = slot;
  };
  return {
    add: (value, at) => {
      moveTo(at);
      if (!Number.isFinite(value) || !Number.isFinite(last)) return;
      sums[indexOf(last)] = (sums[indexOf(last)] as number) + value;
      counts[indexOf(last)] = (counts[indexOf(last)] as number) + 1;
    },
    mean: (now) => {
      moveTo(now);
      const count = counts.reduce((all, one) => all + one, 0);
      return count === 0 ? null : sums.reduce((all, one) => all + one, 0) / count;
    },
  };
}

function indexOf(slot: number): number {
  return ((slot % SLOTS) + SLOTS) % SLOTS;
}
