// The frontier of one trace as a drawing: what HPA pays for being short how often, and where the others stand.
import { html } from 'hono/html';
import { efficient, hpaTargetPercent } from '../../lib/app/backtest/frontier.ts';
import type { OurStanding } from './frontier-traces.ts';
import { policyName } from './frontier-words.ts';
import { colourOf } from './html-colours.ts';
import type { Html } from './html-report.ts';

const WIDTH = 460;
const HEIGHT = 330;
const PLOT = { left: 56, right: 452, top: 12, bottom: 288 } as const;
const X_TICKS: readonly number[] = [0, 0.1, 0.5, 1, 2, 5, 10, 20, 50, 100];
/** Percent: where the violation axis turns from even to logarithmic, so that both 0 and 50 % fit. */
const X_KNEE = 0.1;

/** What is drawn of a run, or of a policy's medians over many. */
interface Drawn {
  readonly policy: string;
  readonly violationPct: number | null;
  readonly cost: number | null;
}

interface Scored extends Drawn {
  readonly violationPct: number;
  readonly cost: number;
}

interface Scale {
  readonly x: (violationPct: number) => number;
  readonly y: (cost: number) => number;
  readonly yTicks: readonly number[];
  readonly xMost: number;
}

/**
 * @param name of what is drawn, for those who cannot see it
 * @param drawn HPA at every target, and whatever else there is
 * @param standings each has its gap marked
 */
export function frontierFigure(
  name: string,
  drawn: readonly Drawn[],
  standings: readonly OurStanding[],
  sloPercent: number,
): Html {
  const runs = drawn.filter((run): run is Scored => run.cost !== null && run.violationPct !== null);
  const hpas = runs.filter(({ policy }) => hpaTargetPercent(policy) !== null);
  if (hpas.length === 0) return html`<p>Nothing was ever needed, so there is no cost to compare.</p>`;
  const others = runs.filter(({ policy }) => hpaTargetPercent(policy) === null);
  const policies = runs.map(({ policy }) => policy);
  const scale = scaleOf(runs);
  const line = efficient(hpas).map((run) => `${scale.x(run.violationPct)},${scale.y(run.cost)}`);
  const shape = (run: Scored) => ({ colour: colourOf(run.policy, policies), name: policyName(run.policy) });
  const alt = `Cost against violation ${name}: HPA at targets from 15 to 95 percent, and ${others.map((run) => shape(run).name).join(', ')}`;
  const gap =
    standings.length === 0 ? '' : ' Dashed: the gap between the HPA that is short as often and the clairvoyant.';
  return html`<figure class="frontier">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${alt}">
${grid(scale, sloPercent)}
${standings.map((of) => gapLine(of, runs, scale))}
<polyline class="line p1" points="${line.join(' ')}"/>
${hpas.map((run) => hpaPoint(run, scale))}
${others.map((run) => marker(scale.x(run.violationPct), scale.y(run.cost), shape(run).colour, tooltip(run)))}
</svg>
<div class="legend">
<span class="key"><svg class="mark" viewBox="-8 -8 16 16" aria-hidden="true">${dot(0, 0)}</svg>HPA, by target %</span>
${others.map(
  (run) =>
    html`<span class="key"><svg class="mark" viewBox="-8 -8 16 16" aria-hidden="true">${marker(0, 0, shape(run).colour, null)}</svg>${shape(run).name}</span>`,
)}
</div>
<figcaption>Left and down is better. Shaded: the SLO is kept.${gap}</figcaption>
</figure>`;
}

