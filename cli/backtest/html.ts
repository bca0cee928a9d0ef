// The report of a backtest as one file to send to a colleague: no network, no server, nothing but what is in it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { html, raw } from 'hono/html';
import { VERSION } from '../../lib/version.ts';
import { chartData } from './html-chart.ts';
import type { HtmlReport } from './html-report.ts';
import { totalSection } from './html-total.ts';
import { traceSection } from './html-trace.ts';

const require = createRequire(import.meta.url);
const uplot = require.resolve('uplot/dist/uPlot.iife.min.js');
const beside = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/**
 * Names of traces and policies may hold anything: they are escaped here, and a content policy forbids every script but
 * the two of this file as well as every request.
 */
export async function backtestHtml(report: HtmlReport): Promise<string> {
  const licence = readFileSync(uplot.replace(/dist[\\/].*$/, 'LICENSE'), 'utf8');
  const library = `/*\n${licence}*/\n${readFileSync(uplot, 'utf8')}`;
  const client = beside('html-client.js');
  const style = `${readFileSync(uplot.replace('.iife.min.js', '.min.css'), 'utf8')}\n${beside('html-style.css')}`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(library)} ${hash(client)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title(report)}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
${totalSection(report, title(report))}
${report.traces.map((trace, i) => traceSection(trace, i, report))}
</main>
<footer>
<p>Made ${new Date(report.madeAt).toISOString().slice(0, 16).replace('T', ' ')} UTC by ai4k8s ${VERSION}. All times are UTC.
Charts by uPlot (MIT licence, in this file).</p>
</footer>
<script type="application/json" id="charts">${raw(inScript(report.traces.map(chartData)))}</script>
<script>${raw(library)}</script>
<script>${raw(client)}</script>
</body>
</html>
`;
  return page.toString();
}

function title({ traces }: HtmlReport): string {
  return traces.length === 1 ? `Backtest of ${traces[0]?.label}` : `Backtest of ${traces.length} traces`;
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** JSON in which no tag can end or begin: `<` occurs in strings only, where it may be written so. */
function inScript(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
