// The demand that the backtest is measured on: real traces where there are any, else the demo's own load.
import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readTrace } from '../cli/trace/read-trace.ts';
import type { Trace } from '../cli/trace/trace.ts';
import { madeUpWorkloads } from '../local/demo-workloads.ts';

export interface NamedTrace {
  readonly label: string;
  readonly trace: Trace;
}

/** A latency: nothing that replicas share. */
const NO_DEMAND = ['nab-latency'];
/** Beside the repository, where this project's own traces are kept. */
const USUAL_FOLDER = join(import.meta.dirname, '../../shared/traces');
const DEMO_DAYS = 14;
const DEMO_START = Date.parse('2026-03-02T00:00:00Z');
const MINUTE = 60_000;

/**
 * @returns the traces, and a sentence saying where they come from
 * @throws Error of one line where the folder holds no traces or a bad one
 */
export function benchTraces(folder: string | undefined): { traces: readonly NamedTrace[]; from: string } {
  if (folder === undefined && !existsSync(USUAL_FOLDER))
    return {
      traces: demoTraces(),
      from: `the demo's made-up load of ${DEMO_DAYS} days, since there is no ${USUAL_FOLDER}; give a folder of traces for real demand`,
    };
  const where = folder ?? USUAL_FOLDER;
  const paths = globSync(join(where, '*.csv'))
    .filter((path) => !NO_DEMAND.includes(basename(path, '.csv')))
    .toSorted();
  if (paths.length === 0) throw new Error(`${where} holds no .csv files; expected traces "timestamp,demand"`);
  const traces = paths.map((path) => ({ label: basename(path, '.csv'), trace: readTrace(path).trace }));
  return { traces, from: `${traces.length} traces of ${where}` };
}

function demoTraces(): readonly NamedTrace[] {
  return madeUpWorkloads(DEMO_START, {}).map(({ workload: { name, load } }) => ({
    label: name,
    trace: {
      startsAt: DEMO_START,
      intervalSeconds: MINUTE / 1000,
      demand: Float64Array.from({ length: DEMO_DAYS * 1440 }, (_, i) => load(DEMO_START + i * MINUTE)),
    },
  }));
}
