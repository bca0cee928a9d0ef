import type { Item } from './items.ts';
import { useSpark } from './patterns.ts';
import { HEIGHT, WIDTH } from './spark-lines.ts';

/** Six hours back, and what is forecast. */
export function SparkLine({ item: { key, ref } }: { readonly item: Item }) {
  const spark = useSpark(key, ref);
  if (spark === undefined) return <span class="spark" />;
  if (spark === null) return <span class="spark faint">no demand known</span>;
  const { signal, unit, demand, forecast, band, now, last, peak } = spark;
  const said = `${signal}: ${figure(last)} ${unit} now, forecast peak ${figure(peak)}`;
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={said}>
      <title>{said}</title>
      <path class="band" d={band} />
      <path class="now" d={`M${now} 0V${HEIGHT}`} />
      <path class="demand" d={demand} />
      <path class="ahead" d={forecast} />
    </svg>
  );
}

const figure = (n: number | null) => (n === null ? 'not known' : Number(n.toPrecision(3)).toString());
