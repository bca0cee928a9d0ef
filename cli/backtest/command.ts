// `ai4k8s backtest`: traces in, runs on all cores, a table or JSON out.
import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Command } from 'commander';
import { QUEUE_LEVEL, QUEUE_LEVEL_DEFINITION, type RecordedLevel } from '../../lib/app/backtest/levels.ts';
import { STEP_SECONDS } from '../../lib/app/backtest/policy.ts';
import type { LlmConfig } from '../../lib/config.ts';
import type { QueueConfig } from '../../lib/domain/simulation/queue-model.ts';
import type { PerSignal, SignalDefinition } from '../../lib/domain/workload/signal.ts';
import { complain, messageOf, say } from '../terminal.ts';
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
import { type Source, type Sources, sourcesOf } from './sources.ts';
import { checkWritable } from './writable.ts';

/** The command, to be added to the program. Anything wrong with its input is one line on stderr and exit code 1. */
export function backtestCommand(): Command {
  return backtestOptions(async (options, fleet) => {
    try {
      if (fleet === null) return await backtest(options);
      // Brings the adapters of Prometheus along, which a file needs not.
      const { backtestFleet } = await import('../fleet/command.ts');
      await backtestFleet(fleet);
    } catch (error) {
      complain(`error: ${messageOf(error)}`);
      process.exitCode = 1;
    }
  });
}

async function backtest(options: BacktestOptions): Promise<void> {
  const llm = options.llm ? llmOfEnvironment() : null;
  const { sources, skipped } = await sourcesOf(options);
  for (const why of skipped) complain(`skipped: ${why}`);
  for (const note of sources.flatMap(({ notes }) => notes)) complain(note);
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
  if (options.html !== undefined) await saveReport(options.html, options, { sources, skipped }, asked, everything);
  const notes = notesByLabel(sources);
  say(options.json ? backtestJson(results, options.slo, notes) : backtestTable(results, options.slo, skipped));
}

function jobsOf(options: BacktestOptions, sources: readonly Source[], llm: LlmConfig | null): readonly Job[] {
  const { queue: serviceMs } = options;
  const queue = serviceMs === undefined ? null : queueOf(serviceMs);
  const jobs = sources.flatMap(({ label, trace, levels, capacity, scoredFrom }) => {
    const named = levelsOf(levels, queue);
    const isDemandUnknown = options.as !== undefined;
    const settings = {
      capacity,
      min: options.min,
      max: options.max,
      sloPercent: options.slo,
      // Of a level alone there is nothing to see between two windows of it.
      tickSeconds: isDemandUnknown ? tickFor(trace.intervalSeconds, options.tick) : options.tick,
      lookSeconds: options.look,
      phaseSeconds: options.phase,
      ...(options.timeZone !== undefined && { timeZone: options.timeZone }),
      ...(Object.keys(named).length > 0 && { levels: named }),
      ...(isDemandUnknown && { isDemandUnknown }),
    };
    const { startup: startupSeconds } = options;
    const asked = {
      ...{ label, trace, settings, startupSeconds, scoredFrom, llm, tellsChanges: isDemandUnknown },
      ...(queue !== null ? { queue } : levels.length > 0 && { recordedLevels: levels }),
    };
    return options.policy.map((policy) => ({ ...asked, policy }));
  });
  const chartBuckets = options.html === undefined ? null : bucketsFor(sources.length, options.policy.length);
  return jobs.map((job, i) => ({
    ...job,
    chartBuckets,
    timeline: timelinePath(options.timeline, job.label, job.policy, i),
  }));
}

/** Who would have to wait longer has gone. */
const MAX_WAIT_SECONDS = 30;

function queueOf(serviceMs: number): QueueConfig {
  return { serviceSeconds: serviceMs / 1000, slotsPerReplica: 1, maxWaitSeconds: MAX_WAIT_SECONDS };
}

/** With a queue the simulation says how long it takes; what was measured elsewhere, under other replicas, is left aside. */
function levelsOf(recorded: readonly RecordedLevel[], queue: QueueConfig | null): PerSignal<SignalDefinition> {
  if (queue !== null) return { [QUEUE_LEVEL]: QUEUE_LEVEL_DEFINITION };
  return Object.fromEntries(recorded.map(({ name, definition }) => [name, definition]));
}

function tickFor(intervalSeconds: number, atLeast: number): number {
  return Math.max(atLeast, STEP_SECONDS * Math.round(intervalSeconds / STEP_SECONDS));
}

function warnOfRealCalls(llm: LlmConfig, sources: readonly Source[], tickSeconds: number): void {
  const seconds = sources.reduce((sum, { trace }) => sum + trace.demand.length * trace.intervalSeconds, 0);
  const warning = realCallsWarning(llm, seconds, tickSeconds);
  if (warning !== null) complain(warning);
}

function notesByLabel(sources: readonly Source[]): ReadonlyMap<string, readonly string[]> {
  return new Map(sources.map(({ label, notes }) => [label, notes]));
}

/** The first run's is the file asked for; further ones stand beside it, trace and policy in their names. */
function timelinePath(file: string | undefined, label: string, policy: string, run: number): string | null {
  if (file === undefined) return null;
  if (run === 0) return file;
  const ending = extname(file);
  const tag = `${label}.${policy}`.replace(/[^A-Za-z0-9.]+/g, '-');
  return `${file.slice(0, file.length - ending.length)}.${tag}${ending}`;
}

function saveTimeline(file: string | null, { timelineCsv }: JobResult): void {
  if (file !== null && timelineCsv !== null) writeFileSync(file, timelineCsv);
}

async function saveReport(
  file: string,
  options: BacktestOptions,
  { sources, skipped }: Sources,
  asked: readonly Job[],
  results: readonly JobResult[],
): Promise<void> {
  const runs = asked.map((job, i) => ({ job, result: results[i] as JobResult }));
  const traces = byTrace(runs, results.slice(asked.length), options.slo);
  const { slo: sloPercent, min, max, tick: tickSeconds, startup: startupSeconds } = options;
  const report = {
    traces,
    sloPercent,
    min,
    max,
    tickSeconds,
    lookSeconds: options.look,
    phaseSeconds: options.phase,
    startupSeconds,
    ...(options.timeZone !== undefined && { timeZone: options.timeZone }),
    madeAt: Date.now(),
    notes: notesByLabel(sources),
    skipped,
  };
  const page = await backtestHtml(report);
  writeFileSync(file, page);
  complain(`backtest: the report is ${file} (${(Buffer.byteLength(page) / 1e6).toFixed(1)} MB)`);
}
