// The window of rows, as the page is scrolled.
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type SpanOfRows, spanOfRows } from './span-of-rows.ts';

/** @param body whose first pixel is that of the first row */
export function useSpanOfRows(body: RefObject<HTMLElement | null>, count: number, rowHeight: number): SpanOfRows {
  const [span, setSpan] = useState(() => spanOfRows({ count, rowHeight, above: 0, height: innerHeight }));
  useEffect(() => {
    let drawing = 0;
    const look = () => {
      drawing = 0;
      const above = -(body.current?.getBoundingClientRect().top ?? 0);
      const next = spanOfRows({ count, rowHeight, above: Math.min(above, count * rowHeight), height: innerHeight });
      setSpan((was) => (was.from === next.from && was.to === next.to ? was : next));
    };
    const soon = () => {
      drawing ||= requestAnimationFrame(look);
    };
    look();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(drawing);
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, [body, count, rowHeight]);
  return { from: Math.min(span.from, count), to: Math.min(span.to, count) };
}
