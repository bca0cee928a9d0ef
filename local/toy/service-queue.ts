// The one thing a toy replica is about: a few requests at a time, each for a fixed time, and everybody else waits in line.

export interface ServiceQueue {
  /** Resolves when the request was worked on; false where the line is too long and it is turned away at once. */
  serve(): Promise<boolean>;
  /** Requests that are worked on or wait. */
  readonly inside: number;
}

/**
 * @param serviceMs how long one takes
 * @param slots how many are worked on at a time
 * @param longestLine how many may wait
 */
export function makeServiceQueue(serviceMs: number, slots: number, longestLine: number): ServiceQueue {
  let busy = 0;
  const line: (() => void)[] = [];
  const work = (): Promise<void> => new Promise((done) => setTimeout(done, serviceMs));
  return {
    get inside() {
      return busy + line.length;
    },
    async serve() {
      if (busy >= slots) {
        if (line.length >= longestLine) return false;
        // Whoever leaves hands the slot on: it stays busy.
        await new Promise<void>((myTurn) => line.push(myTurn));
      } else busy++;
      await work();
      const next = line.shift();
      if (next === undefined) busy--;
      else next();
      return true;
    },
  };
}
