// One trace under one policy, in a form that crosses from the command to a worker thread and back.
import { type AdviceCounts, runAdvisedBacktest } from '../../lib/app/backtest/advised.ts';
import { type BacktestInput, type BacktestResult, runBacktest } from '../../lib/app/backtest/backtest.ts';
import type { RecordedLevel } from '../../lib/app/backtest/levels.ts';
import { advisedPolicy } from '../../lib/app/backtest/ours-policy.ts';
import { makePolicy } from '../../lib/app/backtest/policies.ts';
import type { PolicySettings } from '../../lib/app/backtest/policy.ts';
import type { LlmConfig } from '../../lib/config.ts';
import type { QueueConfig } from '../../lib/domain/simulation/queue-model.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import type { Trace } from '../trace/trace.ts';
import type { ChartSeries } from './html-series.ts';
import { type ReplicaChange, watchRun } from './run-watch.ts';

export interface Job {
  /** What people call the trace: its file name without the ending. */
  readonly label: string;
  readonly trace: Trace;
  /** Measured beside the demand; absent where nothing was. */
  readonly recordedLevels?: readonly RecordedLevel[];
  /** What finds no free place waits; absent where nothing is known of that. */
  readonly queue?: QueueConfig;
  /** Each change is to be told. */
  readonly tellsChanges?: boolean;
  readonly policy: string;
  readonly settings: PolicySettings;
  readonly startupSeconds: number;
  readonly scoredFrom: EpochMs | null;
  /** Where the timeline goes; null where none is asked for. */
  readonly timeline: string | null;
  /** Into how many pieces the chart of a report may cut the trace; null where no chart is asked for. */
  readonly chartBuckets: number | null;
  /** Whom `ours` asks; null where rules decide alone. */
  readonly llm: LlmConfig | null;
}

export interface JobResult extends BacktestResult {
  readonly label: string;
  readonly capacity: number;
  /** How long the run took, on the wall. */
  readonly tookSeconds: number;
  /** CSV with a row per tick; null where none was asked for. */
  readonly timelineCsv: string | null;
  readonly chart: ChartSeries | null;
  /** Absent where they are not told. */
  readonly changes?: readonly ReplicaChange[];
  /** What came of asking the LLM; null where it was not asked. */
  readonly advice: AdviceCounts | null;
}

/**
 * @param onDay told the days of the trace that are over, as each ends
 * @throws Error where there is no policy of that name
 */
export async function runJob(job: Job, onDay: (days: number) => void = () => undefined): Promise<JobResult> {
  const { label, trace, settings, startupSeconds, scoredFrom, recordedLevels, queue } = job;
  const started = performance.now();
  const watch = watchRun(job, onDay);
  const input: BacktestInput = {
    ...trace,
    ...settings,
    startupSeconds,
    ...(recordedLevels !== undefined && { recordedLevels }),
    ...(queue !== undefined && { queue }),
    ...(scoredFrom === null ? {} : { scoredFrom }),
    onTick: watch.onTick,
    onStep: watch.onStep,
  };
  const result = await run(job, input);
  const tookSeconds = (performance.now() - started) / 1000;
  const { capacity } = settings;
  return {
    advice: null,
    ...result,
    label,
    capacity,
    tookSeconds,
    timelineCsv: watch.timelineCsv(),
    chart: watch.chart(),
    ...(job.tellsChanges === true && { changes: watch.changes }),
  };
}

/** The LLM advises `ours` and nobody else. */
async function run({ policy: name, settings, trace, startupSeconds, llm }: Job, input: BacktestInput) {
  if (name === 'ours' && llm !== null) {
    const { adviseInBacktest } = await import('./llm-advisor.ts');
    return runAdvisedBacktest(input, advisedPolicy(name, settings), adviseInBacktest(llm));
  }
  const policy = makePolicy(name, settings, { ...trace, startupSeconds });
  if (policy === null) throw new Error(`there is no policy ${name}`);
  return runBacktest(input, policy);
}
