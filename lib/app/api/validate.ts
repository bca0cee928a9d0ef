// A request held against its route's schemas: everything that is wrong with it at once, field by field.
import type * as z from 'zod';
import type { ApiRequest } from './api-request.ts';
import { problem } from './problem.ts';
import type { Route, Valid } from './route.ts';

/** So many are enough to mend a request by; a list can have thousands. */
const MOST_ERRORS = 20;

/** @throws a 400 problem that names every field in error */
export function validated<R extends Route>(
  route: R,
  { query, body }: Pick<ApiRequest, 'query' | 'body'>,
  params: object,
): Valid<R> {
  const schemas = route.request ?? {};
  const issues: z.core.$ZodIssue[] = [];
  const parse = (schema: z.ZodType | undefined, given: unknown) => {
    const parsed = schema?.safeParse(given);
    if (parsed?.success === false) issues.push(...parsed.error.issues);
    return parsed?.data;
  };
  const parts = {
    param: parse(schemas.params, params),
    query: parse(schemas.query, valuesOf(query)),
    json: parse(schemas.body?.content['application/json'].schema, body),
  };
  if (issues.length > 0) throw invalid(issues);
  return parts as Valid<R>;
}

function invalid(issues: readonly z.core.$ZodIssue[]) {
  const errors = issues.slice(0, MOST_ERRORS).map(({ path, message }) => ({ field: path.join('.'), message }));
  const detail = errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ');
  return problem(400, 'Invalid request', detail, { errors });
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
