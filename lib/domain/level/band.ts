// Which band a window of a level falls into, against its objective or its own baseline.
import type { Baseline } from './baseline.ts';
import type { Thresholds } from './thresholds.ts';

/**
 * `low`: as it is when all is well · `usual`: neither · `over`: worse than it may be · `learning`: no baseline yet, and no objective ·
 * `missing`: not measured.
 */
export type Band = 'low' | 'usual' | 'over' | 'learning' | 'missing';

export interface BandInput {
  readonly value: number;
  readonly baseline: Baseline | null;
  readonly thresholds: Thresholds;
  /** In the signal's unit; null where the baseline counts. */
  readonly objective: number | null;
  /** Whether lower is worse. */
  readonly isLowerWorse: boolean;
}

/** Seed 4's code: all is well up to 1.05 × the baseline. */
const LOW_RATIO = 1.05;
/** … or within what windows differ by anyhow: of a noisy level three in a row at the median are rare. */
const LOW_SIGMAS = 1;
/** Of an objective: so much of the room below it must be free. */
const LOW_OF_OBJECTIVE = 0.8;

/** An objective counts instead of the baseline. */
export function bandOf(input: BandInput): Exclude<Band, 'missing'> {
  const over = overFrom(input);
  if (over === null) return 'learning';
  const { value, isLowerWorse } = input;
  if ((isLowerWorse ? value <= over : value >= over) && !isUsual(input)) return 'over';
  const low = lowUntil(input);
  return (isLowerWorse ? value >= low : value <= low) ? 'low' : 'usual';
}

/** What is always 0 and has no deadband would be over at 0. */
function isUsual({ value, baseline, objective }: BandInput): boolean {
  return objective === null && value === baseline?.value;
}

/** Sigmas from which on a window is no chance, whether or not that is enough to be over. */
const UNUSUAL_SIGMAS = 3;

/** Worse than windows are by chance; with no baseline yet, nothing is. */
export function isUnusual({ value, baseline, isLowerWorse }: Omit<BandInput, 'thresholds' | 'objective'>): boolean {
  if (baseline === null) return false;
  const worse = (value - baseline.value) * (isLowerWorse ? -1 : 1);
  return worse >= UNUSUAL_SIGMAS * baseline.sigma && worse > 0;
}

/** The least (or, where lower is worse, the greatest) value that is over; null while that is not known. */
export function overFrom({ baseline, thresholds, objective, isLowerWorse }: Omit<BandInput, 'value'>): number | null {
  if (objective !== null) return objective * (isLowerWorse ? 1 - JUST : 1 + JUST);
  if (baseline === null) return null;
  const { ratio, sigmas, deadband } = thresholds;
  const { value, sigma } = baseline;
  if (isLowerWorse) return value - Math.max(deadband, sigmas * sigma);
  return Math.max(value + deadband, Math.min(ratio * value, value + sigmas * sigma));
}

/** What meets its objective exactly is not over it. */
const JUST = 1e-9;

function lowUntil({ baseline, objective, isLowerWorse }: BandInput): number {
  if (objective !== null) return isLowerWorse ? objective : objective * LOW_OF_OBJECTIVE;
  const { value, sigma } = baseline ?? { value: 0, sigma: 0 };
  if (isLowerWorse) return value - Math.max((LOW_RATIO - 1) * Math.abs(value), LOW_SIGMAS * sigma);
  return value + Math.max((LOW_RATIO - 1) * value, LOW_SIGMAS * sigma);
}
