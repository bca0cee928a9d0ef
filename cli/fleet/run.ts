// All workloads of a fleet: read ahead, replayed on all cores, each told as it is over. What fails of one stays with that one.
import pLimit from 'p-limit';
import type { HistorySource } from '../../lib/app/ports/cluster.ts';
import type { Fleet, FoundDeployment } from '../../lib/app/ports/fleet.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { messageOf } from '../terminal.ts';
import { type FleetSettings, jobFor, labelOf, whyNotAsked } from './assess.ts';
import type { ReplayPool } from './pool.ts';
import { type Verdict, verdictOn } from './verdict.ts';
import type { WorkloadJob, WorkloadReplay } from './workload.ts';

export interface Judged {
  readonly label: string;
  readonly found: FoundDeployment;
  readonly job: Omit<WorkloadJob, 'trace'>;
  readonly replay: WorkloadReplay;
  readonly verdict: Verdict;
  /** Of its history, up to what was asked for. */
  readonly days: number;
  /** What must be known about its data. */
  readonly notes: readonly string[];
}

export interface Unjudged {
  readonly label: string;
  readonly why: string;
}

export type Outcome = Judged | Unjudged;

export function isJudged(outcome: Outcome): outcome is Judged {
  return 'verdict' in outcome;
}

/** Of a server that others ask too. */
const READ_AHEAD = 2;

/**
 * @param onDone told each outcome as it comes, in whatever order
 * @returns in the order of the fleet
 */
export async function judgeFleet(
  { deployments }: Pick<Fleet, 'deployments'>,
  { history, pool, settings, now }: { history: HistorySource; pool: ReplayPool; settings: FleetSettings; now: EpochMs },
  onDone: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const atOnce = pLimit(pool.threads + READ_AHEAD);
  const reading = pLimit(READ_AHEAD);
  const replaying = pLimit(pool.threads);
  const judge = async (found: FoundDeployment): Promise<Outcome> => {
    const label = labelOf(found);
    const why = whyNotAsked(found);
    if (why !== null) return { label, why };
    try {
      const { job, days, notes } = await reading(() => jobFor(found, history, settings, now));
      const replay = await replaying(() => pool.replay(job));
      const { trace, ...rest } = job;
      return { label, found, job: rest, replay, verdict: verdictOn(job, replay), days, notes };
    } catch (error) {
      return { label, why: reasonIn(messageOf(error), label, history.name) };
    }
  };
  return Promise.all(
    deployments.map((found) =>
      atOnce(async () => {
        const outcome = await judge(found);
        onDone(outcome);
        return outcome;
      }),
    ),
  );
}

/** An option for one workload is of no use to all of them; the workload and the server are named already. */
function reasonIn(said: string, label: string, server: string): string {
  const own = said.replace(`${label}: `, '').replace(`${server} has`, 'Prometheus has').replace(`${server}: `, '');
  const [before = '', query] = own.split(/,? give --prometheus-query/);
  if (query === undefined) return own;
  return `${before}${before.endsWith(':') ? '' : ','} replay it alone, by --deployment and --prometheus-query`;
}
