// Label and field selectors, as LIST and WATCH take them.
import { isObject, type Json } from './kube-object.ts';
import type { Item } from './resource.ts';
import { StatusError } from './status.ts';

export type ItemFilter = (item: Item) => boolean;

/**
 * @param labelSelector like `app=web,tier in (a,b),!old`
 * @param fieldSelector like `metadata.name=web,status.phase!=Failed`
 * @throws StatusError 400 for what is no selector
 */
export function selectorFilter(labelSelector: string | null, fieldSelector: string | null): ItemFilter {
  const filters = [
    ...splitOutsideBrackets(labelSelector ?? '').map(labelFilter),
    ...splitOutsideBrackets(fieldSelector ?? '').map(fieldFilter),
  ];
  return (item) => filters.every((filter) => filter(item));
}

function splitOutsideBrackets(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}

function labelFilter(term: string): ItemFilter {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return ({ labels }) => values.has(labels[key] ?? '') === (operator === 'in');
  }
  const equality = /^([^\s!=]+)\s*(==?|!=)\s*(\S*)$/.exec(term);
  if (equality !== null) {
    const [, key = '', operator, value = ''] = equality;
    return ({ labels }) => (labels[key] === value) === (operator !== '!=');
  }
  const existence = /^(!?)([^\s!=]+)$/.exec(term);
  if (existence === null) throw new StatusError(400, 'BadRequest', `unable to parse the label selector "${term}"`);
  const [, not, key = ''] = existence;
  return ({ labels }) => key in labels === (not === '');
}

function fieldFilter(term: string): ItemFilter {
  const match = /^([^\s!=]+)(==?|!=)(.*)$/.exec(term);
  if (match === null) throw new StatusError(400, 'BadRequest', `unable to parse the field selector "${term}"`);
  const [, path = '', operator, value = ''] = match;
  const wanted = operator !== '!=';
  return (item) => (fieldOf(item, path) === value) === wanted;
}

/** The two that every client asks for are known without writing the object out. */
function fieldOf(item: Item, path: string): string {
  if (path === 'metadata.name') return item.name;
  if (path === 'metadata.namespace') return item.namespace ?? '';
  let value: Json = item.object();
  for (const key of path.split('.')) value = isObject(value) ? value[key] : undefined;
  return value === undefined || value === null ? '' : String(value);
}
