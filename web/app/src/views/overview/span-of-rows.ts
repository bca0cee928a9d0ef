// Which rows of a long table are drawn: those in sight and some around, however many there are.

export interface Sight {
  readonly count: number;
  /** Of one row, in pixels. */
  readonly rowHeight: number;
  /** Pixels of the list above the upper edge of what is seen; below zero while it begins further down. */
  readonly above: number;
  /** Pixels from that edge to the lower one. */
  readonly height: number;
}

export interface SpanOfRows {
  readonly from: number;
  /** Not drawn any more. */
  readonly to: number;
}

/** No more are drawn, unless the window is so high that more are in sight. */
export const MOST_ROWS = 60;
const AROUND = 8;
/** Scrolled by less, nothing is drawn anew. */
const STEP = 4;

export function spanOfRows({ count, rowHeight, above, height }: Sight): SpanOfRows {
  const first = Math.floor(above / rowHeight);
  const seen = Math.ceil(height / rowHeight) + 1;
  const around = Math.max(0, Math.min(AROUND, Math.floor((MOST_ROWS - seen - STEP) / 2)));
  const step = around === 0 ? 1 : STEP;
  const from = Math.floor((first - around) / step) * step;
  const to = from + seen + 2 * around + step - 1;
  return { from: within(from, count), to: within(to, count) };
}

function within(index: number, count: number): number {
  return Math.max(0, Math.min(count, index));
}
