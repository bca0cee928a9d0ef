// What is carried from tick to tick of one workload.
import type { PastDecision } from '../assessment/past-decision.ts';
import type { RegretBudget, TrackedTick } from '../assessment/regret-budget.ts';
import type { Standing } from '../assessment/standing.ts';
import type { Savings } from '../cost/savings.ts';
import type { DemandClass } from '../learning/demand-class.ts';
import type { LevelMemory } from '../level/level-memory.ts';
import type { MemoryNature } from '../sizing/memory-nature.ts';
import type { VerticalView } from '../vertical/vertical-view.ts';
import type { Observation } from '../workload/observation.ts';
import type { Overruled } from '../workload/overruled.ts';
import type { PerSignal } from '../workload/signal.ts';
import type { EpochMs } from '../workload/time.ts';
import type { ChangeProposal, Declined } from './change-proposal.ts';
import type { DecisionRecord } from './decision.ts';
import type { Harm } from './harm.ts';
import type { LastCall } from './last-call.ts';
import type { OffMemory } from './off-hours.ts';
import type { ProposalTrack } from './proposal-track.ts';
import type { Shortage } from './shortage.ts';

/** What the API shows between ticks, and what the next tick builds on. */
export interface WorkloadMemory {
  readonly observation: Observation;
  readonly record: Omit<DecisionRecord, 'assessment'>;
  /** The six-hour peak per signal, total demand. */
  readonly peaks: PerSignal<number>;
  readonly past: readonly PastDecision[];
  /** What was wanted in the last minutes, for the down-stabilisation window and for what advice is charged with. */
  readonly wanted: readonly TrackedTick[];
  readonly regret: RegretBudget;
  /** What is known of its memory. Absent in what older versions stored. */
  readonly memory?: MemoryNature;
  /** What is known of its levels. Absent where it names none, and in what older releases stored. */
  readonly levels?: PerSignal<LevelMemory>;
  /** How its requests follow the level of complexity. Absent where they do not, and in what older releases stored. */
  readonly vertical?: VerticalView;
  /** What kind of demand it has. Absent where that cannot be said, and in what older releases stored. */
  readonly demandClass?: DemandClass;
  readonly lastScaledAt: EpochMs | null;
  /** When a full record was last written: the heartbeat counts from here. */
  readonly recordedAt: EpochMs | null;
  /** The most replicas it ran with while nobody stated a maximum. Absent where somebody does. */
  readonly ranAtMost?: number;
  /** Since when what holds it has done so. Absent in what older releases stored. */
  readonly standing?: Standing;
  /** Whoever sets the replica count against us. Absent where nobody did of late. */
  readonly overruled?: Overruled;
  /** What a window of size 0 took. Absent where none has it off. */
  readonly off?: OffMemory;
  /** A change that waits for a person. Absent where none does. */
  readonly proposal?: ChangeProposal;
  /** What a person said no to of late. */
  readonly declined?: Declined;
  /** What changes of ours took away. Absent where none was made since it was enabled, and in what older releases stored. */
  readonly savings?: Savings;
  /** What its own scale-ins did of late. Absent where they did no harm, and in what older releases stored. */
  readonly harm?: Harm;
  /** How its proposals did. Absent where it had none, and in what older releases stored. */
  readonly track?: ProposalTrack;
  /** When it was short of capacity of late. Absent where that cannot be told, and in what older releases stored. */
  readonly shortage?: Shortage;
  /** Of the LLM, about this workload. Absent where there was none, and in what older releases stored. */
  readonly call?: LastCall;
}
