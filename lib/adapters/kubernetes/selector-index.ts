// Which Deployments select a pod: asked for every ReplicaSet of a cluster, so it may not look at every Deployment.
import { type Labels, matches, type Selector } from './selector.ts';

interface Selecting {
  readonly namespace: string;
  readonly selector: Selector;
}

/**
 * Each Deployment is filed under the rarest label that its selector demands; a selector of expressions alone under its namespace.
 * @returns those of a namespace whose selectors match some labels
 */
export function selectorIndex<T extends Selecting>(
  all: readonly T[],
): (namespace: string, labels: Labels) => readonly T[] {
  const counts = new Map<string, number>();
  for (const one of all) for (const key of labelKeys(one)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const filed = Map.groupBy(all, (one) => {
    const [rarest] = labelKeys(one).toSorted((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0));
    return rarest ?? `${one.namespace}/`;
  });
  return (namespace, labels) => {
    const keys = [`${namespace}/`, ...Object.entries(labels).map(([key, value]) => labelKey(namespace, key, value))];
    return keys.flatMap((key) => filed.get(key) ?? []).filter(({ selector }) => matches(selector, labels));
  };
}

function labelKeys({ namespace, selector }: Selecting): readonly string[] {
  return Object.entries(selector.matchLabels ?? {}).map(([key, value]) => labelKey(namespace, key, value));
}

function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace}/${key}=${value}`;
}
