// The same routes with namespace and workload in the path, where IAM can tell them apart: each is answered as the route it is a
// form of, with what its path says in the place of what a query or a body would have said.
import * as z from 'zod';
import type { ApiContext } from './api-context.ts';
import type { ApiRequest, FieldError } from './api-request.ts';
import { name } from './contract.ts';
import { problem } from './problem.ts';
import type { Route, RouteRequest } from './route.ts';
import type { Router } from './router.ts';

const namespace = name.max(63);
/** What a path says of a workload, and what query and body call it. */
export const NAMED = { get: ['namespace', 'deployment'], post: ['namespace', 'deployment_name'] } as const;

type Params = Readonly<Record<string, string | undefined>>;

export interface PathForm {
  readonly route: Route;
  readonly method: Route['method'];
  readonly path: string;
  /** What the path says, as query or body would call it. */
  readonly names: readonly string[];
}

/** Of each route that is about a workload or a namespace, as far as its request says so. */
export function formsOf(routes: readonly Route[]): readonly PathForm[] {
  return routes.flatMap(formsOfRoute);
}

function formsOfRoute(route: Route): readonly PathForm[] {
  const fields = fieldsOf(route);
  const { method } = route;
  const names = NAMED[method].filter((one) => Object.hasOwn(fields, one));
  const [ofNamespace, ofWorkload] = names;
  if (ofNamespace === undefined) return [];
  const path = route.path.replace('{cluster}', '{cluster}/{namespace}');
  const inNamespace = { route, method, path, names: [ofNamespace] };
  const whole = { route, method, path: path.replace('{namespace}', `{namespace}/{${ofWorkload}}`), names };
  // A list needs no workload; what it is about then is the namespace.
  if (ofWorkload === undefined) return [inNamespace];
  return fields[ofWorkload] instanceof z.ZodOptional ? [inNamespace, whole] : [whole];
}

/** @throws from the requests it serves: a 400 or 403 problem */
export function addPathForms(router: Router, context: ApiContext, routes: readonly Route[]): void {
  for (const { route, path, names } of formsOf(routes))
    router.on(route.method, path, async (request, params) => {
      refuseAmbiguous(request, params, context);
      const answer = router.answer(asRoute(request, params, route, names));
      if (answer === null) throw new Error(`${route.method} ${route.path} is not served here`);
      return answer;
    });
}

/**
 * Policies from before there were these forms may end in the name of a cluster behind a `*`, which is any number of parts: what
 * they meant is a cluster, and not a namespace or a workload elsewhere that is called the same.
 * @throws a 403 problem
 */
function refuseAmbiguous({ env }: ApiRequest, params: Params, { clusters, callerOf }: ApiContext): void {
  if (callerOf !== undefined && callerOf(env).kind !== 'trusted') return;
  const { cluster, namespace: of, deployment, deployment_name: writing } = params;
  const other = [of, deployment, writing].find((one) => one !== undefined && one !== cluster && clusters.includes(one));
  if (other === undefined) return;
  const detail = `the path names ${other}, which is another cluster here, too: name namespace and workload in query or body`;
  throw problem(403, 'Ambiguous path', detail);
}

/** Only the path may say a name: said elsewhere, too, it is an error, as is one that is none. */
function asRoute(request: ApiRequest, given: Params, route: Route, names: readonly string[]): ApiRequest {
  const said = Object.fromEntries(names.map((key) => [key, given[key] ?? '']));
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(given[key] ?? ''));
  const { query: asked, body } = request;
  const query = new URLSearchParams(asked);
  if (route.method === 'get') for (const [key, value] of Object.entries(said)) query.set(key, value);
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  const errors = names.flatMap((key) => {
    const isTwice = route.method === 'get' ? asked.has(key) : isObject && Object.hasOwn(body, key);
    return isTwice ? [{ field: key, message: TWICE }] : errorsIn(key, said[key]);
  });
  // What is no object stays what it is: its route says so.
  const whole = isObject ? { ...body, ...said } : body;
  return { ...request, path, query, body: whole, errors: [...(request.errors ?? []), ...errors] };
}

const TWICE = 'is said by the path, expected nowhere else';

/** A name of a path that is none, as its query or body would call it. */
function errorsIn(key: string, value: string | undefined): readonly FieldError[] {
  const parsed = (key === 'namespace' ? namespace : name).safeParse(value);
  return parsed.success ? [] : [{ field: key, message: parsed.error.issues.map(({ message }) => message).join('; ') }];
}

function fieldsOf({ request = {} }: { readonly request?: RouteRequest }): Readonly<Record<string, z.ZodType>> {
  return { ...request.query?.shape, ...request.body?.content['application/json'].schema.shape };
}
