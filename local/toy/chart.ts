// A story drawn: latency, replicas and requests over the same time, as one SVG without scripts.
import type { Told } from './teller.ts';

const WIDTH = 860;
const LEFT = 64;
const RIGHT = 150;
const PANEL_HEIGHT = 130;
const PANEL_GAP = 46;
const TOP = 56;

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly dashed?: boolean;
  /** Held until the next value, as a number of replicas is. */
  readonly stepped?: boolean;
  readonly of: (told: Told) => number | null;
}

interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

const PANELS: readonly Panel[] = [
  {
    title: 'latency p95, ms',
    lines: [
      { label: 'as felt', colour: '#b8b8c4', of: ({ feltMs }) => feltMs },
      { label: 'as measured', colour: '#c2410c', of: ({ measuredMs }) => measuredMs },
      { label: 'held against', colour: '#57534e', dashed: true, of: ({ usualMs }) => usualMs },
    ],
  },
  {
    title: 'replicas',
    lines: [
      { label: 'asked for', colour: '#1d4ed8', stepped: true, of: ({ asked }) => asked },
      { label: 'serving', colour: '#93c5fd', stepped: true, of: ({ serving }) => serving },
    ],
  },
  {
    title: 'requests a second',
    lines: [{ label: 'sent', colour: '#15803d', of: ({ requestsPerSecond }) => requestsPerSecond }],
  },
];

export function storyChart(told: readonly Told[], title: string): string {
  const end = Math.max(1, ...told.map(({ seconds }) => seconds));
  const x = (seconds: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * seconds) / end;
  const height = TOP + PANELS.length * (PANEL_HEIGHT + PANEL_GAP);
  const panels = PANELS.map((panel, i) => panelSvg(panel, told, TOP + i * (PANEL_HEIGHT + PANEL_GAP), x));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(LEFT, 26, title, { size: 15 }),
    ...panels,
    ...secondsAxis(end, x, height - PANEL_GAP + 18),
    '</svg>',
    '',
  ].join('\n');
}

function panelSvg(panel: Panel, told: readonly Told[], top: number, x: (seconds: number) => number): string {
  const most = Math.max(1, ...panel.lines.flatMap(({ of }) => told.map((one) => of(one) ?? 0)));
  const ticks = ticksUpTo(most);
  const ceiling = ticks.at(-1) ?? most;
  const y = (value: number): number => top + PANEL_HEIGHT * (1 - value / ceiling);
  return [
    text(LEFT, top - 8, panel.title, { colour: '#44403c' }),
    ...ticks.map(
      (value) =>
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(value))}" y2="${px(y(value))}" stroke="#e7e5e4"/>${text(LEFT - 8, y(value) + 4, String(value), { anchor: 'end', colour: '#78716c' })}`,
    ),
    ...panel.lines.flatMap((line, i) => [
      ...runsOf(told, line).map((run) => pathSvg(run, line, x, y)),
      `<line x1="${WIDTH - RIGHT + 12}" x2="${WIDTH - RIGHT + 34}" y1="${top + 10 + 18 * i}" y2="${top + 10 + 18 * i}" stroke="${line.colour}" stroke-width="2"${dash(line)}/>`,
      text(WIDTH - RIGHT + 40, top + 14 + 18 * i, line.label, { colour: '#44403c' }),
    ]),
  ].join('\n');
}

type Point = readonly [seconds: number, value: number];

/** What was not measured is a gap. */
function runsOf(told: readonly Told[], { of }: Line): readonly (readonly Point[])[] {
  const runs: Point[][] = [[]];
  for (const one of told) {
    const value = of(one);
    if (value === null) runs.push([]);
    else runs.at(-1)?.push([one.seconds, value]);
  }
  return runs.filter((run) => run.length > 0);
}

function pathSvg(
  run: readonly Point[],
  line: Line,
  x: (seconds: number) => number,
  y: (value: number) => number,
): string {
  const path = run
    .map(([seconds, value], i) => {
      if (i === 0) return `M${px(x(seconds))} ${px(y(value))}`;
      return line.stepped === true ? `H${px(x(seconds))}V${px(y(value))}` : `L${px(x(seconds))} ${px(y(value))}`;
    })
    .join('');
  return `<path d="${path}" fill="none" stroke="${line.colour}" stroke-width="2"${dash(line)}/>`;
}

function dash({ dashed }: Line): string {
  return dashed === true ? ' stroke-dasharray="5 4"' : '';
}

function secondsAxis(end: number, x: (seconds: number) => number, y: number): readonly string[] {
  const every = end > 150 ? 30 : 15;
  const count = Math.floor(end / every) + 1;
  return Array.from({ length: count }, (_, i) =>
    text(x(i * every), y, `${i * every} s`, { anchor: 'middle', colour: '#78716c' }),
  );
}

/** 0 and up to five round steps above it. */
function ticksUpTo(most: number): readonly number[] {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough) ?? 10 * power);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
}

function text(
  x: number,
  y: number,
  words: string,
  { size = 12, anchor = 'start', colour = '#1c1917' }: { size?: number; anchor?: string; colour?: string },
): string {
  return `<text x="${px(x)}" y="${px(y)}" font-size="${size}" text-anchor="${anchor}" fill="${colour}">${escaped(words)}</text>`;
}

function px(value: number): string {
  return value.toFixed(1);
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
