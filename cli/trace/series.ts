// The two columns of a file as samples in order of time, each time once.
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { counted, listed, quote, TraceRefusal } from './refusal.ts';

/** Ascending times. */
export interface Samples {
  readonly at: Float64Array;
  /** NaN where nothing was measured. */
  readonly values: Float64Array;
  readonly notes: readonly string[];
}

/** More doubled times than this are several series in one file rather than overlapping exports. */
const MOST_DOUBLED = 0.5;

/**
 * Sorts, and makes one of several rows of a time: the value they share, or the mean of those that differ.
 * @param labels what the row's text says of its series, where there is any
 * @param asked the label of the one series to keep; null for all
 * @throws TraceRefusal where the file holds several series
 */
export function samplesOf(
  at: Float64Array,
  values: Float64Array,
  labels: readonly string[] | null,
  asked: string | null,
): Samples {
  const kept = keptRows(at, labels, asked);
  const notes = order(at, kept);
  const times: EpochMs[] = [];
  const means: number[] = [];
  const seen = { empty: 0, same: 0, differing: 0 };
  for (let i = 0; i < kept.length; ) {
    const start = i;
    const time = at[kept[start] ?? 0] ?? 0;
    while (i < kept.length && at[kept[i] ?? 0] === time) i++;
    const { mean, isSame, measured } = together(values, kept, start, i);
    if (measured === 0) seen.empty++;
    if (measured > 1) seen[isSame ? 'same' : 'differing']++;
    times.push(time);
    means.push(mean);
  }
  if (seen.differing > 1 && seen.differing > MOST_DOUBLED * times.length) throw severalSeries(labels);
  return { at: Float64Array.from(times), values: Float64Array.from(means), notes: [...notes, ...notesOn(seen)] };
}

/** The rows of one time, from `start` up to `end`. */
function together(values: Float64Array, rows: readonly number[], start: number, end: number) {
  let first = Number.NaN;
  let sum = 0;
  let measured = 0;
  let isSame = true;
  for (let i = start; i < end; i++) {
    const value = values[rows[i] ?? 0] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (measured === 0) first = value;
    isSame &&= value === first;
    sum += value;
    measured++;
  }
  // The very value where all are the same: dividing could change its last digit.
  return { mean: isSame ? first : sum / measured, isSame, measured };
}

function notesOn({ empty, same, differing }: Record<'empty' | 'same' | 'differing', number>): readonly string[] {
  return [
    ...(same > 0 ? [`${counted(same, 'time')} given more than once with the same value: kept once`] : []),
    ...(differing > 0
      ? [`${counted(differing, 'time')} given more than once with differing values: their mean taken`]
      : []),
    ...(empty > 0 ? [`${counted(empty, 'time')} without a value`] : []),
  ];
}

function keptRows(at: Float64Array, labels: readonly string[] | null, asked: string | null): number[] {
  const all = [...at.keys()];
  if (labels === null) return all;
  const known = new Set(labels);
  if (asked === null) {
    if (known.size > 1 && isDoubled(at)) throw severalSeries(labels);
    return all;
  }
  const kept = all.filter((i) => labels[i]?.toLowerCase() === asked.trim().toLowerCase());
  if (kept.length > 0) return kept;
  throw new TraceRefusal(
    'no_such_column',
    `has no column or series ${quote(asked)}; its series are ${listed([...known])}`,
  );
}

/** A text that changes, such as a status, is no series unless times come again. */
function isDoubled(at: Float64Array): boolean {
  return new Set(at).size < at.length;
}

function severalSeries(labels: readonly string[] | null): TraceRefusal {
  const known = labels === null ? [] : [...new Set(labels)];
  const which = known.length > 1 ? `: ${listed(known)}` : '';
  const ask = known.length > 1 ? 'name one with --column of ai4k8s backtest' : 'keep one';
  return new TraceRefusal(
    'several_series',
    `holds several series, with a value each for the same times${which}; ${ask}, or add them up`,
  );
}

/** Sorts the rows in place, later rows of a time behind earlier ones. */
function order(at: Float64Array, rows: number[]): string[] {
  let ascends = 0;
  let descends = 0;
  for (let i = 1; i < rows.length; i++) {
    const step = (at[rows[i] ?? 0] ?? 0) - (at[rows[i - 1] ?? 0] ?? 0);
    if (step > 0) ascends++;
    if (step < 0) descends++;
  }
  if (descends === 0) return [];
  rows.sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0));
  return [
    ascends === 0
      ? 'rows came latest first: turned round'
      : `rows were out of order in ${counted(descends, 'place')}: sorted`,
  ];
}
