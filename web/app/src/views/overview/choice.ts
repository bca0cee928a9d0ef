// What of the table is shown, and in which order: as the address has it, so that it can be sent and is there after "back".
import { CONCERNS, isConcern, rankOf } from './concerns.ts';
import type { Item } from './items.ts';

const COLUMNS = ['workload', 'replicas', 'demand', 'peak', 'cost', 'rung', 'decision'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Choice {
  readonly text: string;
  /** `any` concern, one of them, or '' for all workloads. */
  readonly needs: string;
  readonly isEnabled: boolean;
  readonly rung: string;
  readonly demandClass: string;
  /** Null: what asks for somebody first. */
  readonly sort: Column | null;
  readonly isDown: boolean;
}

type Query = Readonly<Record<string, string | undefined>>;

export function choiceOf({
  q = '',
  needs = '',
  enabled,
  rung = '',
  class: demandClass = '',
  sort,
  order,
}: Query): Choice {
  return {
    text: q,
    needs: needs === 'any' || isConcern(needs) ? needs : '',
    isEnabled: enabled === 'yes',
    rung,
    demandClass,
    sort: COLUMNS.find((column) => column === sort) ?? null,
    isDown: order === 'down',
  };
}

/** `''`, or what stands in the address from the `?` on. */
export function queryOf({ text, needs, isEnabled, rung, demandClass, sort, isDown }: Choice): string {
  const said = {
    q: text,
    needs,
    enabled: isEnabled ? 'yes' : '',
    rung,
    class: demandClass,
    sort: sort ?? '',
    order: sort !== null && isDown ? 'down' : '',
  };
  const given = Object.entries(said).filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}

/** As a click on a column's head changes it: up, down, and as it was. */
export function sortedBy(choice: Choice, column: Column): Choice {
  const first = column !== 'workload' && column !== 'rung' && column !== 'decision';
  if (choice.sort !== column) return { ...choice, sort: column, isDown: first };
  return choice.isDown === first ? { ...choice, isDown: !first } : { ...choice, sort: null, isDown: false };
}

/** Every word of the search must be found. */
export function chosen(items: readonly Item[], choice: Choice): readonly Item[] {
  const { needs, isEnabled, rung, demandClass } = choice;
  const words = choice.text.toLowerCase().split(/\s+/).filter(Boolean);
  const left = items.filter(
    ({ text, concerns, row }) =>
      words.every((word) => text.includes(word)) &&
      (needs === '' || concerns.some(({ code }) => needs === 'any' || code === needs)) &&
      (!isEnabled || row.enabled) &&
      (rung === '' || row.rung === rung) &&
      (demandClass === '' || row.demand_class?.name === demandClass),
  );
  return ordered(left, choice);
}

const RUNGS = ['look', 'recommend', 'propose', 'limited', 'auto'];

/** Numbers that are not known come last, either way. */
const VALUES: Readonly<Record<Exclude<Column, 'workload' | 'decision'>, (item: Item) => number | null>> = {
  replicas: ({ row }) => row.replicas,
  demand: ({ row }) => row.cpu_cores,
  peak: ({ row }) => row.cpu_peak_cores,
  cost: ({ row }) => row.cost.usd_per_month,
  rung: ({ row }) => RUNGS.indexOf(row.rung),
};

function ordered(items: readonly Item[], { sort, isDown }: Choice): readonly Item[] {
  const way = isDown ? -1 : 1;
  if (sort === 'workload') return items.toSorted((a, b) => way * byKey(a, b));
  if (sort === 'decision')
    return items.toSorted((a, b) => way * compare(a.row.decision, b.row.decision) || byKey(a, b));
  if (sort === null) return items.toSorted((a, b) => rankOf(a.concerns) - rankOf(b.concerns) || byKey(a, b));
  const numberOf = VALUES[sort];
  return items.toSorted((a, b) => {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byKey(a, b);
    return way * (x - y) || byKey(a, b);
  });
}

const byKey = (a: Item, b: Item) => compare(a.key, b.key);

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** In words, for what says how many are shown. */
export function needsText(needs: string): string {
  return isConcern(needs) ? CONCERNS[needs].of : 'that need attention';
}
