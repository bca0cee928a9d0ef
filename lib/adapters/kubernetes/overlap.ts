// Deployments whose selectors match each other's pods: legal, and a trap for whatever counts pods by selector.
import { type Labels, matches, type Selector } from './selector.ts';

export interface Selecting {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Selector;
  /** Of the pods it makes. */
  readonly podLabels: Labels;
}

/**
 * Names of those that overlap with another of the same namespace, keyed `namespace/name`.
 * Grouped by one label that a selector demands, so that thousands of Deployments do not mean millions of comparisons; a
 * selector of expressions alone is not looked at.
 */
export function overlapsOf(all: readonly Selecting[]): ReadonlyMap<string, readonly string[]> {
  const byLabel = Map.groupBy(
    all.flatMap((one) =>
      Object.entries(one.podLabels).map(([key, value]) => ({ one, label: labelKey(one, key, value) })),
    ),
    ({ label }) => label,
  );
  const found = new Map<string, Set<string>>();
  const note = (one: Selecting, other: Selecting) => {
    const key = `${one.namespace}/${one.name}`;
    found.set(key, (found.get(key) ?? new Set()).add(other.name));
  };
  for (const one of all) {
    const demanded = rarestLabel(one, byLabel);
    for (const { one: other } of ((demanded && byLabel.get(demanded)) || []).slice(0, MOST_COMPARED)) {
      if (other === one || !matches(one.selector, other.podLabels)) continue;
      note(one, other);
      note(other, one);
    }
  }
  return new Map([...found].map(([key, names]) => [key, [...names].sort()]));
}

/** A label that more Deployments of a namespace share, as their rarest, tells enough by the first of them. */
const MOST_COMPARED = 50;

/** Every pod that a selector matches carries all its labels: the one that fewest carry leaves the fewest to look at. */
function rarestLabel(one: Selecting, byLabel: ReadonlyMap<string, readonly unknown[]>): string | undefined {
  return Object.entries(one.selector.matchLabels ?? {})
    .map(([key, value]) => labelKey(one, key, value))
    .toSorted((a, b) => (byLabel.get(a)?.length ?? 0) - (byLabel.get(b)?.length ?? 0))[0];
}

function labelKey({ namespace }: Selecting, key: string, value: string): string {
  return `${namespace}/${key}=${value}`;
}
