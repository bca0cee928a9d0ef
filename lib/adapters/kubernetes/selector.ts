// A Deployment's selector in the text form that a LIST takes.
import type { V1LabelSelector } from '@kubernetes/client-node';

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
