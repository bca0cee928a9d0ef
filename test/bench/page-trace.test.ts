// What is read from a trace of the browser: whose work it was, each stretch once, by the thread's own time.
import { describe, expect, it } from 'vitest';
import { longestTaskMs, scriptAndLayoutMs, type TraceEvent } from '../../bench/page-trace.ts';

const PAGE = { pid: 1, tid: 2 };
const thread: TraceEvent = { name: 'thread_name', ph: 'M', ts: 0, ...PAGE, args: { name: 'CrRendererMain' } };
const event = (name: string, ts: number, dur: number, tdur = dur, where = PAGE): TraceEvent => ({
  name,
  ph: 'X',
  ts,
  dur,
  tdur,
  ...where,
});

describe('a trace', () => {
  const other = { pid: 1, tid: 3 };
  const events = [
    thread,
    event('RunTask', 0, 20_000),
    event('FunctionCall', 1000, 8000),
    event('Layout', 2000, 3000),
    event('Layout', 10_000, 4000, 1000),
    event('RunTask', 30_000, 90_000, 7000),
    event('RunTask', 0, 500_000, 500_000, other),
    event('FunctionCall', 0, 500_000, 500_000, other),
  ];

  it('has script and layout once, where one is within the other, and none of other threads', () => {
    expect(scriptAndLayoutMs(events)).toBe(9);
  });

  it('has the longest task by what the thread worked, not by what it waited', () => {
    expect(longestTaskMs(events)).toBe(20);
  });

  it('without a page in it is no measure', () => {
    expect(() => longestTaskMs([])).toThrow('no renderer');
    expect(() => longestTaskMs([thread])).toThrow('no tasks');
  });
});
