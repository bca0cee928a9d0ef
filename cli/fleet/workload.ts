// What is known of a workload before it is replayed, and after. Numbers of replicas are means unless they say otherwise.
import type { HpaSetting } from '../../lib/app/backtest/tune-hpa.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import type { Trace } from '../trace/trace.ts';
import type { ReplayChart } from './replay-chart.ts';

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** What crosses to a worker thread. */
export interface WorkloadJob {
  readonly label: string;
  readonly trace: Trace;
  /** CPU request of one replica, cores. */
  readonly capacity: number;
  readonly startupSeconds: number;
  readonly sloPercent: number;
  readonly timeZone: string | null;
  /** The HPA as it stands, or, of a Deployment without, HPA's usual target within what it ran. */
  readonly now: Bounds & { readonly targetPercent: number };
  readonly hasHpa: boolean;
  /** KEDA writes its HPA: ours would leave it alone. */
  readonly isKeda: boolean;
}

export interface Scored {
  /** Over what is scored. Absent where nobody draws it. */
  readonly chart?: ReplayChart;
  /** Share of the time with fewer ready than needed, percent. */
  readonly shortPct: number;
  /** Asked for, in the mean. */
  readonly replicas: number;
  readonly changesPerHour: number;
}

interface TunedScore extends Scored, HpaSetting {}

export interface WorkloadReplay {
  readonly scoredFrom: EpochMs;
  readonly scoredHours: number;
  /** Replicas that the demand needed, in the mean and at most. */
  readonly needed: { readonly mean: number; readonly most: number };
  /** Within which all but `now` were replayed. */
  readonly bounds: Bounds;
  readonly now: Scored;
  readonly limit: Scored;
  /** Null where it could make no difference. */
  readonly tuned: TunedScore | null;
  /** Null where it could make no difference, or is not to be had. */
  readonly ours: Scored | null;
}

/** Over what is scored; `above` is how often more than so many replicas were needed, percent. */
export interface Needed {
  readonly mean: number;
  readonly most: number;
  readonly above: (replicas: number) => number;
}
