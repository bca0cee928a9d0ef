// What an assessment holds: everything that is known of one workload before anyone is asked.

import type { Forecast } from '../forecast/forecast.ts';
import type { DemandClass } from '../learning/demand-class.ts';
import type { LevelView } from '../level/level-view.ts';
import type { ActiveSchedule } from '../schedule/active.ts';
import type { Targets } from '../sizing/capacity.ts';
import type { MemoryKind, MemoryNature } from '../sizing/memory-nature.ts';
import type { SizingPolicy } from '../sizing/sizing-policy.ts';
import type { Observation } from '../workload/observation.ts';
import type { Overruled } from '../workload/overruled.ts';
import type { Policy } from '../workload/policy.ts';
import type { PerSignal } from '../workload/signal.ts';
import type { EpochMs } from '../workload/time.ts';
import type { PastDecision } from './past-decision.ts';
import type { Proposal } from './proposal.ts';
import type { RegretBudget } from './regret-budget.ts';
import type { Standing } from './standing.ts';

/** The replicas between which advice is free. */
export interface Envelope {
  /** Both as they come out within the bounds of the policy, and with what keeps the present count for now. */
  readonly floor: number;
  readonly ceiling: number;
  readonly reason: string;
  /** What evidence alone says, whatever the bounds: no fewer than these … */
  readonly needed: number;
  /** … and of advice no more than these. */
  readonly justified: number;
}

/** Everything known before the LLM is asked. Pure function of its inputs. */
export interface Assessment {
  readonly now: EpochMs;
  readonly policy: Policy;
  readonly observation: Observation;
  /** How much history stands behind the forecast. */
  readonly historyHours: number;
  /** Demand ÷ what the ready replicas request, in percent; absent where either is unknown. */
  readonly utilisation: PerSignal<number>;
  /** Signals that cannot be relied on, and why. */
  readonly unusable: PerSignal<string>;
  readonly forecasts: PerSignal<Forecast>;
  /** What each level says. Absent where the workload names none. */
  readonly levels?: PerSignal<LevelView>;
  /** The fitted sizing policy; null where there is none, or nothing to apply it to. */
  readonly sizingPolicy: SizingPolicy | null;
  /** What kind of demand it has. Absent where that cannot be said, and in what older releases stored. */
  readonly demandClass?: DemandClass;
  /** Utilisation aimed at, percent of requests: the sizing policy's where there is one, else the workload's policy's. */
  readonly targets: Targets;
  /** Null where no scheduled window is active. */
  readonly schedule: ActiveSchedule | null;
  readonly proposals: readonly Proposal[];
  readonly envelope: Envelope;
  /** Absent in what older versions stored. */
  readonly memoryKind?: MemoryKind;
  /** For the next assessment. Absent in what older versions stored. */
  readonly memory?: MemoryNature;
  readonly regret: RegretBudget;
  readonly past: readonly PastDecision[];
  /** Since when what holds this workload has done so. */
  readonly standing: Standing;
  /** Whoever sets the replica count against us; absent where nobody did of late. */
  readonly overruled?: Overruled;
}
