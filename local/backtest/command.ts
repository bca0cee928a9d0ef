// `ai4k8s backtest`: traces in, runs on all cores, a table or JSON out.
import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import type { Command } from 'commander';
import { defaultCapacity } from '../../lib/app/backtest/score.ts';
import type { LlmConfig } from '../../lib/config.ts';
import { complain, messageOf, say } from '../terminal.ts';
import type { Trace } from '../trace.ts';
import { frontierJobs } from './frontier-jobs.ts';
import { byTrace } from './frontier-traces.ts';
import { backtestHtml } from './html.ts';
import { bucketsFor } from './html-series.ts';
import type { Job, JobResult } from './job.ts';
import { llmOfEnvironment, realCallsWarning } from './llm.ts';
import { type BacktestOptions, backtestOptions } from './options.ts';
import { coresFor, runJobs } from './pool.ts';
import { showProgress } from './progress.ts';
import { backtestJson, backtestTable } from './report.ts';
import { iso } from './run-watch.ts';
import { type Source, sourcesOf } from './sources.ts';

/** The command, to be added to the program. Anything wrong with its input is one line on stderr and exit code 1. */
export function backtestCommand(): Command {
  return backtestOptions(async (options) => {
    try {
      await backtest(options);
    } catch (error) {
      complain(`error: ${messageOf(error)}`);
      process.exitCode = 1;
    }
  });
}

async function backtest(options: BacktestOptions): Promise<void> {
  const llm = options.llm ? llmOfEnvironment() : null;
  const sources = await sourcesOf(options);
  const asked = jobsOf(options, sources, llm);
  if (options.timeline !== undefined) checkWritable('--timeline', options.timeline);
  if (options.html !== undefined) checkWritable('--html', options.html);
  const jobs = options.html === undefined ? asked : [...asked, ...frontierJobs(asked)];
  if (llm !== null) warnOfRealCalls(llm, sources, options.tick);
  const cores = coresFor(jobs);
  complain(`backtest: ${jobs.length} run${jobs.length === 1 ? '' : 's'} on ${cores} core${cores === 1 ? '' : 's'}`);
  const progress = showProgress(jobs, asked.length, process.stderr);
  const everything = await runJobs(jobs, progress.onDone, progress.onDay);
  const results = everything.slice(0, asked.length);
  for (const [i, result] of results.entries()) saveTimeline(jobs[i]?.timeline ?? null, result);
  if (options.html !== undefined) await saveReport(options.html, options, asked, everything);
  say(options.json ? backtestJson(results, options.slo) : backtestTable(results, options.slo));
}

function jobsOf(options: BacktestOptions, sources: readonly Source[], llm: LlmConfig | null): readonly Job[] {
  const jobs = sources.flatMap(({ label, trace, where, capacity }) => {
    const settings = {
      capacity: options.capacity ?? capacity ?? capacityOf(where, trace),
      min: options.min,
      max: options.max,
      sloPercent: options.slo,
      tickSeconds: options.tick,
    };
    const scoredFrom = options.from === undefined ? null : withinTrace(where, trace, options.from);
    const { startup: startupSeconds } = options;
    return options.policy.map((policy) => ({ label, trace, policy, settings, startupSeconds, scoredFrom, llm }));
  });
  const chartBuckets = options.html === undefined ? null : bucketsFor(sources.length, options.policy.length);
  return jobs.map((job, i) => ({
    ...job,
    chartBuckets,
    timeline: timelinePath(options.timeline, job.label, job.policy, i),
  }));
}

function warnOfRealCalls(llm: LlmConfig, sources: readonly Source[], tickSeconds: number): void {
  const seconds = sources.reduce((sum, { trace }) => sum + trace.demand.length * trace.intervalSeconds, 0);
  const warning = realCallsWarning(llm, seconds, tickSeconds);
  if (warning !== null) complain(warning);
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

function checkWritable(option: string, file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK);
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${option} ${file} cannot be written: ${why}`, { cause: error });
  }
}

function saveTimeline(file: string | null, { timelineCsv }: JobResult): void {
  if (file !== null && timelineCsv !== null) writeFileSync(file, timelineCsv);
}

async function saveReport(
  file: string,
  options: BacktestOptions,
  asked: readonly Job[],
  results: readonly JobResult[],
): Promise<void> {
  const runs = asked.map((job, i) => ({ job, result: results[i] as JobResult }));
  const traces = byTrace(runs, results.slice(asked.length), options.slo);
  const { slo: sloPercent, min, max, tick: tickSeconds, startup: startupSeconds } = options;
  const report = { traces, sloPercent, min, max, tickSeconds, startupSeconds, madeAt: Date.now() };
  const page = await backtestHtml(report);
  writeFileSync(file, page);
  complain(`backtest: the report is ${file} (${(Buffer.byteLength(page) / 1e6).toFixed(1)} MB)`);
}
