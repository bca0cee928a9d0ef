// Which partitions there are and which function writes to which: rights to a table end at partitions, so these are who may change what.

/** By the leading part of their keys (keys.ts), as IAM matches them; no name in a key holds a `#`. */
const PARTITIONS = {
  /** Series, what was fitted, memories, journals. */
  shards: 'C#*#S#*',
  /** Decisions. */
  workloads: 'C#*#W#*',
  /** Kill switches, too. */
  policies: 'C#*#POLICY',
  schedules: 'C#*#SCHED',
  asked: 'C#*#ASKED',
  floors: 'C#*#FLOOR',
  /** What shards leave to the next tick. */
  results: 'C#*#RESULT',
  placement: 'SHARDS#*',
  /** Which tick runs, and how far one has come that was handed on. */
  leases: 'LEASE#*',
  advice: 'ADVICE#*',
  quotas: 'BUCKET#*',
  spending: 'SPENT#*',
  /** Answers to writes, by the keys that callers gave them. */
  answers: 'ANSWER#*',
} as const;

const { shards, workloads, policies, schedules, asked, floors, results } = PARTITIONS;
const { placement, leases, advice, quotas, spending, answers } = PARTITIONS;
const ASKING_THE_LLM = [advice, quotas, spending];

/**
 * Ticks opt nobody in, plan nothing and turn no kill switch: policies and schedules are written by commands, and by nobody else. A query leaves behind
 * what asking the LLM takes, and can forge no decision, opt-in or floor. The watchdog raises, gives floors back and says so. Who
 * evaluates places no workload, and who learns decides nothing of one: it fits. Who looks between two ticks journals, says what it did and
 * counts it.
 */
export const WRITTEN_BY = {
  tick: [shards, workloads, asked, floors, results, placement, leases, ...ASKING_THE_LLM],
  evaluate: [shards, workloads, asked, floors, results, leases, ...ASKING_THE_LLM],
  learn: [shards],
  look: [shards, workloads, leases],
  query: ASKING_THE_LLM,
  command: [workloads, policies, schedules, asked, floors, leases, answers, ...ASKING_THE_LLM],
  watchdog: [shards, workloads, floors, leases],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Writer = keyof typeof WRITTEN_BY;
