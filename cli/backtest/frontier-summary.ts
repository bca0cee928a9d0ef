// All traces of a backtest in a few numbers: medians, kept SLOs, gaps closed.
import { keepsSlo } from '../../lib/app/backtest/frontier.ts';
import { median, type OurStanding, type TraceRuns } from './frontier-traces.ts';
import type { JobResult } from './job.ts';

export interface PolicySummary {
  readonly policy: string;
  readonly traces: number;
  readonly kept: number;
  /** Medians over the traces. */
  readonly violationPct: number | null;
  readonly cost: number | null;
  readonly changesPerHour: number | null;
  readonly unservedPct: number | null;
}

/** In the order of the results. */
export function summaries(results: readonly JobResult[], sloPercent: number): readonly PolicySummary[] {
  return [...Map.groupBy(results, ({ policy }) => policy)].map(([policy, runs]) => ({
    policy,
    traces: runs.length,
    kept: runs.filter((run) => keepsSlo(run, sloPercent)).length,
    violationPct: median(runs.map((run) => run.violationPct)),
    cost: median(runs.map((run) => run.cost)),
    changesPerHour: median(runs.map((run) => run.changesPerHour)),
    unservedPct: median(runs.map((run) => run.unservedPct)),
  }));
}

export interface OurTrace extends OurStanding {
  readonly trace: TraceRuns;
}

/** Every trace's standing of one policy of ours. */
export function standingsOf(traces: readonly TraceRuns[], policy: string): readonly OurTrace[] {
  return traces.flatMap((trace) =>
    trace.standings.filter(({ result }) => result.policy === policy).map((of) => ({ ...of, trace })),
  );
}

export interface GapSummary {
  readonly intervalSeconds: number;
  readonly traces: number;
  /** On how many there is an HPA to compare with. */
  readonly compared: number;
  readonly gapClosed: number | null;
}

/** The median gap closed, for traces of each interval apart: a value a minute shows bursts that five minutes hide. */
export function gapsByInterval(standings: readonly OurTrace[]): readonly GapSummary[] {
  const groups = Map.groupBy(standings, ({ trace }) => trace.trace.intervalSeconds);
  return [...groups]
    .toSorted(([a], [b]) => a - b)
    .map(([intervalSeconds, members]) => {
      const gaps = members.map(({ standing }) => standing.gapClosed);
      const compared = gaps.filter((gap) => gap !== null).length;
      return { intervalSeconds, traces: members.length, compared, gapClosed: median(gaps) };
    });
}
