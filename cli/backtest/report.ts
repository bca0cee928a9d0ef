// What a backtest prints: a table for people, a line of JSON per run for programs.
import Table from 'cli-table3';
import { jsonText, oneLine } from '../terminal.ts';
import { type PolicySummary, summaries } from './frontier-summary.ts';
import type { JobResult } from './job.ts';
import { llmJson, llmLine } from './llm-report.ts';
import { iso } from './run-watch.ts';

const STYLE = { head: [], border: [] };

/** One row per trace with a line per policy, and a summary per policy where there are several traces. */
export function backtestTable(found: readonly JobResult[], sloPercent: number, skipped: readonly string[]): string {
  // A label is a file's name, which may hold anything.
  const results = found.map((result) => ({ ...result, label: oneLine(result.label) }));
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
  const advice = results.flatMap(({ label, advice: counts }) => (counts === null ? [] : [llmLine(label, counts)]));
  const summary = traces.size > 1 ? [summaryTable(results, sloPercent)] : [];
  return [
    table.toString(),
    ...results.flatMap(changeLines),
    ...advice,
    ...summary,
    ...skipped.map((why) => `skipped: ${oneLine(why)}`),
  ].join('\n');
}

/** Each change with its time and reason, where they are to be told. */
function changeLines({ label, changes }: JobResult): readonly string[] {
  if (changes === undefined) return [];
  if (changes.length === 0) return [`${label}: no change`];
  const count = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  return [
    `${label}: ${count}`,
    ...changes.map(
      ({ at, from, to, source, reason }) => `  ${iso(at)}  ${from} → ${to}  ${source}: ${oneLine(reason)}`,
    ),
  ];
}

/** Medians over the traces, and how often the SLO was kept. */
function summaryTable(results: readonly JobResult[], sloPercent: number): string {
  const table = new Table({
    head: ['policy', `kept ${sloPercent} %`, 'violation %', 'cost', 'changes/h', 'unserved %'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: STYLE,
  });
  const rows = summaries(results, sloPercent).map(({ policy, kept, traces, ...medians }) => [
    policy,
    `${kept} of ${traces}`,
    ...numbersOf(medians),
  ]);
  table.push([...columns(rows)]);
  return `median over the traces\n${table}`;
}

/** One object per line and run. */
export function backtestJson(
  results: readonly JobResult[],
  sloPercent: number,
  notes: ReadonlyMap<string, readonly string[]>,
): string {
  const lines = results.map((result) =>
    jsonText({
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
      ...notesOf(result.label, notes),
      ...(result.changes === undefined ? {} : { changes: result.changes.map((one) => ({ ...one, at: iso(one.at) })) }),
      ...(result.advice === null ? {} : { llm: llmJson(result.advice) }),
    }),
  );
  return lines.join('\n');
}

function notesOf(label: string, notes: ReadonlyMap<string, readonly string[]>) {
  const own = notes.get(label) ?? [];
  return own.length === 0 ? {} : { notes: own };
}

/** What is told of a run as soon as it is over. */
export function progressLine(result: JobResult, done: number, all: number): string {
  const [violation, cost] = numbersOf(result);
  const took = result.tookSeconds.toFixed(1);
  return `[${done}/${all}] ${result.label} ${result.policy}: violation ${violation} %, cost ${cost} (${took} s)`;
}

type Numbers = Pick<PolicySummary, 'violationPct' | 'cost' | 'changesPerHour' | 'unservedPct'>;

function numbersOf({ violationPct, cost, changesPerHour, unservedPct }: Numbers): readonly string[] {
  const digits = (value: number | null, places: number) => value?.toFixed(places) ?? '—';
  return [digits(violationPct, 2), digits(cost, 2), digits(changesPerHour, 1), digits(unservedPct, 3)];
}

/** Rows turned into columns, each a cell of several lines. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  return (rows[0] ?? []).map((_, i) => rows.map((row) => row[i] ?? '').join('\n'));
}
