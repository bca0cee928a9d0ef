// A chart with its legend, what is under the pointer, and the same as a table for whom a picture tells nothing.
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { minute } from '../../quantities.ts';
import { onTheme } from './palette.ts';
import type { Plot } from './plot.ts';
import type { ChartSpec, Mark } from './spec.ts';
import { ChartTable } from './table.tsx';
import './chart.css';

interface Props {
  /** What it shows, in a few words. */
  readonly title: string;
  readonly spec: ChartSpec;
  readonly size: keyof typeof HEIGHTS;
}

/** Pixels; the style sheet keeps their place until they are drawn. */
const HEIGHTS = { tall: 260, middle: 170, low: 120 } as const;

interface Hover {
  readonly index: number;
  readonly mark: Mark | null;
}

export function Chart({ title, spec, size }: Props) {
  const height = HEIGHTS[size];
  const into = useRef<HTMLDivElement>(null);
  const drawn = useRef<Plot | null>(null);
  const latest = useRef(spec);
  latest.current = spec;
  const [hover, setHover] = useState<Hover | null>(null);
  const [isUndrawn, setIsUndrawn] = useState(false);
  const { route } = useLocation();

  useEffect(() => {
    let isGone = false;
    let end = () => {};
    const drawing = import('./plot.ts').then(({ plot }) => {
      const place = into.current;
      if (isGone || place === null) return;
      const made = plot(place, latest.current, height, {
        onHover: (index, mark) => setHover(index === null ? null : { index, mark }),
        onOpen: ({ href }) => route(href),
      });
      drawn.current = made;
      const sized = new ResizeObserver(() => place.clientWidth > 0 && made.resize(place.clientWidth));
      sized.observe(place);
      const themed = onTheme(made.recolour);
      end = () => {
        sized.disconnect();
        themed();
        made.destroy();
        drawn.current = null;
      };
    });
    // Where the browser cannot draw it, the table below has all of it.
    drawing.catch(() => isGone || setIsUndrawn(true));
    return () => {
      isGone = true;
      end();
    };
  }, [height, route]);
  useEffect(() => drawn.current?.show(spec), [spec]);

  return (
    <figure class="chart">
      <figcaption>
        <strong>{title}</strong>
        {spec.unit !== '' && <span class="faint">{spec.unit}</span>}
        <Legend spec={spec} hover={hover} />
      </figcaption>
      {isUndrawn && <p role="status">This browser cannot draw the chart; the table has what it would show.</p>}
      <div class={`plot ${size}`} ref={into} aria-hidden="true" />
      <ChartTable title={title} spec={spec} />
    </figure>
  );
}

/** With the values under the pointer, at places that do not move. */
function Legend({ spec, hover }: { readonly spec: ChartSpec; readonly hover: Hover | null }) {
  const { lines, words, at, marks, spans } = spec;
  const index = hover?.index;
  const moment = index === undefined ? undefined : at[index];
  return (
    <span class="legend">
      {lines.map(({ name, colour, hidden, dash, values }) => {
        const value = index === undefined ? null : (values[index] ?? null);
        if (hidden && value === null) return null;
        return (
          <span key={name}>
            <i class={`swatch ${colour}${dash ? ' dash' : ''}`} aria-hidden="true" />
            {name}
            {value !== null && <b> {words(value)}</b>}
          </span>
        );
      })}
      {marks.length > 0 && <span>▲▼ changes</span>}
      {spans.length > 0 && (
        <span>
          <i class="swatch span" aria-hidden="true" />
          by schedule
        </span>
      )}
      {moment !== undefined && <span class="moment">{minute(moment * 1000)} UTC</span>}
      {hover?.mark && <span class="marked">{hover.mark.words}</span>}
    </span>
  );
}
