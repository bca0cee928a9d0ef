// A load as a chart of characters: six hours that were, and six that are forecast as a band, within a hundred columns.

interface ChartPoint {
  readonly timestamp: string;
  readonly p50: number;
  readonly p90: number;
}

interface ChartOf {
  /** In time, from `start` on; null where nothing was measured. */
  readonly values: readonly (number | null)[];
  readonly start: string;
  readonly stepSeconds: number;
  readonly points: readonly ChartPoint[];
  readonly now: string;
  /** How a number of the axis is written. */
  readonly show: (value: number) => string;
}

const HOURS = 6;
const HOUR_MS = 3_600_000;
/** Of each side. */
const COLUMNS = 42;
const COLUMN_MS = (HOURS * HOUR_MS) / COLUMNS;
const ROWS = 8;
const EIGHTHS = ' ▁▂▃▄▅▆▇█';
const MEDIAN = '▓';
const BAND = '░';
const LABEL = 8;

/** Lines of at most 94 columns; none where nothing is known. */
export function chartLines({ values, start, stepSeconds, points, now, show }: ChartOf): readonly string[] {
  const at = Date.parse(now);
  const past = bucketed(
    values.map((value, i) => ({ at: Date.parse(start) + i * stepSeconds * 1000, value })),
    at - HOURS * HOUR_MS,
  );
  const ahead = Array.from({ length: COLUMNS }, (_, i) => pointAt(points, at + (i + 1) * COLUMN_MS));
  const known = [...past.flatMap((value) => value ?? []), ...ahead.flatMap((point) => point?.p90 ?? [])];
  if (known.length === 0) return [];
  const most = Math.max(...known, Number.MIN_VALUE);
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const row = ROWS - 1 - i;
    const heights = (value: number) => (ROWS * value) / most;
    const left = past.map((value) => (value === null ? ' ' : filled(heights(value) - row)));
    const right = ahead.map((point) => {
      if (point === null) return ' ';
      if (Math.round(heights(point.p50)) > row) return MEDIAN;
      return Math.round(heights(point.p90)) > row ? BAND : ' ';
    });
    const label = i === 0 ? show(most) : row === 0 ? '0' : '';
    return `${label.padStart(LABEL)} ${left.join('')}│${right.join('')}`.trimEnd();
  });
  const axis = `${'-6 h'.padEnd(COLUMNS - 1)}now${`+${HOURS} h`.padStart(COLUMNS - 1)}`;
  const legend = `${' '.repeat(LABEL + 1)}█ was   ${MEDIAN} median   ${BAND} up to here in nine of ten`;
  return [...rows, `${' '.repeat(LABEL + 1)}${axis}`, legend];
}

function filled(height: number): string {
  return EIGHTHS[Math.max(0, Math.min(8, Math.round(height * 8)))] ?? ' ';
}

/** The mean of each column; null where none of it was measured. */
function bucketed(values: readonly { at: number; value: number | null }[], from: number): readonly (number | null)[] {
  const sums = Array.from({ length: COLUMNS }, () => ({ sum: 0, count: 0 }));
  for (const { at, value } of values) {
    const bucket = sums[Math.floor((at - from) / COLUMN_MS)];
    if (bucket === undefined || value === null) continue;
    bucket.sum += value;
    bucket.count += 1;
  }
  return sums.map(({ sum, count }) => (count === 0 ? null : sum / count));
}

/** The next one from there on; the last stands a little longer than it says. */
function pointAt(points: readonly ChartPoint[], at: number): ChartPoint | null {
  const next = points.find(({ timestamp }) => Date.parse(timestamp) >= at);
  const last = points.at(-1);
  return next ?? (last !== undefined && at - Date.parse(last.timestamp) <= 2 * COLUMN_MS ? last : null);
}
