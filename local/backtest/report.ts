// What a backtest prints: a table for people, a line of JSON per run for programs.
import Table from 'cli-table3';
import { quantile } from '../../lib/domain/series.ts';
import { iso, type JobResult } from './job.ts';

const STYLE = { head: [], border: [] };

/** One row per trace with a line per policy, and a summary per policy where there are several traces. */
export function backtestTable(results: readonly JobResult[], sloPercent: number): string {
  const table = new Table({
    head: ['trace', 'policy', 'violation %', 'cost', 'changes/h', 'unserved %', 'capacity', 'scored from'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: STYLE,
  });
  const traces = Map.groupBy(results, (result) => result.label);
  for (const [label, runs] of traces) {
    const { capacity, scoredFrom } = runs[0] ?? { capacity: 0, scoredFrom: 0 };
    table.push([label, ...columns(runs.map((run) => [run.policy, ...numbersOf(run)])), capacity, iso(scoredFrom)]);
  }
  return traces.size > 1 ? `${table}\n${summaryTable(results, sloPercent)}` : table.toString();
}

/** Medians over the traces, and how often the SLO was kept. */
function summaryTable(results: readonly JobResult[], sloPercent: number): string {
  const table = new Table({
    head: ['policy', `kept ${sloPercent} %`, 'violation %', 'cost', 'changes/h', 'unserved %'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: STYLE,
  });
  const rows = [...Map.groupBy(results, (result) => result.policy)].map(([policy, runs]) => {
    const kept = runs.filter((run) => run.violationPct <= 100 - sloPercent + 1e-9).length;
    const median = (of: (run: JobResult) => number) => quantile(runs.map(of), 0.5);
    const numbers = numbersOf({
      violationPct: median((run) => run.violationPct),
      cost: median((run) => run.cost ?? Number.NaN),
      changesPerHour: median((run) => run.changesPerHour),
      unservedPct: median((run) => run.unservedPct),
    });
    return [policy, `${kept} of ${runs.length}`, ...numbers];
  });
  table.push([...columns(rows)]);
  return `median over the traces\n${table}`;
}

/** One object per line and run. */
export function backtestJson(results: readonly JobResult[], sloPercent: number): string {
  const lines = results.map((result) =>
    JSON.stringify({
      trace: result.label,
      policy: result.policy,
      violation_pct: result.violationPct,
      cost: result.cost,
      changes_per_hour: result.changesPerHour,
      unserved_pct: result.unservedPct,
      capacity: result.capacity,
      slo: sloPercent,
      scored_from: iso(result.scoredFrom),
      scored_hours: result.scoredHours,
      took_seconds: Math.round(result.tookSeconds * 1000) / 1000,
    }),
  );
  return lines.join('\n');
}

/** What is told of a run as soon as it is over. */
export function progressLine(result: JobResult, done: number, all: number): string {
  const [violation, cost] = numbersOf(result);
  const took = result.tookSeconds.toFixed(1);
  return `[${done}/${all}] ${result.label} ${result.policy}: violation ${violation} %, cost ${cost} (${took} s)`;
}

type Numbers = Pick<JobResult, 'violationPct' | 'cost' | 'changesPerHour' | 'unservedPct'>;

function numbersOf({ violationPct, cost, changesPerHour, unservedPct }: Numbers): readonly string[] {
  return [violationPct.toFixed(2), cost?.toFixed(2) ?? '—', changesPerHour.toFixed(1), unservedPct.toFixed(3)];
}

/** Rows turned into columns, each a cell of several lines. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  return (rows[0] ?? []).map((_, i) => rows.map((row) => row[i] ?? '').join('\n'));
}
