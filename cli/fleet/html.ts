// A fleet's report as one file to send to a colleague: no script, no request, everything foreign escaped.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { html, raw } from 'hono/html';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { VERSION } from '../../lib/version.ts';
import { unbroken } from '../backtest/frontier-words.ts';
import { REPLAY_STYLE, replayFigure } from './html-replay.ts';
import { daysRead, type FleetReport } from './report.ts';
import type { Judged } from './run.ts';
import { because, commandsOf, counted, present, savedText, summary } from './words.ts';

type Html = ReturnType<typeof html>;

export async function fleetHtml(report: FleetReport, madeAt: EpochMs): Promise<string> {
  const { lists, sloPercent, source, notes, prices } = report;
  const style = readFileSync(new URL('../backtest/html-style.css', import.meta.url), 'utf8') + STYLE + REPLAY_STYLE;
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const title = `Backtest of ${counted(report.outcomes.length, 'Deployment')}`;
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p class="verdict">${unbroken(`${summary(lists, sloPercent)} ${savedText(lists, prices)}`.trim())}</p>
<p class="facts">From ${source}, ${daysRead(report)}, of which the later half is scored. Each Deployment was replayed under its own HPA, under
the best other HPA, under ours and under a clairvoyant; the cluster is simulated, the demand is as recorded. Short: fewer replicas ready than
needed, at most 90 % of its CPU request on each; in the
pictures, the marks on top. Nothing was changed.</p>
${notes.map((note) => html`<p class="facts">Note: ${note}</p>`)}
</header>
${section('leave', 'Leave it', 'Nothing that was replayed is worth a change.', lists.leave)}
${section('tune', 'Tune the HPA', 'Another setting does as well as ours would, or better than what is there.', lists.tune)}
${section('enable', 'Enable here', 'Ours keeps more, or costs less, than any HPA found in hindsight.', lists.enable)}
${
  lists.unjudged.length === 0
    ? null
    : html`<section aria-labelledby="cannot-say"><h2 id="cannot-say">Cannot say (${lists.unjudged.length})</h2>
<dl class="reasons">${lists.unjudged.map(({ label, why }) => html`<div><dt>${label}</dt><dd>${why}</dd></div>`)}</dl></section>`
}
</main>
<footer><p>Made ${new Date(madeAt).toISOString().slice(0, 16).replace('T', ' ')} UTC by ai4k8s ${VERSION}.</p></footer>
</body>
</html>
`;
  return page.toString();
}

function section(id: string, title: string, meaning: string, judged: readonly Judged[]): Html {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title} (${judged.length})</h2>
${
  judged.length === 0
    ? html`<p class="facts">None.</p>`
    : html`<p class="facts">${meaning}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table>
<thead><tr><th scope="col">workload</th><th scope="col">now</th><th scope="col">replicas</th><th scope="col">then</th>
<th scope="col">short %</th><th scope="col">then</th><th scope="col">clairvoyant</th></tr></thead>
<tbody>${judged.map(row)}</tbody></table></div>
${judged.map(details)}`
}
</section>`;
}

function row(one: Judged): Html {
  const { label, replay, verdict } = one;
  const kept = (isKept: boolean) => (isKept ? 'kept' : 'missed');
  return html`<tr><th scope="row">${label}</th><td>${present(one)}</td><td>${replay.now.replicas.toFixed(1)}</td>
<td>${verdict.then.replicas.toFixed(1)}</td><td class="${kept(verdict.keptNow)}">${replay.now.shortPct.toFixed(2)}</td>
<td class="${kept(verdict.keptThen)}">${verdict.then.shortPct.toFixed(2)}</td><td>${replay.limit.replicas.toFixed(1)}</td></tr>`;
}

function details(one: Judged): Html {
  const { steps, keda } = commandsOf(one);
  const isKeda = one.job.isKeda;
  return html`<h3>${one.label}</h3>
<p>${unbroken(because(one))}</p>
${picture(one)}
${steps.map((step) => html`<pre>${step}</pre>`)}
${keda === null || isKeda ? null : html`<details><summary>The same where KEDA writes the HPA</summary><pre>${keda}</pre></details>`}`;
}

/** As it is, and, where something is advised, with that. */
function picture({ label, replay, verdict: { advice, then }, job }: Judged): Html {
  const now = {
    name: `ready, ${job.hasHpa ? 'its HPA' : 'an HPA of 70 %'} as it is`,
    colour: 1,
    chart: replay.now.chart,
  };
  const after =
    advice === 'tune'
      ? { name: 'ready, the HPA tuned', colour: 3, chart: then.chart }
      : { name: 'ready, with ours', colour: 0, chart: then.chart };
  const drawn = (advice === 'leave' ? [now] : [now, after]).flatMap(({ chart, ...one }) =>
    chart === undefined ? [] : [{ ...one, chart }],
  );
  return replayFigure(label, replay.scoredFrom, drawn);
}

const STYLE = `
pre {
  overflow-x: auto;
  padding: 10px 14px;
  border-radius: 8px;
  background: var(--soft);
  font-size: 0.82rem;
}
.reasons div {
  margin: 8px 0;
}
.reasons dt {
  font-weight: 600;
}
.reasons dd {
  margin: 0;
  color: var(--muted);
  overflow-wrap: anywhere;
}
`;
