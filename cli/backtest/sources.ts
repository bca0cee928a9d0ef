// Where the demand of a backtest comes from: files, folders of them, or a Deployment's own history.
import type { RecordedLevel } from '../../lib/app/backtest/levels.ts';
import { defaultCapacity } from '../../lib/app/backtest/score.ts';
import { cleanText } from '../../lib/domain/text/clean-text.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { levelOf } from '../trace/level-columns.ts';
import { noteLine, readTrace } from '../trace/read-trace.ts';
import { TraceRefusal } from '../trace/refusal.ts';
import type { Trace } from '../trace/trace.ts';
import type { BacktestOptions } from './options.ts';
import { iso } from './run-watch.ts';
import { labelsOf, type TraceFile, traceFiles } from './trace-files.ts';

export interface Source {
  readonly label: string;
  readonly trace: Trace;
  /** Recorded beside the demand, or instead of it. */
  readonly levels: readonly RecordedLevel[];
  /** Demand per replica at 100 % of its CPU request. */
  readonly capacity: number;
  readonly scoredFrom: EpochMs | null;
  /** What was done to the file, or found out about the history. */
  readonly notes: readonly string[];
}

export interface Sources {
  readonly sources: readonly Source[];
  /** Files of a folder that are no traces, each with the reason in one line. */
  readonly skipped: readonly string[];
}

/**
 * A bad file that was named is an error; one in a folder is left out, unless nothing else is in it.
 * @throws Error in one line where something cannot be read
 */
export async function sourcesOf(options: BacktestOptions): Promise<Sources> {
  const { deployment, cluster } = options;
  if (deployment !== undefined) {
    // Brings the AWS SDK along, which a file needs not.
    const { deploymentTrace } = await import('./deployment-trace.ts');
    const found = await deploymentTrace({ ...options, deployment }, cluster, process.env, Date.now());
    const { label, trace } = found;
    return {
      sources: [{ label, trace, levels: [], notes: [found.note], ...settled(options, label, trace, found.capacity) }],
      skipped: [],
    };
  }
  const files = traceFiles(options.trace);
  const labels = labelsOf(files);
  const sources: Source[] = [];
  const skipped: string[] = [];
  for (const [i, file] of files.entries()) {
    try {
      sources.push(sourceOf(options, file, labels[i] as string));
    } catch (error) {
      if (!file.inFolder || !(error instanceof TraceRefusal || error instanceof UnusableTrace)) throw error;
      skipped.push(error.message);
    }
  }
  if (sources.length > 0) return { sources, skipped };
  throw new Error(`none of ${files.length} files is a trace: ${skipped.join('; ')}`);
}

function sourceOf(options: BacktestOptions, { path, problem }: TraceFile, label: string): Source {
  const where = cleanText(path, 300);
  if (problem !== null) throw new TraceRefusal('unreadable', `${where}: ${problem}`);
  const { trace, notes, levels } = readTrace(path, options.column);
  const said = notes.length === 0 ? [] : [noteLine(path, notes)];
  if (options.as !== undefined) return levelSource(options, { where, label, notes: said, trace, as: options.as });
  return {
    label,
    trace,
    levels: levels.map((level) => recorded(level, level.trace)),
    notes: said,
    ...settled(options, where, trace, null),
  };
}

/** The file's column is a level: nothing is known of the demand, and it is nothing. */
function levelSource(
  options: BacktestOptions,
  { where, label, notes, trace, as }: Pick<Source, 'label' | 'notes' | 'trace'> & { where: string; as: string },
): Source {
  const nothing = { ...trace, demand: new Float64Array(trace.demand.length) };
  return {
    label,
    trace: nothing,
    levels: [recorded(levelOf(as), trace)],
    notes,
    ...settled(options, where, nothing, 1),
  };
}

function recorded(
  { name, definition }: Pick<RecordedLevel, 'name' | 'definition'>,
  { startsAt, intervalSeconds, demand: values }: Trace,
): RecordedLevel {
  return { name, definition, startsAt, intervalSeconds, values };
}

/** A good trace that the options do not fit. */
class UnusableTrace extends Error {}

function settled(options: BacktestOptions, where: string, trace: Trace, ownCapacity: number | null) {
  return {
    capacity: options.capacity ?? ownCapacity ?? capacityOf(where, trace),
    scoredFrom: options.from === undefined ? null : withinTrace(where, trace, options.from),
  };
}

/** Six digits: what is printed is what was used, and can be given again. */
function capacityOf(where: string, trace: Trace): number {
  const capacity = Number(defaultCapacity(trace.demand).toPrecision(6));
  if (capacity > 0) return capacity;
  throw new UnusableTrace(
    `${where}: the 99.9th percentile of the demand is 0, so no capacity follows from it; give --capacity`,
  );
}

function withinTrace(where: string, trace: Trace, from: number): number {
  const end = trace.startsAt + trace.demand.length * trace.intervalSeconds * 1000;
  if (from >= trace.startsAt && from < end) return from;
  throw new UnusableTrace(
    `${where}: --from ${iso(from)} is outside the trace, which runs from ${iso(trace.startsAt)} to ${iso(end)}`,
  );
}
