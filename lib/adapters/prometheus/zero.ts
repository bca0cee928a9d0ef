// When a workload had no pods at all: what is not measured then is no load, where it would else be a gap.

import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
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

/**
 * Asks only where long gaps between samples leave something to ask: before the first it may not have been there, and after
 * the last it may be gone. Throws AdapterError.
 */
export async function zerosIn(
  measured: readonly Sample[],
  { ref, labels, from, to }: Asked,
  readRange: ReadRange,
  budget: Budget,
): Promise<Zeros> {
  const gaps = longGaps(measured.filter(([, value]) => value >= 0).map(([at]) => at));
  if (gaps.length === 0) return { at: [], notes: [] };
  const told = await readRange(replicasQuery(ref, labels), from, to, budget);
  const withinGaps = (of: typeof told, isZero: (value: number) => boolean) =>
    of.series
      .flatMap(({ samples }) => samples.filter(([, value]) => isZero(value)).map(([at]) => at))
      .filter((at) => gaps.some(([start, end]) => at > start && at < end));
  if (told.series.length > 0) return { at: withinGaps(told, (replicas) => replicas === 0), notes: told.notes };
  const nodes = await readRange(scrapedNodesQuery(labels), from, to, budget);
  const at = withinGaps(nodes, (count) => count > 0);
  return { at, notes: [...told.notes, ...nodes.notes, ...(at.length > 0 ? [INFERRED] : [])] };
}

const INFERRED =
  'its replicas are not known (no kube-state-metrics): where nodes were scraped and had no pod of it, it is taken as scaled to zero';

function longGaps(ascending: readonly number[]): readonly (readonly [after: number, before: number])[] {
  return ascending.slice(1).flatMap((at, i) => {
    const before = ascending[i] ?? at;
    return at - before > LONG_GAP_SECONDS ? [[before, at] as const] : [];
  });
}
