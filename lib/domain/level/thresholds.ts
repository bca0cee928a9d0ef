// Where a level is out of band: the agentic autoscaler's numbers, what a workload says instead, and what the LLM may.
import type { SignalPolicy } from '../workload/policy.ts';
import type { SignalDefinition } from '../workload/signal.ts';

export interface Thresholds {
  /** Times the baseline at which it is over. */
  readonly ratio: number;
  /** Sigmas above the baseline at which it is over. */
  readonly sigmas: number;
  /** In the signal's unit: no further from the baseline than this is never over. */
  readonly deadband: number;
}

/** Seed 4's code: up at 7.5 × the baseline or six sigmas above it, and at least 50 ms. */
const DEFAULT_RATIO = 7.5;
const DEFAULT_SIGMAS = 6;
const DEADBANDS: Readonly<Record<string, number>> = { ms: 50, s: 0.05, us: 50_000, '%': 1 };

/** Within these the LLM may move what the workload does not state. */
export const ADVISED_RATIO = [1.5, 20] as const;
export const ADVISED_SIGMAS = [3, 20] as const;

/** What the LLM advises instead of the defaults. */
export type AdvisedThresholds = Readonly<Partial<Pick<Thresholds, 'ratio' | 'sigmas'>>>;

/** What the workload states counts first, then what was advised, within its bounds. */
export function thresholdsOf(
  { ratio, sigmas }: Pick<SignalPolicy, 'ratio' | 'sigmas'>,
  { unit, deadband }: Pick<SignalDefinition, 'unit' | 'deadband'>,
  advised: AdvisedThresholds = {},
): Thresholds {
  return {
    ratio: ratio ?? within(advised.ratio, ADVISED_RATIO) ?? DEFAULT_RATIO,
    sigmas: sigmas ?? within(advised.sigmas, ADVISED_SIGMAS) ?? DEFAULT_SIGMAS,
    deadband: deadband ?? (Object.hasOwn(DEADBANDS, unit) ? (DEADBANDS[unit] ?? 0) : 0),
  };
}

/** Whether a level of this unit is a time: then 0 means that nothing was measured. */
export function isTime(unit: string): boolean {
  return unit !== '%' && Object.hasOwn(DEADBANDS, unit);
}

function within(value: number | undefined, [low, high]: readonly [number, number]): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : Math.min(high, Math.max(low, value));
}
