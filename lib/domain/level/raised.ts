// What stands for raising by a complexity score: carried from tick to tick (stored, so small), and shown.
import type { ComplexityLevel } from '../complexity/scaling-policy.ts';
import type { EpochMs } from '../workload/time.ts';

/** What seed 5 scales up by. */
export const TRIGGERS = ['score', 'cpu', 'memory', 'queue'] as const;

export type Trigger = (typeof TRIGGERS)[number];

export interface RaisedMemory {
  /** Since when each trigger has stood; absent where it does not. */
  readonly since: Readonly<Partial<Record<Trigger, EpochMs>>>;
  /** Since when more is kept than demand needs by itself; null where no more is. */
  readonly raisedAt: EpochMs | null;
  /** Since when the score has been quiet; null where it is not. */
  readonly quietAt: EpochMs | null;
  /** Since when no trigger has stood and no load came near its target; null where that is not so. */
  readonly easyAt: EpochMs | null;
  /** What demand needed by itself when that was last known; null where it never was. */
  readonly base: number | null;
  /** The queue's last readings, oldest first, and when the newest was measured. */
  readonly queue: readonly number[];
  readonly queueAt: EpochMs;
}

/** As it is shown, beside what every level says. */
export interface RaisedView {
  readonly level: ComplexityLevel;
  /** More is kept than demand needs by itself. */
  readonly isRaised: boolean;
  /** What that multiplies `base` by; 1 while it is not raised. */
  readonly factor: number;
  /** Replicas that demand needs by itself; null where no load tells. */
  readonly base: number | null;
  readonly triggers: readonly Trigger[];
}

export const NEVER_RAISED: RaisedMemory = {
  since: {},
  raisedAt: null,
  quietAt: null,
  easyAt: null,
  base: null,
  queue: [],
  queueAt: 0,
};

/** Whether what was stored can be one: it is nobody's word but ours, and yet read from a table. */
export function isRaisedMemory(stored: unknown): stored is RaisedMemory {
  if (typeof stored !== 'object' || stored === null) return false;
  const { since, raisedAt, quietAt, easyAt, base, queue, queueAt } = stored as Partial<
    Record<keyof RaisedMemory, unknown>
  >;
  return (
    typeof since === 'object' &&
    since !== null &&
    Object.values(since).every((at) => Number.isFinite(at)) &&
    [raisedAt, quietAt, easyAt].every((value) => value === null || Number.isFinite(value)) &&
    (base === null || (Number.isSafeInteger(base) && Number(base) >= 0)) &&
    Array.isArray(queue) &&
    queue.every((value) => Number.isFinite(value)) &&
    Number.isFinite(queueAt)
  );
}
