// What one level says of the replicas: how many it asks for, and how few it agrees to, with the reason.
import type { SignalPolicy } from '../workload/policy.ts';
import type { LevelReading, SignalDefinition, SignalName } from '../workload/signal.ts';
import { type Band, overFrom } from './band.ts';
import { type Baseline, baselineOf, WARM_UP_WINDOWS } from './baseline.ts';
import { FLAT, type LevelMemory, MOST_UNHELPED } from './level-memory.ts';
import type { RaisedView } from './raised.ts';
import type { Thresholds } from './thresholds.ts';

export interface LevelView {
  readonly band: Band;
  /** In `unit`; null where it was not measured. */
  readonly value: number | null;
  readonly unit: string;
  readonly beside?: LevelReading['beside'];
  readonly baseline: Baseline | null;
  readonly objective: number | null;
  /** The value that is over; null while that is not known. */
  readonly over: number | null;
  /** Windows that the baseline is made of. */
  readonly windows: number;
  /** In a row, in which all was well; and in which it was over. */
  readonly lowWindows: number;
  readonly overWindows: number;
  /** The fewest replicas it agrees to; more than run now where it asks for more. */
  readonly least: number;
  readonly reason: string;
  /** It is over, and more replicas do not help: what it depends on is to be looked at. */
  readonly unhelped: boolean;
  /** Of a complexity score: by what it multiplies, and why. Absent of other levels. */
  readonly raised?: RaisedView;
}

export interface LevelInput {
  readonly name: SignalName;
  readonly memory: LevelMemory;
  readonly band: Band;
  readonly reading: LevelReading | null;
  /** A value that was not believed to be in its unit; null where there was none. */
  readonly doubted: number | null;
  readonly thresholds: Thresholds;
  readonly definition: SignalDefinition;
  readonly policy: SignalPolicy;
  /** As many as are asked for. */
  readonly replicas: number;
  /** As `LevelSeen.isSettled`. */
  readonly isSettled: boolean;
  /** As `LevelSeen.loadPercent`. */
  readonly loadPercent: number | null;
  /** Whether a load is over its target: then more is asked for anyhow. */
  readonly isLoadOver: boolean;
  /** Whether load per replica as usual means that load is not what is wrong. */
  readonly isLoadTelling: boolean;
}

/** Asked at once: a quarter more, or half of it where it is twice what may be. */
const STEP = 1.25;
const LARGE_STEP = 1.5;
/** Agreed at once after it was over of late: a tenth fewer. */
const STEP_DOWN = 0.1;
/** Of the load per replica that was too much, the share that is not. */
const UNDER_SHORT = 0.95;
/** Some rises count a third: six of them, rounded, are two. */
const THIRDS_ROUNDED = 0.1;
/** Over once, after windows as good as usual, may be chance; this many times over what may be, nobody waits for a second. */
const FAR_OVER = 2;

export function viewLevel(input: LevelInput): LevelView {
  const { memory, band, reading, definition, policy, thresholds } = input;
  const baseline = baselineOf(memory.windows, memory.anchor);
  const of = { baseline, thresholds, objective: policy.target, isLowerWorse: definition.worse === 'lower' };
  const over = overFrom(of);
  const said = asked(input, baseline, over);
  return {
    band,
    value: reading?.value ?? null,
    unit: definition.unit,
    ...(reading?.beside !== undefined && { beside: reading.beside }),
    baseline,
    objective: policy.target,
    over,
    windows: memory.windows.length,
    lowWindows: memory.low,
    overWindows: memory.over,
    least: inDirection(said.least, input),
    reason: said.reason,
    unhelped: said.unhelped === true,
  };
}

interface Said {
  readonly least: number;
  readonly reason: string;
  readonly unhelped?: true;
}

function asked(input: LevelInput, baseline: Baseline | null, over: number | null): Said {
  const { name, memory, band, policy, replicas: current } = input;
  const kept = (reason: string): Said => ({ least: current, reason });
  if (band === 'missing' && input.doubted !== null)
    return kept(
      `${name} is at ${digits(input.doubted)} ${input.definition.unit}, usually ${digits(baseline?.value ?? 0)}: has its unit changed? Not believed; where it is meant, say relearn= with today's instant`,
    );
  if (band === 'missing')
    return policy.missing === 'ignore'
      ? { least: 1, reason: `${name} is not measured, and that is to mean nothing` }
      : kept(`${name} is not measured: nobody scales down on it`);
  if (band === 'learning')
    return kept(`${name} is being learned: ${memory.windows.length} of ${WARM_UP_WINDOWS} windows`);
  const now = `${name} is at ${withUnit(input)}, ${against(input, baseline, over)}`;
  if (band === 'over') return whenOver(input, now, over);
  if (memory.rise !== null) return kept(`${now}: it waits for what more replicas do`);
  if (memory.low >= memory.patience) return whenLow(input, now);
  const left = memory.patience - memory.low;
  return kept(`${now}: it agrees to fewer after ${left} more window${left === 1 ? '' : 's'} as good as usual`);
}

