// The tables of the backtest benchmark: for a terminal, or as Markdown to paste.
import Table from 'cli-table3';
import { type OurTrace, summaries } from '../cli/backtest/frontier-summary.ts';
import { percent, policyName } from '../cli/backtest/frontier-words.ts';
import type { JobResult } from '../cli/backtest/job.ts';
import { keepsSlo } from '../lib/app/backtest/frontier.ts';

/** Head and body, cell by cell. */
export type Rows = readonly (readonly string[])[];

/** A row per trace. */
export function traceRows(standings: readonly OurTrace[], sloPercent: number): Rows {
  const name = policyName(standings[0]?.result.policy ?? '');
  const cheapest = `÷ cheapest HPA within ${sloPercent} %`;
  const head = [
    'trace',
    name,
    'HPA 70 %',
    'clairvoyant',
    'HPA as often short',
    'gap closed',
    cheapest,
    'changes/h',
    'promised',
  ];
  const body = standings.map(({ trace, result, standing }) => {
    const run = (policy: string) => trace.all.find((other) => other.policy === policy);
    const { hpa, gapClosed, againstCheapest, changesRatio } = standing;
    const atBudget = hpa.basis === 'slo_budget' ? ` (at ${Number(hpa.violationPct.toFixed(2))} %)` : '';
    return [
      trace.label,
      `${score(result)}${keepsSlo(result, sloPercent) ? '' : ' missed'}`,
      score(run('hpa:0.7')),
      score(run('limit')),
      hpa.basis === 'none' ? 'none' : `${hpa.cost.toFixed(2)}${atBudget}`,
      gapClosed === null ? '—' : percent(gapClosed),
      againstCheapest === null ? 'none' : `${againstCheapest.ratio.toFixed(2)} (${againstCheapest.targetPercent} %)`,
      `${result.changesPerHour.toFixed(1)}${changesRatio === null ? '' : ` = ${changesRatio.toFixed(1)} × HPA 70 %`}`,
      result.promisedPct?.toFixed(2) ?? '—',
    ];
  });
  return [head, ...body];
}

/** A row per policy: how often the SLO was kept, and medians over the traces. */
export function policyRows(results: readonly JobResult[], sloPercent: number): Rows {
  const digits = (value: number | null, places: number) => value?.toFixed(places) ?? '—';
  const body = summaries(results, sloPercent).map((row) => [
    policyName(row.policy),
    `${row.kept} of ${row.traces}`,
    digits(row.violationPct, 2),
    digits(row.cost, 2),
    digits(row.changesPerHour, 1),
  ]);
  return [['median over the traces', `kept ${sloPercent} %`, 'violation %', 'cost', 'changes/h'], ...body];
}

export function printTable([head = [], ...body]: Rows, markdown: boolean): void {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  if (markdown) {
    console.log(['', line(head), line(head.map(() => '---')), ...body.map(line), ''].join('\n'));
    return;
  }
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  table.push(...body.map((cells) => [...cells]));
  console.log(table.toString());
}

function score(run: JobResult | undefined): string {
  return run === undefined ? '—' : `${run.violationPct.toFixed(2)} / ${run.cost?.toFixed(2) ?? '—'}`;
}
