// A long range query in pieces that a server accepts, halved where it says that a piece is too much.
import type { EpochMs } from '../../domain/workload/time.ts';
import type { LabelledSamples, Sample } from './answer.ts';
import type { Ask, Budget } from './ask.ts';

const STEP_SECONDS = 60;
/** Prometheus refuses more than 11,000 points per series and query. */
const POINTS_PER_QUERY = 10_000;
/** Two hours: who refuses these refuses the query. */
const FEWEST_POINTS = 120;

interface RangeAnswer {
  /** Ascending, one sample at a time. */
  readonly series: readonly LabelledSamples[];
  readonly notes: readonly string[];
}

export type ReadRange = (query: string, from: EpochMs, to: EpochMs, budget: Budget) => Promise<RangeAnswer>;

/** Throws AdapterError. What one range was cut down to holds for those after it. */
export function makeReadRange(ask: Ask): ReadRange {
  let points = POINTS_PER_QUERY;
  return async (query, from, to, budget) => {
    const first = STEP_SECONDS * Math.ceil(from / 1000 / STEP_SECONDS);
    const last = Math.floor(to / 1000);
    const pieces: (readonly LabelledSamples[])[] = [];
    const notes: string[] = [];
    for (let start = first; start <= last; ) {
      const end = Math.min(last, start + (points - 1) * STEP_SECONDS);
      const range = { query, start: String(start), end: String(end), step: String(STEP_SECONDS) };
      const answer = await ask('query_range', range, budget);
      if (answer.kind === 'too_much') {
        if (points <= FEWEST_POINTS) throw answer.error;
        const asked = (end - start) / STEP_SECONDS + 1;
        points = Math.max(FEWEST_POINTS, Math.floor(Math.min(points, asked) / 2));
        continue;
      }
      pieces.push(answer.series);
      notes.push(...answer.notes);
      start = end + STEP_SECONDS;
    }
    return { series: joined(pieces, first, last), notes: [...new Set(notes)] };
  };
}

/** Pieces of the same labels as one series; two of the same labels within one answer stay two. */
function joined(
  pieces: readonly (readonly LabelledSamples[])[],
  first: number,
  last: number,
): readonly LabelledSamples[] {
  const byLabels = new Map<string, { labels: LabelledSamples['labels']; samples: Sample[] }>();
  for (const answered of pieces) {
    const seen = new Map<string, number>();
    for (const { labels, samples } of answered) {
      const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
      const twin = seen.get(key) ?? 0;
      seen.set(key, twin + 1);
      const series = byLabels.get(`${twin} ${key}`) ?? { labels, samples: [] };
      for (const sample of samples) series.samples.push(sample);
      byLabels.set(`${twin} ${key}`, series);
    }
  }
  return [...byLabels.values()].map(({ labels, samples }) => ({ labels, samples: ordered(samples, first, last) }));
}

/** None outside of what was asked for: servers that align times, or join stores, answer more. */
function ordered(samples: readonly Sample[], first: number, last: number): readonly Sample[] {
  return ascending(samples.filter(([at]) => at >= first - STEP_SECONDS && at <= last));
}

/** By time; of two at a time the later. */
export function ascending(samples: readonly Sample[]): readonly Sample[] {
  const byTime = samples.toSorted(([a], [b]) => a - b);
  return byTime.filter(([at], i) => byTime[i + 1]?.[0] !== at);
}
