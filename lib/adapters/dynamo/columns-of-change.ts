// What changed in many objects of one shape, by place and not by object: most of them change in the same places, and alike.

/** Where in an object: names of fields, and positions in lists. */
type Path = readonly (string | number)[];

/** The objects that changed there (0: all of them) and what each of them has there now; no values where the field is gone. */
export type Column = readonly [path: Path, rows: readonly number[] | 0, values?: readonly unknown[]];

interface Pair {
  readonly row: number;
  readonly old: unknown;
  readonly now: unknown;
}

/**
 * All that makes `after` out of `before`, both fresh from JSON and as long as each other. Lists of the same length are compared
 * position by position, others replaced.
 */
export function columnsOfChange(before: readonly unknown[], after: readonly unknown[]): readonly Column[] {
  const columns: Column[] = [];
  const rowsOf = (cells: readonly Pair[]) => (cells.length === after.length ? 0 : cells.map(({ row }) => row));
  const set = (path: Path, cells: readonly Pair[]) => {
    if (cells.length > 0) columns.push([path, rowsOf(cells), cells.map(({ now }) => now)]);
  };
  const walk = (path: Path, pairs: readonly Pair[]): void => {
    const { parts, others } = sorted(pairs);
    set(
      path,
      others.filter(({ old, now }) => !Object.is(old, now)),
    );
    for (const [name, cells] of parts) {
      const gone = cells.filter(({ now }) => now === ABSENT);
      if (gone.length > 0) columns.push([[...path, name], rowsOf(gone)]);
      walk(
        [...path, name],
        cells.filter(({ now }) => now !== ABSENT),
      );
    }
  };
  walk(
    [],
    after.map((now, row) => ({ row, old: before[row], now })),
  );
  return columns;
}

/** The reverse. `before` stays as it is, and what did not change is shared with it. */
export function withChanges(before: readonly unknown[], columns: readonly Column[]): readonly unknown[] {
  const root = [...before];
  const copies = new Set<object>([root]);
  for (const [path, rows, values] of columns)
    for (const [i, row] of (rows === 0 ? root.map((_, at) => at) : rows).entries()) {
      const whole = [row, ...path];
      const place = whole.slice(0, -1).reduce((part: object, step) => copied(part, step, copies), root);
      const name = whole.at(-1) as string;
      if (values === undefined) delete (place as Record<string, unknown>)[name];
      else put(place, name, values[i]);
    }
  return root;
}

/** What is in `whole` there, as a copy that may be changed: the same one each time. */
function copied(whole: object, step: string | number, copies: Set<object>): object {
  const part = (whole as Readonly<Record<string | number, object>>)[step] as object;
  if (copies.has(part)) return part;
  const copy = Array.isArray(part) ? [...part] : { ...part };
  copies.add(copy);
  put(whole, step, copy);
  return copy;
}

/** Defined, not assigned: a field may have any name that a cluster has given it, `__proto__` too. */
function put(whole: object, name: string | number, value: unknown): void {
  Object.defineProperty(whole, name, { ...FIELD, value });
}

const FIELD = { enumerable: true, writable: true, configurable: true };
/** In JSON nothing is undefined. */
const ABSENT = undefined;

/** Pairs that can be looked into, part by part, and those that are the same or not. */
function sorted(pairs: readonly Pair[]) {
  const parts = new Map<string | number, Pair[]>();
  const others: Pair[] = [];
  for (const pair of pairs) {
    const [old, now] = [pair.old as Fields, pair.now as Fields];
    if (!areAlike(old, now)) others.push(pair);
    else
      for (const name of namesIn(old, now)) {
        const cells = parts.get(name) ?? [];
        parts.set(name, cells);
        cells.push({ row: pair.row, old: own(old, name), now: own(now, name) });
      }
  }
  return { parts, others };
}

type Fields = Readonly<Record<string | number, unknown>>;

function areAlike(old: unknown, now: unknown): boolean {
  if (typeof old !== 'object' || typeof now !== 'object' || old === null || now === null) return false;
  if (Array.isArray(old) && Array.isArray(now)) return old.length === now.length;
  return !Array.isArray(old) && !Array.isArray(now);
}

function namesIn(old: Fields, now: Fields): Iterable<string | number> {
  return Array.isArray(now) ? now.keys() : new Set([...Object.keys(old), ...Object.keys(now)]);
}

function own(of: Fields, name: string | number): unknown {
  return Object.hasOwn(of, name) ? of[name] : ABSENT;
}
