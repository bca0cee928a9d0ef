// What follows from a replay: leave it, tune its HPA, or enable ours. Pure, and honest towards the HPA: a tie is the HPA's.
import type { Scored, WorkloadJob, WorkloadReplay } from './workload.ts';
import { isWorth, keeps } from './workload-replay.ts';

export type Advice = 'leave' | 'tune' | 'enable';

export interface Verdict {
  readonly advice: Advice;
  /** What it would be with the advice followed; `now` where there is nothing to do. */
  readonly then: Scored;
  /** Kept the SLO, as it stands and then. */
  readonly keptNow: boolean;
  readonly keptThen: boolean;
  /** Percent of the time that would be short no more; 0 where the SLO is kept now. */
  readonly lessShortPct: number;
  /** CPU cores that would be requested no more; negative where keeping the SLO takes more. */
  readonly savedCores: number;
}

/** Where nothing keeps the SLO, being short half as often is worth a change. */
const HALVED = 0.5;

export function verdictOn(job: Pick<WorkloadJob, 'sloPercent' | 'capacity'>, replay: WorkloadReplay): Verdict {
  const { now, tuned, ours } = replay;
  const kept = (one: Scored) => keeps(one, job.sloPercent);
  const isBetter = (one: Scored, than: Scored) => {
    if (kept(one)) return !kept(than) || isWorth(one, than);
    return !kept(than) && one.shortPct <= HALVED * than.shortPct;
  };
  const advice = ((): Advice => {
    const tunes = tuned !== null && isBetter(tuned, now);
    if (ours === null || !isBetter(ours, now)) return tunes ? 'tune' : 'leave';
    return tuned === null || isBetter(ours, tuned) ? 'enable' : 'tune';
  })();
  const then = (advice === 'tune' ? tuned : advice === 'enable' ? ours : now) ?? now;
  return {
    advice,
    then,
    keptNow: kept(now),
    keptThen: kept(then),
    lessShortPct: kept(now) ? 0 : Math.max(0, now.shortPct - then.shortPct),
    savedCores: (now.replicas - then.replicas) * job.capacity,
  };
}

/** What is short first, the most of it before the rest; then by what is saved. */
export function byWhatMatters(a: Verdict, b: Verdict): number {
  return b.lessShortPct - a.lessShortPct || b.savedCores - a.savedCores;
}
