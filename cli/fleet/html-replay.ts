// One workload's replays as a drawing without a script: what was needed, what was ready as it is and with the advice, and when it was short.
import { html } from 'hono/html';
import { STEP_SECONDS } from '../../lib/app/backtest/policy.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import type { ReplayChart } from './replay-chart.ts';

type Html = ReturnType<typeof html>;

const WIDTH = 1000;
const PLOT = { left: 40, right: 996, top: 26, bottom: 176 } as const;
const HEIGHT = 196;
const DAY_MS = 86_400_000;
/** Rows of the marks above the plot, one for each replay. */
const ROWS = [4, 14] as const;
const ROW_HEIGHT = 7;

interface Drawn {
  readonly name: string;
  readonly colour: number;
  readonly chart: ReplayChart;
}

/**
 * @param label of the workload, for those who cannot see it
 * @param drawn one or two replays of the same demand, as it is first
 */
export function replayFigure(label: string, scoredFrom: EpochMs, drawn: readonly Drawn[]): Html {
  const first = drawn[0]?.chart;
  if (first === undefined || first.needed.low.length === 0) return html``;
  const most = Math.max(1, ...first.needed.high, ...drawn.flatMap(({ chart }) => chart.ready.high));
  const count = first.needed.low.length;
  const x = (bucket: number) => round(PLOT.left + ((PLOT.right - PLOT.left) * bucket) / count);
  const y = (replicas: number) => round(PLOT.bottom - ((PLOT.bottom - PLOT.top) * replicas) / most);
  const endsAt = scoredFrom + 1000 * count * first.bucketSeconds;
  const atTime = (at: EpochMs) => x((at - scoredFrom) / 1000 / first.bucketSeconds);
  return html`<figure class="replay">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${`Replicas needed and ready of ${label} over the scored days: ${drawn.map(({ name }) => name).join(', ')}`}">
${levels(most).map((level) => html`<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(level)}" y2="${y(level)}"/><text class="end" x="${PLOT.left - 6}" y="${y(level) + 4}">${level}</text>`)}
${midnights(scoredFrom, endsAt).map((at) => html`<line class="grid" x1="${atTime(at)}" x2="${atTime(at)}" y1="${PLOT.top}" y2="${PLOT.bottom}"/><text x="${atTime(at) + 3}" y="${HEIGHT - 6}">${dayOf(at)}</text>`)}
<path class="needed" d="${band(first.needed.high, [0], x, y)}"/>
${drawn.map(({ chart, colour }) => html`<path class="ready p${colour}" d="${band(chart.ready.high, chart.ready.low, x, y)}"/>`)}
${drawn.map(({ chart, colour }, row) => html`<path class="short p${colour}" d="${shortMarks(chart, (steps) => atTime(scoredFrom + 1000 * steps * STEP_SECONDS), ROWS[row] ?? 0)}"/>`)}
</svg>
<div class="legend"><span class="key"><span class="swatch needed"></span>needed</span>
${drawn.map(({ name, colour }) => html`<span class="key"><span class="swatch p${colour}"></span>${name}</span>`)}</div>
</figure>`;
}

/** Steps from bucket to bucket, there along the upper bounds and back along the lower ones, of which the last counts for the rest. */
function band(
  high: readonly number[],
  low: readonly number[],
  x: (bucket: number) => number,
  y: (replicas: number) => number,
): string {
  const there = high.map((value, i) => `V${y(value)}H${x(i + 1)}`);
  const back =
    low.length === 1 ? [`V${y(low[0] ?? 0)}H${x(0)}`] : low.map((value, i) => `V${y(value)}H${x(i)}`).reverse();
  return `M${x(0)} ${y(low[0] ?? 0)}${there.join('')}${back.join('')}Z`;
}

/** At least a pixel wide, so that the shortest is seen. */
function shortMarks({ shortages }: ReplayChart, x: (steps: number) => number, top: number): string {
  let at = 0;
  let path = '';
  for (let i = 0; i < shortages.length; i += 2) {
    const from = at + (shortages[i] ?? 0);
    at = from + (shortages[i + 1] ?? 0);
    path += `M${x(from)} ${top}h${Math.max(1, round(x(at) - x(from)))}v${ROW_HEIGHT}H${x(from)}Z`;
  }
  return path;
}

/** Zero, and two or three whole numbers above it. */
function levels(most: number): readonly number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => most / size <= 4) ?? 1000;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}

function midnights(from: EpochMs, to: EpochMs): readonly EpochMs[] {
  const first = Math.ceil(from / DAY_MS) * DAY_MS;
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / DAY_MS)) }, (_, i) => first + i * DAY_MS);
}

function dayOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(5, 10);
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}

export const REPLAY_STYLE = `
.replay {
  margin: 8px 0;
  overflow-x: auto;
}
.replay svg {
  display: block;
  width: 100%;
  min-width: 640px;
  height: auto;
}
.replay text {
  fill: var(--muted);
  font-size: 11px;
}
.replay text.end {
  text-anchor: end;
}
.replay .grid {
  stroke: var(--grid);
}
.replay path.needed {
  fill: var(--needed-area);
}
.replay .ready {
  stroke-width: 1;
  vector-effect: non-scaling-stroke;
}
.replay .ready.p0 {
  fill: var(--p0-band);
  stroke: var(--p0);
}
.replay .ready.p1 {
  fill: var(--p1-band);
  stroke: var(--p1);
}
.replay .ready.p3 {
  fill: var(--p3-band);
  stroke: var(--p3);
}
.replay .short.p0 {
  fill: var(--p0);
}
.replay .short.p1 {
  fill: var(--p1);
}
.replay .short.p3 {
  fill: var(--p3);
}
`;
