// Draws a chart by uPlot. Loaded when the first chart is shown.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { tick } from '../../quantities.ts';
import { bandFill, colourOf, type Palette, palette } from './palette.ts';
import type { ChartSpec, Line, Mark } from './spec.ts';

export interface Plot {
  show(spec: ChartSpec): void;
  resize(width: number): void;
  /** With the colours of the theme as it is now. */
  recolour(): void;
  destroy(): void;
}

export interface PlotEvents {
  /** The moment under the pointer, by its place among `at`; null where the pointer is elsewhere. */
  readonly onHover: (index: number | null, mark: Mark | null) => void;
  readonly onOpen: (mark: Mark) => void;
}

const AXIS_WIDTH = 56;
/** Pixels: so near a mark it is the one that is meant. */
const NEAR = 14;
const MARK = 5;

export function plot(into: HTMLElement, first: ChartSpec, height: number, events: PlotEvents): Plot {
  let spec = first;
  let colours = palette(into);
  let near: Mark | null = null;
  const current = () => ({ spec, colours });
  const options = (): uPlot.Options => ({
    width: into.clientWidth,
    height,
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 }, sync: { key: 'time' } },
    scales: { x: { time: true }, y: { range: (_, low, high) => rangeOf(low, high) } },
    axes: [axis(() => colours, TIME_AXIS), axis(() => colours, valueAxis(spec))],
    series: [{}, ...spec.lines.map((line) => seriesOf(line, () => colours))],
    bands: spec.bands.map(({ upper, lower, strength }) => ({
      series: [upper + 1, lower + 1],
      fill: () => bandFill(colours, strength),
    })),
    hooks: {
      drawClear: [(u) => drawBehind(u, current())],
      draw: [(u) => drawMarks(u, current())],
      setCursor: [
        (u) => {
          near = nearest(u, spec.marks);
          u.over.classList.toggle('pointed', near !== null);
          events.onHover(u.cursor.idx ?? null, near);
        },
      ],
    },
  });
  const make = () => {
    const made = new uPlot(options(), dataOf(spec), into);
    made.over.addEventListener('click', () => near && events.onOpen(near));
    return made;
  };
  let u = make();
  return {
    show(next) {
      const isSame = shapeOf(next) === shapeOf(spec);
      spec = next;
      if (isSame) u.setData(dataOf(spec));
      else {
        u.destroy();
        u = make();
      }
    },
    resize: (width) => u.setSize({ width, height }),
    recolour() {
      colours = palette(into);
      u.redraw(false, true);
    },
    destroy: () => u.destroy(),
  };
}

/** Charts of one shape differ in their numbers alone. */
function shapeOf({ lines, bands }: ChartSpec): string {
  return JSON.stringify([lines.map(({ values: _, ...line }) => line), bands]);
}

function dataOf({ at, lines }: ChartSpec): uPlot.AlignedData {
  return [[...at], ...lines.map(({ values }) => [...values])];
}

/** From 0, with a little room above: a demand that halves is to look halved. */
function rangeOf(low: number, high: number): [number, number] {
  return [Math.min(0, low), high > 0 ? high * 1.08 : 1];
}

function axis(colours: () => Palette, more: uPlot.Axis): uPlot.Axis {
  return {
    stroke: () => colours().faint,
    grid: { stroke: () => colours().line, width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
    ...more,
  };
}

const TIME_AXIS: uPlot.Axis = {
  space: 64,
  size: 28,
  values: (_, moments) => moments.map((moment) => tick(moment * 1000)),
};

/** From a byte to a pebibyte, by halves and doubles: so steps are round where a KiB has 1,024. */
const BINARY = Array.from({ length: 50 }, (_, power) => 2 ** power);

function valueAxis({ axisWords, whole, isBinary }: ChartSpec): uPlot.Axis {
  return {
    ...(isBinary && { incrs: BINARY }),
    size: AXIS_WIDTH,
    space: 28,
    values: (_, values) => values.map((value) => (whole && !Number.isInteger(value) ? '' : axisWords(value))),
  };
}

function seriesOf(line: Line, colours: () => Palette): uPlot.Series {
  const { paths } = uPlot;
  return {
    stroke: () => (line.hidden ? 'transparent' : colourOf(colours(), line.colour)),
    width: line.hidden ? 0 : (line.width ?? 1.5),
    ...(line.dash && { dash: [5, 4] }),
    ...(line.step && paths.stepped && { paths: paths.stepped({ align: 1 }) }),
    points: line.points ? { show: true, size: 5, fill: () => colourOf(colours(), line.colour) } : { show: false },
    spanGaps: line.points === true,
  };
}

interface Current {
  readonly spec: ChartSpec;
  readonly colours: Palette;
}

/** Schedules as bands, and the line between what was and what is forecast. */
function drawBehind({ ctx, bbox, valToPos }: uPlot, { spec, colours }: Current): void {
  const { left, top, width, height } = bbox;
  const x = (at: number) => Math.max(left, Math.min(left + width, valToPos(at, 'x', true)));
  ctx.save();
  ctx.fillStyle = colours.schedule;
  for (const { from, to } of spec.spans) ctx.fillRect(x(from), top, x(to) - x(from), height);
  ctx.strokeStyle = colours.faint;
  ctx.setLineDash([2, 3]);
  ctx.beginPath();
  ctx.moveTo(x(spec.now), top);
  ctx.lineTo(x(spec.now), top + height);
  ctx.stroke();
  ctx.restore();
}

/** Triangles along the foot: up, down, or a dot where something was tried and nothing moved. */
function drawMarks({ ctx, bbox, valToPos }: uPlot, { spec, colours }: Current): void {
  const foot = bbox.top + bbox.height - 2 * devicePixelRatio;
  const size = MARK * devicePixelRatio;
  ctx.save();
  for (const { at, way } of spec.marks) {
    const x = valToPos(at, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.fillStyle = colours[way];
    ctx.beginPath();
    if (way === 'none') ctx.arc(x, foot - size, size / 1.6, 0, 2 * Math.PI);
    else {
      const [base, tip] = way === 'up' ? [foot, foot - 2 * size] : [foot - 2 * size, foot];
      ctx.moveTo(x - size, base);
      ctx.lineTo(x + size, base);
      ctx.lineTo(x, tip);
    }
    ctx.fill();
  }
  ctx.restore();
}

function nearest({ cursor, valToPos }: uPlot, marks: readonly Mark[]): Mark | null {
  const { left = -1 } = cursor;
  if (left < 0) return null;
  let found: Mark | null = null;
  let least = NEAR;
  for (const mark of marks) {
    const away = Math.abs(valToPos(mark.at, 'x') - left);
    if (away > least) continue;
    least = away;
    found = mark;
  }
  return found;
}
