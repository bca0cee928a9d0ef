// Budgets and waits of an LLM call run on real time, whatever a simulated clock says: the server on the other end does.

export interface Timer {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const WALL_TIMER: Timer = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
