// What a trace of Chromium says of the thread that draws a page. Thread time (`tdur`), not the clock's: another program that runs
// at the same time is not the page's doing.

/** Times in microseconds (Trace Event Format, "complete" events). */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
}

/** Those that are script, style or layout, and not within another of them. */
const WORK = new Set([
  'EvaluateScript',
  'v8.compile',
  'v8.compileModule',
  'v8.evaluateModule',
  'FunctionCall',
  'TimerFire',
  'FireAnimationFrame',
  'RunMicrotasks',
  'EventDispatch',
  'ParseHTML',
  'UpdateLayoutTree',
  'Layout',
  'PrePaint',
  'Paint',
  'MajorGC',
  'MinorGC',
]);

export function scriptAndLayoutMs(events: readonly TraceEvent[]): number {
  return outermost(ofRenderer(events).filter(({ name }) => WORK.has(name))).reduce(
    (sum, event) => sum + msOf(event),
    0,
  );
}

export function longestTaskMs(events: readonly TraceEvent[]): number {
  const tasks = ofRenderer(events).filter(({ name }) => name === 'RunTask' || name === 'ThreadControllerImpl::RunTask');
  if (tasks.length === 0) throw new Error('the trace has no tasks');
  return Math.max(...tasks.map(msOf));
}

const msOf = ({ tdur, dur = 0 }: TraceEvent) => (tdur ?? dur) / 1000;

function ofRenderer(events: readonly TraceEvent[]): readonly TraceEvent[] {
  const threads = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  if (threads.size === 0) throw new Error('the trace names no renderer');
  return events.filter(({ ph, pid, tid }) => ph === 'X' && threads.has(`${pid} ${tid}`));
}

function outermost(events: readonly TraceEvent[]): readonly TraceEvent[] {
  let end = 0;
  return events
    .toSorted((a, b) => a.ts - b.ts)
    .filter(({ ts, dur = 0 }) => {
      if (ts < end) return false;
      end = ts + dur;
      return true;
    });
}
