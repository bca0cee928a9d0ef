// How far a backtest is, on a terminal and in a log.
import { describe, expect, it } from 'vitest';
import { type Job, type JobResult, runJob } from '../../cli/backtest/job.ts';
import { runJobs } from '../../cli/backtest/pool.ts';
import { showProgress } from '../../cli/backtest/progress.ts';

const DAYS = 3;

function job(label: string, policy: string): Job {
  const demand = Float64Array.from({ length: DAYS * 24 }, (_, hour) => 5 + (hour % 24));
  return {
    label,
    trace: { startsAt: Date.UTC(2026, 0, 5), intervalSeconds: 3600, demand },
    policy,
    settings: { capacity: 1, min: 1, max: 100, sloPercent: 99.5, tickSeconds: 60 },
    startupSeconds: 90,
    scoredFrom: null,
    timeline: null,
    chartBuckets: null,
    llm: null,
  };
}

function stream(isTTY: boolean, columns = 100) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

const result = (of: Job): Promise<JobResult> => runJob(of);

describe('progress', () => {
  it('a run tells of each day of its trace as it ends', async () => {
    const days: number[] = [];
    await runJob(job('shop', 'limit'), (over) => days.push(over));
    expect(days).toEqual([1, 2, 3]);
  });

  it('reaches the command from its threads, of every run, before the run is over', async () => {
    const heard: string[] = [];
    await runJobs(
      ['limit', 'hpa:0.7'].map((policy) => job('shop', policy)),
      ({ policy }) => heard.push(`${policy} done`),
      ({ policy }, over) => heard.push(`${policy} ${over}`),
    );
    for (const policy of ['limit', 'hpa:0.7'])
      expect(heard.filter((line) => line.startsWith(policy))).toEqual(
        [1, 2, 3, 'done'].map((what) => `${policy} ${what}`),
      );
  });

  it('on a terminal is one line that renews itself, with a line for each run that was asked for', async () => {
    const [ours, peer] = [job('shop', 'limit'), job('shop', 'hpa:0.5')];
    const terminal = stream(true);
    const { onDay, onDone } = showProgress([ours, peer], 1, terminal);
    onDay(ours, 2);
    expect(terminal.written.at(-1)).toBe('\r\u001B[K0 of 2 runs · shop limit: day 2 of 3');
    onDone(await result(ours));
    expect(terminal.written.join('')).toMatch(/\[1\/2\] shop limit: violation 0\.00 %/);
    expect(terminal.written.at(-1)).toBe('\r\u001B[K1 of 2 runs · ');
    onDone(await result(peer));
    expect(terminal.written.join('')).not.toMatch(/\[2\/2\]/);
    expect(terminal.written.at(-1)).toBe('\r\u001B[K');
  });

  it('never fills the terminal’s line, nor lets a name move the cursor', () => {
    const evil = job(`a\u001B[2J\n${'x'.repeat(100)}`, 'limit');
    const terminal = stream(true, 30);
    showProgress([evil], 1, terminal).onDay(evil, 1);
    const line = (terminal.written[0] ?? '').slice('\r\u001B[K'.length);
    expect(line).toContain('a·[2J·x');
    expect(line).toHaveLength(29);
  });

  it('in a log is a line for each finished run and nothing else', async () => {
    const jobs = [job('shop', 'limit'), job('shop', 'hpa:0.5')];
    const log = stream(false);
    const { onDay, onDone } = showProgress(jobs, 1, log);
    for (const of of jobs) {
      onDay(of, 1);
      onDone(await result(of));
    }
    expect(log.written).toHaveLength(2);
    expect(log.written[1]).toMatch(/^\[2\/2\] shop hpa:0\.5: .*\n$/);
  });
});
