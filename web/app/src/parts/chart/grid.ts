// Series of the API on the moments of a chart.

export interface Series {
  readonly unit: string;
  readonly start: string;
  readonly values: readonly (number | null)[];
}

export const seconds = (iso: string) => Date.parse(iso) / 1000;

/** The moments of a series, in seconds since 1970. */
export function momentsOf(series: Series | undefined, step: number): readonly number[] {
  if (series === undefined) return [];
  const start = seconds(series.start);
  return series.values.map((_, i) => start + i * step);
}

/** A series at other moments: the value whose step each falls into. */
export function at(moments: readonly number[], series: Series | undefined, step: number): readonly (number | null)[] {
  if (series === undefined) return moments.map(() => null);
  const start = seconds(series.start);
  return moments.map((moment) => series.values[Math.floor((moment - start) / step)] ?? null);
}
