// When a workload had no pods at all: what is not measured then is no load, where it would else be a gap.
import type { EpochMs, WorkloadRef } from '../../domain/model.ts';
import type { Sample } from './answer.ts';
import type { Budget } from './ask.ts';
import { type Labels, replicasQuery, scrapedNodesQuery } from './promql.ts';
import type { ReadRange } from './range.ts';

/** Shorter ones are bridged by whoever reads the history. */
const LONG_GAP_SECONDS = 3600;

interface Zeros {
  /** Instants, in seconds, at which it had no pods. */
  readonly at: readonly number[];
  readonly notes: readonly string[];
}

export interface Asked {
  readonly ref: WorkloadRef;
  readonly labels: Labels;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Asks only where long gaps leave something to ask. Throws AdapterError. */
export async function zerosIn(
  measured: readonly Sample[],
  { ref, labels, from, to }: Asked,
  readRange: ReadRange,
  budget: Budget,
): Promise<Zeros> {
  const known = measured.filter(([, value]) => value >= 0).map(([at]) => at);
  const gaps = longGaps([from / 1000, ...known, to / 1000]);
  if (gaps.length === 0) return { at: [], notes: [] };
  const told = await readRange(replicasQuery(ref, labels), from, to, budget);
  const within = (samples: readonly Sample[], among: typeof gaps) =>
    samples.map(([at]) => at).filter((at) => among.some(([start, end]) => at > start && at < end));
  if (told.series.length > 0) {
    const zero = told.series.flatMap(({ samples }) => samples.filter(([, value]) => value === 0));
    return { at: within(zero, gaps), notes: told.notes };
  }
  // Before the first sample it may not have been there, and after the last it may be gone.
  const between = longGaps(known);
  if (between.length === 0) return { at: [], notes: told.notes };
  const nodes = await readRange(scrapedNodesQuery(labels), from, to, budget);
  const scraped = nodes.series.flatMap(({ samples }) => samples.filter(([, value]) => value > 0));
  const at = within(scraped, between);
  const note =
    'its replicas are not known (no kube-state-metrics): where nodes were scraped and had no pod of it, it is taken as scaled to zero';
  return { at, notes: [...told.notes, ...nodes.notes, ...(at.length > 0 ? [note] : [])] };
}

function longGaps(ascending: readonly number[]): readonly (readonly [after: number, before: number])[] {
  return ascending.slice(1).flatMap((at, i) => {
    const before = ascending[i] ?? at;
    return at - before > LONG_GAP_SECONDS ? [[before, at] as const] : [];
  });
}
