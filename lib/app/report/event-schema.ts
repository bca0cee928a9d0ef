// What the detail of each event holds, field by field: what docs/events.md shows and what ticks and commands tell is held to this.
import * as z from 'zod';
import { DEMOTION_CODES } from '../../domain/workload/demotion.ts';
import { WORKLOAD_KINDS } from '../../domain/workload/kind.ts';
import type { AutoscalerEvent } from '../ports/world.ts';
import { EVENT_SCHEMA_VERSION } from './tellable.ts';

const replicas = z.int().min(0);
const count = z.int().min(0);

/** Of every event. */
const told = {
  schema_version: z.literal(EVENT_SCHEMA_VERSION),
  /** The same number, as releases before this schema called it. */
  version: z.literal(EVENT_SCHEMA_VERSION),
  /** When, to the millisecond: the bus keeps seconds. */
  at: z.iso.datetime(),
  cluster: z.string(),
};

const workload = {
  namespace: z.string(),
  name: z.string(),
  /** Absent for a Deployment. */
  kind: z.enum(WORKLOAD_KINDS).exclude(['Deployment']).optional(),
};

const decision = z.strictObject({
  ...told,
  ...workload,
  /** Unique within a workload. */
  decision_id: z.string(),
  current: replicas,
  target: replicas,
  source: z.string(),
  reason: z.string(),
  /** What became of it, in words … */
  outcome: z.string(),
  /** … and for programs. */
  outcome_code: z.string().optional(),
  /** Who asked for it; absent where nobody did. */
  requestedBy: z.string().optional(),
});

const level = z.strictObject({
  ...told,
  ...workload,
  /** Of the decision in which it was seen. */
  decision_id: z.string(),
  signal: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  baseline: z.number().nullable(),
  objective: z.number().nullable(),
  over: z.number().nullable(),
  current: replicas,
  least: replicas,
  helped: z.boolean(),
  reason: z.string(),
});

const hold = z.strictObject({ ...told, reason: z.string(), since: z.int() });

/** `requestedBy` is absent where nobody is known. */
const turned = z.strictObject({ ...told, reason: z.string(), requestedBy: z.string().optional() });

/** By type. A consumer should take fields that it does not know: within a version they may be added. */
export const EVENT_DETAILS = {
  DecisionApplied: decision,
  DecisionRefused: decision,
  DecisionFailed: decision,
  DecisionConflicted: decision,
  DecisionProposed: decision,
  WorkloadDemoted: z.strictObject({
    ...told,
    ...workload,
    decision_id: z.string(),
    code: z.enum(DEMOTION_CODES),
    reason: z.string(),
  }),
  LevelOver: level,
  LevelBack: level,
  TickFinished: z.strictObject({
    ...told,
    workloads: count,
    enabled: count,
    applied: count,
    problems: count,
    /** Why nothing may be changed; absent where it may. */
    kill_switch: z.string().optional(),
  }),
  TickFailed: z.strictObject({ ...told, message: z.string() }),
  ClusterOnHold: hold,
  HoldEnded: hold,
  BlastRadiusReached: z.strictObject({ ...told, changes: count }),
  KillSwitchOn: turned,
  KillSwitchOff: turned,
} as const satisfies Record<AutoscalerEvent['type'], z.ZodType>;
