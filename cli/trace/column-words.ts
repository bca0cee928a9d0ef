// The words by which people head a column of times or of demand.

const TIMES = new Set(['time', 'timestamp', 'date', 'datetime', 'ts', 'epoch', 'when']);
/** What counts as demand, the surest first. */
const DEMANDS: readonly ReadonlySet<string>[] = [
  new Set(['demand']),
  new Set(['value', 'val']),
  new Set(
    'cpu cores requests request reqs rps qps rate sum avg average mean count load usage used utilization utilisation throughput hits connections sessions total'.split(
      ' ',
    ),
  ),
];

export function isTimeName(name: string): boolean {
  return wordsOf(name).some((word) => TIMES.has(word));
}

/** 0 is the surest; one beyond the last where the name says nothing of demand. */
export function demandRank(name: string): number {
  const words = wordsOf(name);
  const rank = DEMANDS.findIndex((known, i) =>
    i < 2 ? words.length === 1 && known.has(words[0] ?? '') : words.some((word) => known.has(word)),
  );
  return rank < 0 ? DEMANDS.length : rank;
}

export const NO_DEMAND_NAME = DEMANDS.length;

/** `Timestamp (UTC)`, `_time` and `avgCpu` in words. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/\([^()]*\)|\[[^[\]]*\]/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
}
