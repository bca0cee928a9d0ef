// The head of the report: what was tried, the verdict, what the words mean, and all traces side by side.
import { html } from 'hono/html';
import { hpaTargetPercent, keepsSlo } from '../../lib/app/backtest/frontier.ts';
import { gapsByInterval, type OurTrace, type PolicySummary, standingsOf, summaries } from './frontier-summary.ts';
import { capitalised, MEANINGS, percent, policyName, times, unbroken } from './frontier-words.ts';
import { frontierFigure } from './html-frontier.ts';
import type { Html, HtmlReport } from './html-report.ts';

/** In words: how often ours decides, and when. */
function pace({ tickSeconds, lookSeconds, phaseSeconds, timeZone }: HtmlReport): string {
  const looks = lookSeconds > 0 && lookSeconds < tickSeconds ? `ours looks every ${lookSeconds} s` : 'nobody looks';
  const phase = phaseSeconds % tickSeconds;
  const begin = phase === 0 ? 'on the full minutes' : `${phase} s after the full minutes`;
  const clocks = timeZone === undefined ? '' : `; ours compares days by the clocks of ${timeZone}`;
  return `a tick every ${tickSeconds} s, ${begin} of a trace, and between two ticks ${looks}${clocks}`;
}

export function totalSection(report: HtmlReport, title: string): Html {
  const { traces, sloPercent, min, max, startupSeconds } = report;
  const rows = summaries(
    traces.flatMap(({ asked }) => asked.map(({ result }) => result)),
    sloPercent,
  );
  const ours = rows.map(({ policy }) => policy).flatMap((policy) => [standingsOf(traces, policy)]);
  const compared = ours.filter((standings) => standings.length > 0);
  return html`<header>
<h1>${title}</h1>
<p class="facts">Sized for ${sloPercent} % of the time with enough capacity, from ${min} to ${max} replicas; ${pace(report)}; a new pod serves
after ${startupSeconds} s. The cluster is simulated, the demand is as recorded.</p>
${(report.skipped ?? []).map((why) => html`<p class="facts">Skipped: ${why}</p>`)}
</header>
<section aria-labelledby="total">
<h2 id="total">In total</h2>
${compared.map((standings) => verdict(standings, rows, sloPercent))}
<dl class="meanings">${MEANINGS.map(({ word, meaning }) => html`<div><dt>${word}</dt><dd>${meaning}</dd></div>`)}</dl>
${traces.length > 1 ? medians(rows, report) : null}
${traces.length > 1 ? compared.map((standings) => traceTable(standings, report)) : null}
</section>
${traces.length > 1 && compared.length === 0 ? contents(report) : null}`;
}

function verdict(standings: readonly OurTrace[], rows: readonly PolicySummary[], sloPercent: number): Html {
  const policy = standings[0]?.result.policy ?? '';
  const own = rows.find((row) => row.policy === policy);
  const peers = rows.filter((row) => row.policy !== policy).map((row) => `${policyName(row.policy)} on ${row.kept}`);
  const kept = `kept ${sloPercent} % on ${own?.kept ?? 0} of ${traceCount(standings.length)}`;
  const cost = `${standings.length === 1 ? '' : 'in the median '}at ${times(own?.cost ?? null)} the replicas needed`;
  const gaps = gapsByInterval(standings).flatMap(({ gapClosed, intervalSeconds, compared }) =>
    gapClosed === null
      ? []
      : `${percent(gapClosed)} (${compared === 1 ? '' : 'median of '}${traceCount(compared)} of ${intervalSeconds} s)`,
  );
  const closed =
    gaps.length === 0 ? '' : ` Of the gap between HPA and the clairvoyant it closes ${gaps.join(' and ')}.`;
  const others = peers.length === 0 ? '' : ` (${peers.join(', ')})`;
  return html`<p class="verdict">${unbroken(`${capitalised(policyName(policy))} ${kept}${others}, ${cost}.${closed}`)}</p>`;
}

function traceCount(count: number): string {
  return count === 1 ? '1 trace' : `${count} traces`;
}

