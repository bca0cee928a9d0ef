// The same routes with namespace and workload in the path, where IAM can tell them apart: each is answered as the route it is a
// form of, with what its path says in the place of what a query or a body would have said.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiContext } from './api-context.ts';
import { ALL_ROUTES } from './contract.ts';
import { name } from './fields.ts';
import { HPA_ROUTES } from './hpa-contract.ts';
import { problem } from './problem.ts';
import { PROPOSAL_ROUTES } from './proposal-contract.ts';
import { SCHEDULE_ROUTES } from './schedule-contract.ts';

const namespace = name.max(63);
/** What a path says of a workload, and what query and body call it. */
const NAMED = { get: ['namespace', 'deployment'], post: ['namespace', 'deployment_name'] } as const;

type Route = (typeof ALL_ROUTES | typeof SCHEDULE_ROUTES | typeof HPA_ROUTES | typeof PROPOSAL_ROUTES)[number];
interface Form {
  readonly route: Route;
  readonly path: string;
  readonly names: readonly string[];
}

const FORMS: readonly Form[] = [...ALL_ROUTES, ...SCHEDULE_ROUTES, ...HPA_ROUTES, ...PROPOSAL_ROUTES].flatMap(
  (route) => {
    const fields = fieldsOf(route);
    const names = NAMED[route.method].filter((one) => Object.hasOwn(fields, one));
    const [ofNamespace, ofWorkload] = names;
    if (ofNamespace === undefined) return [];
    const inNamespace = { route, path: route.path.replace('{cluster}', '{cluster}/{namespace}'), names: [ofNamespace] };
    const whole = { route, path: inNamespace.path.replace('{namespace}', '{namespace}/{deployment}'), names };
    // A list needs no workload; what it is about then is the namespace.
    if (ofWorkload === undefined) return [inNamespace];
    return fields[ofWorkload]?.safeParse(undefined).success ? [inNamespace, whole] : [whole];
  },
);

/** For documentation, and for what methods a path takes. */
export const PATH_FORMS = FORMS.map(({ route, path, names }) => {
  const { query, body } = requestOf(route);
  const params = {
    ...requestOf(route).params?.shape,
    namespace: namespace.openapi({ param: { name: 'namespace', in: 'path' } }),
    ...(names.length > 1 && { deployment: name.openapi({ param: { name: 'deployment', in: 'path' } }) }),
  };
  const hidden: readonly string[] = NAMED[route.method];
  const rest = (schema: z.ZodObject) =>
    z.object(Object.fromEntries(Object.entries(schema.shape).filter(([key]) => !hidden.includes(key))));
  return createRoute({
    method: route.method,
    path,
    summary: route.summary,
    request: {
      params: z.object(params),
      ...(query && { query: rest(query) }),
      ...(body && {
        body: {
          required: false,
          content: { 'application/json': { schema: rest(body.content['application/json'].schema) } },
        },
      }),
    },
    responses: route.responses,
  });
});

export function addPathForms(app: OpenAPIHono, context: ApiContext): void {
  for (const { route, path, names } of FORMS)
    app.on(route.method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
      refuseAmbiguous(c, context);
      return app.fetch(await asRoute(c, route, names), c.env);
    });
}

/**
 * Policies from before there were these forms may end in the name of a cluster behind a `*`, which is any number of parts: what
 * they meant is a cluster, and not a namespace or a workload elsewhere that is called the same.
 * @throws a 403 problem
 */
function refuseAmbiguous(c: Context, { clusters, callerOf }: ApiContext): void {
  if (callerOf !== undefined && callerOf(c.env).kind !== 'trusted') return;
  const { cluster, namespace: of, deployment } = c.req.param();
  const other = [of, deployment].find((one) => one !== undefined && one !== cluster && clusters.includes(one));
  if (other === undefined) return;
  const detail = `the path names ${other}, which is another cluster here, too: name namespace and workload in query or body`;
  throw problem(403, 'Ambiguous path', detail);
}

/** @throws a 400 problem where a name is none, or is said twice: only the path may say it */
async function asRoute(c: Context, { method, path }: Route, names: readonly string[]): Promise<Request> {
  const given = c.req.param();
  const said = Object.fromEntries(
    names.map((key) => [key, nameIn(key, given[key === 'namespace' ? key : 'deployment'])]),
  );
  const url = new URL(c.req.url);
  url.pathname = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(given[key] ?? ''));
  const { headers } = c.req.raw;
  if (method === 'get') {
    for (const [key, value] of Object.entries(said)) {
      if (url.searchParams.has(key)) throw twice(key);
      url.searchParams.set(key, value);
    }
    return new Request(url, { method: c.req.method, headers });
  }
  const body: unknown = await c.req.json();
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw problem(400, 'Invalid request', 'the request body is no object, expected one');
  for (const key of Object.keys(said)) if (Object.hasOwn(body, key)) throw twice(key);
  return new Request(url, { method: 'POST', headers, body: JSON.stringify({ ...body, ...said }) });
}

function nameIn(key: string, value: string | undefined): string {
  const parsed = (key === 'namespace' ? namespace : name).safeParse(value);
  if (parsed.success) return parsed.data;
  const message = parsed.error.issues.map((issue) => issue.message).join('; ');
  throw problem(400, 'Invalid request', `${key}: ${message}`, { errors: [{ field: key, message }] });
}

function twice(key: string) {
  const message = 'is said by the path, expected nowhere else';
  return problem(400, 'Invalid request', `${key}: ${message}`, { errors: [{ field: key, message }] });
}

interface RouteRequest {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: { readonly content: { readonly 'application/json': { readonly schema: z.ZodObject } } };
}

function requestOf(route: Route): RouteRequest {
  return 'request' in route ? route.request : {};
}

function fieldsOf(route: Route): Readonly<Record<string, z.ZodType>> {
  const { query, body } = requestOf(route);
  return { ...query?.shape, ...body?.content['application/json'].schema.shape };
}
