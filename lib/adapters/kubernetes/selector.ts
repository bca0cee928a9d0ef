// A Deployment's selector: whether it matches, and the text form that a LIST takes.
import type { V1LabelSelector } from '@kubernetes/client-node';
import type { Deployment } from './api-types.ts';

export type Selector = NonNullable<Deployment['spec']>['selector'];
export type Labels = Readonly<Record<string, string>>;

/**
 * `a=1,b in (2,3),!c`. A selector also matches what another owner made: callers still look at the owner.
 * Grammar: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api
 */
export function selectorText(selector: V1LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const others = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...equal, ...others].join(',');
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
export function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      const among = value !== undefined && values.includes(value);
      return operator === 'In' ? among : !among;
    })
  );
}
