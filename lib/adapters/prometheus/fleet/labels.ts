// What kube-state-metrics calls things, also where the server that scrapes it moves those labels aside (honor_labels: false).
import type { LabelledSamples } from '../answer.ts';

type Labels = LabelledSamples['labels'];

export interface LastValue {
  readonly namespace: string;
  readonly name: string;
  readonly value: number;
  readonly labels: Labels;
}

/** `namespace` is then where kube-state-metrics itself runs. */
export function namespaceOf(labels: Labels): string {
  return labels.exported_namespace ?? labels.namespace ?? '';
}

export function podOf(labels: Labels): string {
  return labels.exported_pod ?? labels.pod ?? '';
}

/** The last finite value of each series that has a namespace and the label for its name. */
export function lastValues(series: readonly LabelledSamples[], nameLabel: string): readonly LastValue[] {
  return series.flatMap(({ labels, samples }) => {
    const value = samples.findLast(([, one]) => Number.isFinite(one))?.[1];
    const [namespace, name] = [namespaceOf(labels), labels[nameLabel] ?? ''];
    return value === undefined || namespace === '' || name === '' ? [] : [{ namespace, name, value, labels }];
  });
}

export function keyOf({ namespace, name }: Pick<LastValue, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
