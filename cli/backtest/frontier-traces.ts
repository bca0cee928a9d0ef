// The runs of a backtest sorted by trace, each of ours with its standing between HPA and the clairvoyant.
import { keepsSlo, type Standing, standing } from '../../lib/app/backtest/frontier.ts';
import type { Trace } from '../trace/trace.ts';
import type { Job, JobResult } from './job.ts';

export interface Run {
  readonly job: Job;
  readonly result: JobResult;
}

export interface TraceRuns {
  readonly label: string;
  readonly trace: Trace;
  /** As asked for, in that order. */
  readonly asked: readonly Run[];
  /** Those asked for and those that only compare. */
  readonly all: readonly JobResult[];
  /** Of every run of ours that was asked for. */
  readonly standings: readonly OurStanding[];
  /** Whether the SLO could be kept at all: the clairvoyant did. */
  readonly limitKept: boolean;
}

export interface OurStanding {
  readonly result: JobResult;
  readonly standing: Standing;
}

/**
 * @param peers the runs of `frontierJobs`; without them nothing can be compared
 */
export function byTrace(asked: readonly Run[], peers: readonly JobResult[], sloPercent: number): readonly TraceRuns[] {
  const others = Map.groupBy(peers, ({ label }) => label);
  return [...Map.groupBy(asked, ({ result }) => result.label)].map(([label, runs]) => {
    const all = [...runs.map(({ result }) => result), ...(others.get(label) ?? [])];
    const ours = runs.map(({ result }) => result).filter(({ policy }) => isOurs(policy));
    const limit = all.find(({ policy }) => policy === 'limit');
    return {
      label,
      trace: (runs[0] as Run).job.trace,
      asked: runs,
      all,
      standings: ours.map((result) => ({ result, standing: standing(result, all, sloPercent) })),
      limitKept: limit !== undefined && keepsSlo(limit, sloPercent),
    };
  });
}

/** `ours`, and its kinds: `ours+hpa:0.7`. */
function isOurs(policy: string): boolean {
  return policy === 'ours' || policy.startsWith('ours+');
}

/** The mean of the two in the middle where their number is even; null of nothing. */
export function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
