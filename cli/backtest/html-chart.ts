// One trace's chart: its frame in the page, and the numbers that the script draws into it.
import { html } from 'hono/html';
import { STEP_SECONDS } from '../../lib/app/backtest/policy.ts';
import type { Run, TraceRuns } from './frontier-traces.ts';
import { policyName } from './frontier-words.ts';
import { colourOf } from './html-colours.ts';
import type { Html } from './html-report.ts';

/** More would hide each other; the rest is one click away. */
const SHOWN_AT_FIRST = 2;

/** The numbers of one chart. A range is its lower bounds, and how far above them the upper ones are: mostly 0. */
export function chartData({ trace, asked }: TraceRuns) {
  const charted = asked.flatMap(({ result }) => (result.chart === null ? [] : [{ ...result, chart: result.chart }]));
  const first = charted[0]?.chart;
  return {
    startsAt: trace.startsAt / 1000,
    endsAt: trace.startsAt / 1000 + trace.demand.length * trace.intervalSeconds,
    scoredFrom: (asked[0]?.result.scoredFrom ?? trace.startsAt) / 1000,
    stepSeconds: STEP_SECONDS,
    bucketSeconds: first?.bucketSeconds ?? 0,
    needed: first === undefined ? [[], []] : packed(first.needed),
    runs: charted.map(({ policy, chart }) => ({
      name: policyName(policy),
      colour: colourOf(policy, asked.map(policyOf)),
      ready: packed(chart.ready),
      shortages: chart.shortages,
    })),
  };
}

export function chartFigure({ asked, label }: TraceRuns, index: number): Html {
  const policies = asked.map(policyOf);
  return html`<figure class="timeline" data-chart="${index}">
<div class="legend">
<span class="key"><span class="swatch needed"></span>needed</span>
${policies.map(
  (policy, i) => html`<button type="button" data-run="${i}" aria-pressed="${i < SHOWN_AT_FIRST ? 'true' : 'false'}">
<span class="swatch p${colourOf(policy, policies)}"></span>${policyName(policy)}</button>`,
)}
</div>
<div class="plot" role="img" aria-label="Replicas needed and ready over time on ${label}; the table of scores sums it up"></div>
<div class="zoom" role="group" aria-label="Zoom">
<button type="button" data-zoom="all">Whole trace</button>
<button type="button" data-zoom="scored">Scored part</button>
<button type="button" data-zoom="in" aria-label="Zoom in">+</button>
<button type="button" data-zoom="out" aria-label="Zoom out">−</button>
<button type="button" data-zoom="back" aria-label="Earlier">◀</button>
<button type="button" data-zoom="on" aria-label="Later">▶</button>
<button type="button" data-zoom="shortage">Next shortage</button>
</div>
<p class="readout"></p>
<noscript><p>The chart needs JavaScript; all numbers are in the tables.</p></noscript>
<figcaption>Replicas needed by the demand and ready to serve it. The bars above the plot, a row per policy, are the times with
fewer ready than needed. Drag to zoom, double-click for the whole trace.</figcaption>
</figure>`;
}

function policyOf({ result }: Run): string {
  return result.policy;
}

function packed({ low, high }: { readonly low: readonly number[]; readonly high: readonly number[] }) {
  return [low, high.map((value, i) => value - (low[i] ?? 0))];
}
