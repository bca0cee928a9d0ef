// Who says nothing for too long: one timer a request, put back by every byte in either direction.

export interface Silence {
  /** Something came. */
  broken(): void;
  stop(): void;
}

export function watchSilence(seconds: number, onSilence: () => void): Silence {
  const timer = setTimeout(onSilence, seconds * 1000);
  return {
    broken: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}