function scaleOf(runs: readonly Scored[]): Scale {
  const most = Math.max(1, ...runs.map(({ violationPct }) => violationPct));
  const xMost = X_TICKS.find((tick) => tick >= most) ?? 100;
  const along = (value: number) => Math.log1p(value / X_KNEE) / Math.log1p(xMost / X_KNEE);
  const costs = runs.map(({ cost }) => cost);
  const [low, high] = [Math.min(1, ...costs), Math.max(1.5, ...costs)];
  const step = [0.25, 0.5, 1, 2, 5, 10].find((size) => (high - low) / size <= 8) ?? (high - low) / 6;
  const [from, to] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  const yTicks = Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);
  return {
    x: (value) => round(PLOT.left + 8 + (PLOT.right - PLOT.left - 16) * along(value)),
    y: (cost) => round(PLOT.bottom - ((PLOT.bottom - PLOT.top) * (cost - from)) / (to - from)),
    yTicks,
    xMost,
  };
}

function grid({ x, y, yTicks, xMost }: Scale, sloPercent: number): Html {
  const { left, right, top, bottom } = PLOT;
  const slo = x(100 - sloPercent);
  const ticks = X_TICKS.filter((tick) => tick <= xMost && (tick === 0 || x(tick) - x(0) > 14));
  return html`<rect class="kept" x="${left}" y="${top}" width="${round(slo - left)}" height="${bottom - top}"/>
${yTicks.map((tick) => html`<line class="grid" x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}"/><text class="tick end" x="${left - 6}" y="${y(tick) + 4}">${Number(tick.toFixed(2))}</text>`)}
${ticks.map((tick) => html`<line class="grid" y1="${top}" y2="${bottom}" x1="${x(tick)}" x2="${x(tick)}"/><text class="tick middle" x="${x(tick)}" y="${bottom + 16}">${tick}</text>`)}
<line class="slo" x1="${slo}" x2="${slo}" y1="${top}" y2="${bottom}"/>
<text class="axis middle" x="${(left + right) / 2}" y="${HEIGHT - 6}">violation, % of the time</text>
<text class="axis middle" transform="rotate(-90)" x="${-(top + bottom) / 2}" y="12">cost, × needed</text>`;
}

/** From the matching HPA down to the clairvoyant, at the violation where they are compared. */
function gapLine({ standing }: OurStanding, runs: readonly Scored[], { x, y }: Scale): Html | null {
  const limit = runs.find(({ policy }) => policy === 'limit');
  if (standing.hpa.basis === 'none' || limit === undefined) return null;
  const at = x(standing.hpa.violationPct);
  return html`<line class="gap" x1="${at}" x2="${at}" y1="${y(standing.hpa.cost)}" y2="${y(limit.cost)}"/>`;
}

function hpaPoint(run: Scored, { x, y }: Scale): Html {
  const [left, top] = [x(run.violationPct), y(run.cost)];
  const target = hpaTargetPercent(run.policy);
  return html`<g><title>${tooltip(run)}</title>${dot(left, top)}<text class="target" x="${left + 7}" y="${top - 4}">${target}</text></g>`;
}

function dot(x: number, y: number): Html {
  return html`<circle class="mark p1" cx="${x}" cy="${y}" r="4"/>`;
}

/** Shapes tell apart what colours alone would not: circle, square, diamond, triangle. */
function marker(x: number, y: number, colour: number, title: string | null): Html {
  const shape = SHAPES[colour % SHAPES.length] ?? SHAPES[0];
  return html`<path class="mark p${colour}" transform="translate(${x} ${y})" d="${shape}">${title === null ? null : html`<title>${title}</title>`}</path>`;
}

const SHAPES: readonly string[] = [
  'M-6 -6H6V6H-6Z',
  'M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z',
  'M0 -7.5L7.5 0L0 7.5L-7.5 0Z',
  'M0 -7L7 6H-7Z',
  'M0 7L7 -6H-7Z',
  'M-2.5 -7H2.5V-2.5H7V2.5H2.5V7H-2.5V2.5H-7V-2.5H-2.5Z',
  'M-7 -3H7V3H-7Z',
];

function tooltip({ policy, violationPct, cost }: Scored): string {
  return `${policyName(policy)}: short ${violationPct.toFixed(2)} % of the time at ${cost.toFixed(2)} × needed`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
