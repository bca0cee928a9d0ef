// `ai4k8s backtest`: traces in, runs on all cores, a table or JSON out.
import { accessSync, constants, readdirSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import type { Command } from 'commander';
import { defaultCapacity } from '../../lib/app/backtest/score.ts';
import { readTrace, type Trace } from '../trace.ts';
import { iso, type Job, type JobResult } from './job.ts';
import { type BacktestOptions, backtestOptions } from './options.ts';
import { runJobs } from './pool.ts';
import { backtestJson, backtestTable, progressLine } from './report.ts';

/** The command, to be added to the program. Anything wrong with its input is one line on stderr and exit code 1. */
export function backtestCommand(): Command {
  return backtestOptions(async (options) => {
    try {
      await backtest(options);
    } catch (error) {
      console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  });
}

async function backtest(options: BacktestOptions): Promise<void> {
  const jobs = jobsOf(options);
  if (options.timeline !== undefined) checkWritable(options.timeline);
  const cores = Math.min(jobs.length, availableParallelism());
  console.error(
    `backtest: ${jobs.length} run${jobs.length === 1 ? '' : 's'} on ${cores} core${cores === 1 ? '' : 's'}`,
  );
  let done = 0;
  const results = await runJobs(jobs, (result) => {
    done++;
    console.error(progressLine(result, done, jobs.length));
  });
  for (const [i, result] of results.entries()) saveTimeline(jobs[i]?.timeline ?? null, result);
  console.log(options.json ? backtestJson(results, options.slo) : backtestTable(results, options.slo));
}

function jobsOf(options: BacktestOptions): readonly Job[] {
  const paths = options.trace.flatMap(tracePaths);
  const jobs = paths.flatMap((path) => {
    const trace = readTrace(path);
    const label = labelOf(path, paths);
    const settings = {
      capacity: options.capacity ?? capacityOf(path, trace),
      min: options.min,
      max: options.max,
      sloPercent: options.slo,
      tickSeconds: options.tick,
    };
    const scoredFrom = options.from === undefined ? null : withinTrace(path, trace, options.from);
    const { startup: startupSeconds } = options;
    return options.policy.map((policy) => ({ label, trace, policy, settings, startupSeconds, scoredFrom }));
  });
  return jobs.map((job, i) => ({ ...job, timeline: timelinePath(options.timeline, job.label, job.policy, i) }));
}

/** A folder stands for the CSV files in it, by name. */
function tracePaths(path: string): readonly string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const files = readdirSync(path).filter((name) => extname(name).toLowerCase() === '.csv');
  if (files.length === 0)
    throw new Error(`${path}: the folder holds no .csv files; expected traces "timestamp,demand"`);
  return files.sort().map((name) => join(path, name));
}

/** The file name without its ending; the whole path where two traces share that. */
function labelOf(path: string, paths: readonly string[]): string {
  const name = (of: string) => basename(of).replace(/\.csv$/i, '');
  return paths.some((other) => other !== path && name(other) === name(path)) ? path : name(path);
}

/** Six digits: what is printed is what was used, and can be given again. */
function capacityOf(path: string, trace: Trace): number {
  const capacity = Number(defaultCapacity(trace.demand).toPrecision(6));
  if (capacity > 0) return capacity;
  throw new Error(`${path}: the 99.9th percentile of the demand is 0, so no capacity follows from it; give --capacity`);
}

function withinTrace(path: string, trace: Trace, from: number): number {
  const end = trace.startsAt + trace.demand.length * trace.intervalSeconds * 1000;
  if (from >= trace.startsAt && from < end) return from;
  throw new Error(
    `${path}: --from ${iso(from)} is outside the trace, which runs from ${iso(trace.startsAt)} to ${iso(end)}`,
  );
}

/** The first run's is the file asked for; further ones stand beside it, trace and policy in their names. */
function timelinePath(file: string | undefined, label: string, policy: string, run: number): string | null {
  if (file === undefined) return null;
  if (run === 0) return file;
  const ending = extname(file);
  const tag = `${label}.${policy}`.replace(/[^A-Za-z0-9.]+/g, '-');
  return `${file.slice(0, file.length - ending.length)}.${tag}${ending}`;
}

function checkWritable(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK);
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`--timeline ${file} cannot be written: ${why}`, { cause: error });
  }
}

function saveTimeline(file: string | null, { timelineCsv }: JobResult): void {
  if (file !== null && timelineCsv !== null) writeFileSync(file, timelineCsv);
}
