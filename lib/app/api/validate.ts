// A request held against its route's schemas: everything that is wrong with it at once, field by field.
import type * as z from 'zod';
import { cleanText } from '../../domain/text/clean-text.ts';
import type { ApiRequest, FieldError } from './api-request.ts';
import { shown } from './input-words.ts';
import { problem } from './problem.ts';
import type { Route, Valid } from './route.ts';

/** So many are enough to mend a request by; a list can have thousands. */
const MOST_ERRORS = 20;
const SHOWN_CHARS = 60;

/** @throws a 400 problem that names every parameter and field in error */
export function validated<R extends Route>(
  route: R,
  { query, body, errors: before = [] }: Pick<ApiRequest, 'query' | 'body' | 'errors'>,
  params: object,
): Valid<R> {
  const schemas = route.request ?? {};
  const errors: FieldError[] = unknownIn(query, Object.keys(schemas.query?.shape ?? {}));
  const parse = (schema: z.ZodType | undefined, given: unknown) => {
    const parsed = schema?.safeParse(given);
    if (parsed?.success === false) errors.push(...parsed.error.issues.flatMap((issue) => errorsOf(issue, given)));
    return parsed?.data;
  };
  const parts = {
    param: parse(schemas.params, params),
    query: parse(schemas.query, valuesOf(query)),
    json: parse(schemas.body?.content['application/json'].schema, body),
  };
  const known = new Set(before.map(({ field }) => field));
  const all = [...before, ...errors.filter(({ field }) => !known.has(field))];
  if (all.length > 0) throw invalid(all);
  return parts as Valid<R>;
}

function invalid(all: readonly FieldError[]) {
  const errors = all.slice(0, MOST_ERRORS);
  const detail = errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ');
  return problem(400, 'Invalid request', detail, { errors });
}

function errorsOf(issue: z.core.$ZodIssue, given: unknown): readonly FieldError[] {
  const { path, message } = issue;
  if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.'), message }];
  // No body has fields within fields.
  return issue.keys.map((key) => ({
    field: cleanText(key, SHOWN_CHARS),
    message: `is ${shown(ownOf(given, key))}, expected no such field`,
  }));
}

function ownOf(given: unknown, key: string): unknown {
  return Object.getOwnPropertyDescriptor(Object(given), key)?.value;
}

/** A parameter that nobody reads would be taken for one that had its effect. */
function unknownIn(query: URLSearchParams, accepted: readonly string[]): FieldError[] {
  const known = accepted.length === 0 ? 'none' : `one of ${accepted.join(', ')}`;
  return [...new Set(query.keys())]
    .filter((name) => !accepted.includes(name))
    .map((name) => {
      const given = query.getAll(name);
      const message = `is ${shown(given.length > 1 ? given : given[0])}, expected no such parameter but ${known}`;
      return { field: cleanText(name, SHOWN_CHARS), message };
    });
}

/** A parameter that came once is a text, one that came twice a list. */
function valuesOf(query: URLSearchParams): Readonly<Record<string, string | readonly string[]>> {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const [first = '', ...more] = query.getAll(name);
      return [name, more.length === 0 ? first : [first, ...more]];
    }),
  );
}
