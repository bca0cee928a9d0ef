// A trace's section of the report: a verdict in words, the chart, the scores, the frontier.
import { html } from 'hono/html';
import { FRONTIER_TARGETS, hpaTargetPercent, keepsSlo } from '../../lib/app/backtest/frontier.ts';
import type { TraceRuns } from './frontier-traces.ts';
import { inWords, policyName, unbroken } from './frontier-words.ts';
import { chartFigure } from './html-chart.ts';
import { frontierFigure } from './html-frontier.ts';
import type { Html, HtmlReport } from './html-report.ts';
import type { JobResult } from './job.ts';
import { llmLine } from './llm-report.ts';
import { iso } from './run-watch.ts';

export function traceSection(runs: TraceRuns, index: number, report: HtmlReport): Html {
  const { label, trace, asked, all, standings } = runs;
  const { sloPercent } = report;
  const { capacity = 0, scoredFrom = 0, scoredHours = 0 } = asked[0]?.result ?? {};
  const days = (trace.demand.length * trace.intervalSeconds) / 86_400;
  return html`<section id="trace-${index}" aria-labelledby="name-${index}">
<h2 id="name-${index}">${label}</h2>
<p class="facts">${days.toFixed(1)} days from ${iso(trace.startsAt)}, a value every ${trace.intervalSeconds} s. Scored from
${iso(scoredFrom)} on (${(scoredHours / 24).toFixed(1)} days); before, policies learn. One replica carries ${capacity} at 100 % of its CPU request.</p>
${(report.notes?.get(label) ?? []).map((note) => html`<p class="facts">${note}</p>`)}
${standings.map(({ result, standing }) => html`<p class="verdict">${unbroken(inWords(result, standing, sloPercent))}</p>`)}
${asked.map(({ result: { advice } }) => (advice === null ? null : html`<p>${llmLine(label, advice)}.</p>`))}
${chartFigure(runs, index)}
<div class="pair">
<div>
<h3>Scores</h3>
${scoreTable(`Scores on ${label}`, withoutFurtherHpas(runs), sloPercent)}
<details><summary>HPA at every target</summary>
${scoreTable(`HPA at every target on ${label}`, hpasByTarget(runs), sloPercent)}
</details>
</div>
<div>
<h3>Cost against violation</h3>
${frontierFigure(`on ${label}`, all, standings, sloPercent)}
</div>
</div>
</section>`;
}

function withoutFurtherHpas({ asked, all }: TraceRuns): readonly JobResult[] {
  const own = asked.map(({ result }) => result);
  return [...own, ...all.filter((run) => !own.includes(run) && hpaTargetPercent(run.policy) === null)];
}

function hpasByTarget({ all }: TraceRuns): readonly JobResult[] {
  return FRONTIER_TARGETS.flatMap((target) => all.find(({ policy }) => hpaTargetPercent(policy) === target) ?? []);
}

function scoreTable(caption: string, runs: readonly JobResult[], sloPercent: number): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption class="hidden">${caption}</caption>
<thead><tr><th scope="col">policy</th><th scope="col">${sloPercent} %</th><th scope="col">violation %</th><th scope="col">cost</th>
<th scope="col">changes/h</th><th scope="col">unserved %</th></tr></thead>
<tbody>
${runs.map(
  (run) => html`<tr><th scope="row">${policyName(run.policy)}</th>${keptCell(keepsSlo(run, sloPercent))}
<td>${run.violationPct.toFixed(2)}</td><td>${run.cost?.toFixed(2) ?? '—'}</td><td>${run.changesPerHour.toFixed(1)}</td>
<td>${run.unservedPct.toFixed(3)}</td></tr>`,
)}
</tbody></table></div>`;
}

function keptCell(kept: boolean): Html {
  return kept ? html`<td class="kept">kept</td>` : html`<td class="missed">missed</td>`;
}
