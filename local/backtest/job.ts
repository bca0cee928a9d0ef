// One trace under one policy, in a form that crosses from the command to a worker thread and back.
import { type BacktestResult, runBacktest } from '../../lib/app/backtest/backtest.ts';
import { makePolicy } from '../../lib/app/backtest/policies.ts';
import type { PolicySettings } from '../../lib/app/backtest/policy.ts';
import type { EpochMs } from '../../lib/domain/model.ts';
import type { Trace } from '../trace.ts';

export interface Job {
  /** What people call the trace: its file name without the ending. */
  readonly label: string;
  readonly trace: Trace;
  readonly policy: string;
  readonly settings: PolicySettings;
  readonly startupSeconds: number;
  readonly scoredFrom: EpochMs | null;
  /** Where the timeline goes; null where none is asked for. */
  readonly timeline: string | null;
}

export interface JobResult extends BacktestResult {
  readonly label: string;
  readonly capacity: number;
  /** How long the run took, on the wall. */
  readonly tookSeconds: number;
  /** CSV with a row per tick; null where none was asked for. */
  readonly timelineCsv: string | null;
}

/** @throws Error where there is no policy of that name */
export function runJob({ label, trace, policy: name, settings, startupSeconds, scoredFrom, timeline }: Job): JobResult {
  const started = performance.now();
  const policy = makePolicy(name, settings, { ...trace, startupSeconds });
  if (policy === null) throw new Error(`there is no policy ${name}`);
  const rows = ['timestamp,demand,replicas,ready,source'];
  const result = runBacktest(
    {
      ...trace,
      ...settings,
      startupSeconds,
      ...(scoredFrom === null ? {} : { scoredFrom }),
      ...(timeline === null
        ? {}
        : {
            onTick: (tick) => rows.push(`${iso(tick.at)},${tick.demand},${tick.replicas},${tick.ready},${tick.source}`),
          }),
    },
    policy,
  );
  const timelineCsv = timeline === null ? null : `${rows.join('\n')}\n`;
  const tookSeconds = (performance.now() - started) / 1000;
  return { ...result, label, capacity: settings.capacity, tookSeconds, timelineCsv };
}

/** As traces write it: without milliseconds where there are none. */
export function iso(at: EpochMs): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