function medians(rows: readonly PolicySummary[], { traces, sloPercent }: HtmlReport): Html {
  const all = summaries(
    traces.flatMap((trace) => trace.all),
    sloPercent,
  );
  const hpas = all.filter(({ policy }) => hpaTargetPercent(policy) !== null);
  const further = all.filter((row) => !hpas.includes(row) && !rows.some(({ policy }) => policy === row.policy));
  return html`<div class="pair">
<div>
<h3>Medians over the traces</h3>
${policyTable('Medians over the traces', [...rows, ...further], sloPercent)}
<details><summary>HPA at every target</summary>
${policyTable(
  'Medians of HPA at every target',
  hpas.toSorted((a, b) => (hpaTargetPercent(a.policy) ?? 0) - (hpaTargetPercent(b.policy) ?? 0)),
  sloPercent,
)}
</details>
</div>
<div>
<h3>Median cost against median violation</h3>
${frontierFigure('in the median', all, [], sloPercent)}
<p class="facts">Each median may come from another trace: what one workload would see is in its own section.</p>
</div>
</div>`;
}

function policyTable(caption: string, rows: readonly PolicySummary[], sloPercent: number): Html {
  const digits = (value: number | null, places: number) => value?.toFixed(places) ?? '—';
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr><th scope="col">policy</th><th scope="col">kept ${sloPercent} %</th><th scope="col">violation %</th><th scope="col">cost</th>
<th scope="col">changes/h</th><th scope="col">unserved %</th></tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr><th scope="row">${policyName(row.policy)}</th><td>${row.kept} of ${row.traces}</td><td>${digits(row.violationPct, 2)}</td>
<td>${digits(row.cost, 2)}</td><td>${digits(row.changesPerHour, 1)}</td><td>${digits(row.unservedPct, 3)}</td></tr>`,
  )}</tbody></table></div>`;
}

function traceTable(standings: readonly OurTrace[], { traces, sloPercent }: HtmlReport): Html {
  const name = policyName(standings[0]?.result.policy ?? '');
  return html`<h3>${name}, trace by trace</h3>
<div class="scroll" tabindex="0" role="region" aria-label="${name}, trace by trace"><table>
<thead><tr><th scope="col">trace</th><th scope="col">${sloPercent} %</th><th scope="col">violation %</th><th scope="col">cost</th>
<th scope="col">HPA at that violation</th><th scope="col">clairvoyant</th><th scope="col" colspan="2">gap closed</th>
<th scope="col">÷ cheapest HPA within the SLO</th><th scope="col">changes ÷ HPA 70 %</th></tr></thead>
<tbody>${standings.map((of) => traceRow(of, traces.indexOf(of.trace), sloPercent))}</tbody></table></div>
<p class="facts">* No HPA target is short just that often: compared with HPA at ${Number((100 - sloPercent).toFixed(2))} %. † None of 15 … 95 % comes to that either. ‡ Worse than HPA at 70 % on both counts.</p>`;
}

function traceRow({ trace, result, standing }: OurTrace, index: number, sloPercent: number): Html {
  const { hpa, gapClosed, againstCheapest, changesRatio, worseThanHpa70 } = standing;
  const limit = trace.all.find(({ policy }) => policy === 'limit')?.cost ?? null;
  const kept = keepsSlo(result, sloPercent);
  const match = hpa.basis === 'none' ? '—†' : `${hpa.cost.toFixed(2)}${hpa.basis === 'slo_budget' ? '*' : ''}`;
  return html`<tr><th scope="row"><a href="#trace-${index}">${trace.label}</a></th>
<td class="${kept ? 'kept' : 'missed'}">${kept ? 'kept' : 'missed'}</td>
<td>${result.violationPct.toFixed(2)}${worseThanHpa70 ? '‡' : ''}</td><td>${result.cost?.toFixed(2) ?? '—'}</td><td>${match}</td><td>${limit?.toFixed(2) ?? '—'}</td>
<td>${gapClosed === null ? '—' : percent(gapClosed)}</td><td class="bar">${gapClosed === null ? null : bar(gapClosed)}</td>
<td>${againstCheapest === null ? 'none' : `${againstCheapest.ratio.toFixed(2)} (${againstCheapest.targetPercent} %)`}</td>
<td>${changesRatio?.toFixed(1) ?? '—'}</td></tr>`;
}

/** From −100 to 100 %; what is beyond is cut off, its number stands beside. */
function bar(share: number): Html {
  const length = Math.min(100, Math.max(1, Math.abs(100 * share)));
  return html`<svg viewBox="-100 0 200 12" preserveAspectRatio="none" aria-hidden="true"><rect class="${share < 0 ? 'below' : 'above'}" x="${share < 0 ? -length : 0}" y="2" width="${length}" height="8"/><line class="zero" x1="0" x2="0" y1="0" y2="12"/></svg>`;
}

function contents({ traces }: HtmlReport): Html {
  return html`<nav aria-label="Traces"><ul>${traces.map(({ label }, i) => html`<li><a href="#trace-${i}">${label}</a></li>`)}</ul></nav>`;
}