function whenOver(input: LevelInput, now: string, over: number | null): Said {
  const { memory, replicas: current, isSettled } = input;
  if (memory.unhelped > MOST_UNHELPED - THIRDS_ROUNDED)
    return {
      least: current,
      unhelped: true,
      reason: `${now}: the last rises did not help, so more replicas will not; look at what it depends on`,
    };
  if (memory.rise !== null || !isSettled)
    return { least: current, reason: `${now}: it waits for what the present replicas do once all of them serve` };
  if (isFlat(input))
    return {
      least: current,
      unhelped: true,
      reason: `${now}, while a replica has no more to do than usual (${percent(input.loadPercent)}, usually ${percent(memory.usualLoad)}): more replicas will not help; look at what it depends on`,
    };
  if ((memory.raised ?? 0) < 2 && !isFarOver(input, over))
    return { least: current, reason: `${now}: it asks for more if the next window is no better` };
  const wanted = Math.max(current + 1, Math.ceil(current * stepOf(input, over) - 1e-9));
  return { least: wanted, reason: `${now}: it asks for ${wanted} replicas` };
}

/** All loads under their targets, and per replica as usual: then it is not load that makes it worse. */
function isFlat({ memory, loadPercent, isLoadOver, isLoadTelling }: LevelInput): boolean {
  if (isLoadOver || !isLoadTelling || memory.usualLoad === null || loadPercent === null) return false;
  return loadPercent <= FLAT * memory.usualLoad;
}

function stepOf(input: LevelInput, over: number | null): number {
  return isFarOver(input, over) ? LARGE_STEP : STEP;
}

function isFarOver({ reading, definition }: LevelInput, over: number | null): boolean {
  return reading !== null && over !== null && definition.worse !== 'lower' && reading.value >= FAR_OVER * over;
}

/**
 * As few as keep the load per replica within what it was well with before, or a tenth fewer where no load tells; and never so
 * few that a replica has as much to do as when it was over of late.
 */
function whenLow({ memory, replicas: spec, loadPercent }: LevelInput, now: string): Said {
  const { short } = memory;
  const step = spec - Math.max(1, Math.floor(spec * STEP_DOWN));
  const proven = carriedAt(memory.wellLoad, loadPercent, spec);
  const shortOf = short === undefined ? null : carriedAt(short.load, loadPercent, spec);
  const needed = shortOf === null ? 1 : Math.ceil(shortOf / UNDER_SHORT);
  const least = Math.max(1, Math.min(spec, Math.max(Math.min(step, Math.ceil((proven ?? spec) - 1e-9)), needed)));
  const well = `${now}, ${memory.low} windows in a row`;
  if (least < spec) return { least, reason: `${well}: it agrees to ${least}` };
  if (spec === 1) return { least, reason: `${well}` };
  return { least, reason: `${well}: with fewer, a replica would have as much to do as when it was over` };
}

/** Replicas (not whole) that would each have `load` to do; null where no load tells. */
function carriedAt(load: number | null, loadPercent: number | null, current: number): number | null {
  return load === null || loadPercent === null || load <= 0 ? null : (current * loadPercent) / load;
}

function inDirection(least: number, { policy, replicas, band }: LevelInput): number {
  if (policy.direction === 'down') return Math.min(least, replicas);
  return policy.direction === 'up' && band !== 'over' ? 1 : least;
}

function against({ policy, definition }: LevelInput, baseline: Baseline | null, over: number | null): string {
  const limit = over === null ? '' : ` (over ${definition.worse === 'lower' ? 'at or under' : 'from'} ${digits(over)})`;
  if (policy.target !== null) return `its objective is ${digits(policy.target)} ${definition.unit}`;
  return baseline === null ? 'no baseline yet' : `its baseline is ${digits(baseline.value)}${limit}`;
}

function withUnit({ reading, definition }: LevelInput): string {
  return `${digits(reading?.value ?? 0)} ${definition.unit}`;
}

/** As many digits as people read. */
export function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function percent(value: number | null): string {
  return value === null ? 'unknown' : `${Math.round(value)} %`;
}
