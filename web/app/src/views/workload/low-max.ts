// A maximum that is lower than what has run: the next such hour is short.
import type { Patterns, Recommendations } from '../../api/types.ts';

type Ran = { readonly series: { readonly replicas?: Patterns['series']['replicas'] } };
type Bounded = { readonly policy: Pick<Recommendations['policy'], 'max_replicas'> };

/** @param recommended null while it is not known @returns '' where it is high enough */
export function lowMax({ series }: Ran, recommended: Bounded | null): string {
  const most = (series.replicas?.values ?? []).reduce((top: number, value) => Math.max(top, value ?? 0), 0);
  const max = recommended?.policy.max_replicas ?? Number.POSITIVE_INFINITY;
  return most > max ? `Its maximum of ${max} is below the ${most} replicas that ran within these hours.` : '';
}
