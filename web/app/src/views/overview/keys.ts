// j, k and the arrows: from row to row without the mouse.
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { isTyping } from '../../parts/typing.ts';
import type { Item } from './items.ts';

const STEPS: Readonly<Record<string, number>> = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

/** @returns which row is the chosen one; -1 before any is */
export function useKeys(body: RefObject<HTMLElement | null>, items: readonly Item[], rowHeight: number): number {
  const [here, setHere] = useState({ index: -1, round: 0 });
  const last = items.length - 1;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const step = STEPS[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || last < 0) return;
      // Outside of the table the arrows scroll, as everywhere.
      if (event.key.startsWith('Arrow') && !body.current?.contains(document.activeElement)) return;
      event.preventDefault();
      setHere(({ index, round }) => ({ index: next(index, step, last), round: round + 1 }));
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [body, last]);
  useLayoutEffect(() => {
    if (here.index < 0) return;
    intoSight(body.current, here.index * rowHeight, rowHeight);
    // The row may be drawn only after the scrolling.
    const focusing = requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        body.current?.querySelector<HTMLElement>(`[data-row="${here.index}"] a`)?.focus({ preventScroll: true }),
      ),
    );
    return () => cancelAnimationFrame(focusing);
  }, [here, body, rowHeight]);
  return Math.min(here.index, last);
}

function next(index: number, step: number, last: number): number {
  return Math.max(0, Math.min(last, index + step));
}

/** Of what sticks to the upper edge, and some air. */
const EDGE = 60;

function intoSight(body: HTMLElement | null, offset: number, rowHeight: number): void {
  if (body === null) return;
  const top = body.getBoundingClientRect().top + offset;
  const below = top + rowHeight + EDGE - innerHeight;
  if (top < EDGE) scrollBy({ top: top - EDGE });
  else if (below > 0) scrollBy({ top: below });
}
