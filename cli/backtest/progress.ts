// How far a backtest is: a line that renews itself on a terminal, a line per finished run elsewhere.
import { oneLine } from '../terminal.ts';
import type { Job, JobResult } from './job.ts';
import { progressLine } from './report.ts';

/** The parts of stderr that are used. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

const ERASE_LINE = '\r\u001B[K';
const DAY_SECONDS = 86_400;
/** Of a name: two runs fit into one line. */
const LABEL_AT_MOST = 20;

/**
 * @param asked how many of the jobs were asked for, the first of them: a terminal is told only of those that they are over
 */
export function showProgress(jobs: readonly Job[], asked: number, stream: ProgressStream) {
  const days = new Map<Job, number>();
  const named = new Set(jobs.slice(0, asked).map(nameOf));
  const isTerminal = stream.isTTY === true;
  let done = 0;
  return {
    onDay(job: Job, over: number): void {
      if (!isTerminal) return;
      days.set(job, over);
      stream.write(`${ERASE_LINE}${status()}`);
    },
    onDone(result: JobResult): void {
      done++;
      for (const job of days.keys()) if (nameOf(job) === nameOf(result)) days.delete(job);
      if (!isTerminal) stream.write(`${oneLine(progressLine(result, done, jobs.length))}\n`);
      else if (named.has(nameOf(result)))
        stream.write(`${ERASE_LINE}${oneLine(progressLine(result, done, jobs.length))}\n`);
      if (isTerminal) stream.write(done === jobs.length ? ERASE_LINE : `${ERASE_LINE}${status()}`);
    },
  };

  function status(): string {
    const running = [...days].map(([{ label, policy, trace }, over]) => {
      const whole = (trace.demand.length * trace.intervalSeconds) / DAY_SECONDS;
      return `${label.slice(0, LABEL_AT_MOST)} ${policy}: day ${over} of ${Math.ceil(whole)}`;
    });
    // A line that wraps could not be renewed; a terminal that knows no width says 0.
    return oneLine(`${done} of ${jobs.length} runs · ${running.join(' · ')}`).slice(0, (stream.columns || 80) - 1);
  }
}

function nameOf({ label, policy }: Pick<Job, 'label' | 'policy'>): string {
  return `${label}\n${policy}`;
}
