// The workloads, however many: a window of rows, moved by scrolling and by keys.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Choice, Column } from './choice.ts';
import { sortedBy } from './choice.ts';
import type { Item } from './items.ts';
import { useKeys } from './keys.ts';
import { WorkloadRow } from './row.tsx';
import { useSpanOfRows } from './scrolled.ts';

interface Head {
  readonly name: string;
  /** What a click sorts by. */
  readonly sort?: Column;
  readonly isNumber?: boolean;
  /** Of the column, in CSS. */
  readonly class: string;
}

const WIDE: readonly Head[] = [
  { name: 'Workload', sort: 'workload', class: 'c-name' },
  { name: 'Replicas', sort: 'replicas', isNumber: true, class: 'c-replicas' },
  { name: '6 h back, 6 h ahead', class: 'c-spark' },
  { name: 'Cores', sort: 'demand', isNumber: true, class: 'c-n' },
  { name: 'Peak 6 h', sort: 'peak', isNumber: true, class: 'c-n' },
  { name: '$ a month', sort: 'cost', isNumber: true, class: 'c-n' },
  { name: 'What decided', class: 'c-why' },
  { name: 'Rung', sort: 'rung', class: 'c-rung' },
  { name: 'Decision', sort: 'decision', class: 'c-decision' },
];
const NARROW: readonly Head[] = [
  { name: 'Workload', sort: 'workload', class: 'c-name' },
  { name: 'Replicas', sort: 'replicas', isNumber: true, class: 'c-replicas' },
];

interface Props {
  readonly items: readonly Item[];
  readonly choice: Choice;
  readonly setChoice: (choice: Choice) => void;
  readonly showsCluster: boolean;
  readonly isNarrow: boolean;
  readonly caption: string;
}

/** Of a row, in pixels; the style sheet has the same. */
const HEIGHT = { wide: 46, narrow: 92 };

export function Table({ items, choice, setChoice, showsCluster, isNarrow, caption }: Props) {
  const body = useRef<HTMLTableSectionElement>(null);
  const rowHeight = isNarrow ? HEIGHT.narrow : HEIGHT.wide;
  const { from, to } = useSpanOfRows(body, items.length, rowHeight);
  const here = useKeys(body, items, rowHeight);
  const pixels = (rows: number) => `${rows * rowHeight}px`; // of the rows that are not drawn
  const heads = isNarrow ? NARROW : WIDE;
  const table = useRef<HTMLTableElement>(null);
  useLayoutEffect(() => {
    // A narrower list leaves the page above the rows that are there.
    if (items.length <= from && items.length > 0) table.current?.scrollIntoView();
  }, [items.length, from]);
  return (
    <table ref={table} class={isNarrow ? 'workloads narrow' : 'workloads'} aria-rowcount={items.length + 1}>
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr aria-rowindex={1}>
          {heads.map((head) => (
            <HeadCell key={head.name} head={head} choice={choice} setChoice={setChoice} />
          ))}
        </tr>
      </thead>
      <tbody ref={body} style={{ '--above': pixels(from), '--below': pixels(items.length - to) }}>
        {items.slice(from, to).map((item, i) => (
          <WorkloadRow
            key={item.key}
            item={item}
            index={from + i}
            isHere={here === from + i}
            isNarrow={isNarrow}
            showsCluster={showsCluster}
          />
        ))}
      </tbody>
    </table>
  );
}

function HeadCell({ head, choice, setChoice }: { readonly head: Head } & Pick<Props, 'choice' | 'setChoice'>) {
  const { name, sort, isNumber } = head;
  const classes = `${head.class}${isNumber ? ' n' : ''}`;
  if (sort === undefined)
    return (
      <th scope="col" class={classes}>
        {name}
      </th>
    );
  const way = choice.isDown ? 'descending' : 'ascending';
  const isSorted = choice.sort === sort;
  return (
    <th scope="col" class={classes} aria-sort={isSorted ? way : undefined}>
      <button type="button" class="sort" onClick={() => setChoice(sortedBy(choice, sort))}>
        {name}
        <span aria-hidden="true">{isSorted ? (choice.isDown ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}
