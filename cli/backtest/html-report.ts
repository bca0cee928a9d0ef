// What the report is made from, and what its parts are made of.
import type { html } from 'hono/html';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import type { TraceRuns } from './frontier-traces.ts';

export interface HtmlReport {
  readonly traces: readonly TraceRuns[];
  readonly sloPercent: number;
  readonly min: number;
  readonly max: number;
  readonly tickSeconds: number;
  /** Of ours, between two ticks; 0: never. */
  readonly lookSeconds: number;
  /** After the full minutes of a trace: when its ticks begin. */
  readonly phaseSeconds: number;
  readonly startupSeconds: number;
  /** By whose clocks ours compares days; absent: UTC. */
  readonly timeZone?: string;
  readonly madeAt: EpochMs;
  /** What was done to each trace's file, by its label. */
  readonly notes?: ReadonlyMap<string, readonly string[]>;
  /** Files of a folder that are no traces, each with the reason. */
  readonly skipped?: readonly string[];
}

/** Markup in which everything foreign is escaped: hono's `html` escapes whatever it is given as a value. */
export type Html = ReturnType<typeof html>;
