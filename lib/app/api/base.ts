// What both API functions share: validation errors, failures and unknown clusters answer as problem details.
import { OpenAPIHono } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { AdapterError } from '../ports/world.ts';
import type { ApiContext } from './api-context.ts';
import { jsonBodies } from './json-body.ts';
import { notAllowed } from './not-allowed.ts';
import { addPathForms } from './path-forms.ts';
import { problem, problemResponse } from './problem.ts';
import { type Caller, mayCall, mayCallSomewhere, type Right } from './rights.ts';
import { noRoute } from './routes.ts';

/** So many are enough to mend a request by; a list can have thousands. */
const MOST_ERRORS = 20;

/** What is asked for, and by whom. */
export interface Asking {
  readonly context: ApiContext;
  readonly caller: Caller;
  readonly right: Right;
}

export function makeApp(context: ApiContext): OpenAPIHono {
  const { log } = context;
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return undefined;
      const issues = result.error.issues.slice(0, MOST_ERRORS);
      const errors = issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
      const detail = errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ');
      return problemResponse(400, 'Invalid request', detail, { errors });
    },
  });
  app.notFound((c) => noRoute(c.req.method, c.req.path));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return toProblem(error);
    log.error('request failed', { path: c.req.path, message: error.message });
    if (error instanceof AdapterError)
      return problemResponse(503, `${error.source} is not available`, error.message, { retryable: error.retryable });
    return problemResponse(500, 'Internal error', 'the request failed; the log has the cause');
  });
  app.use('*', jsonBodies);
  addPathForms(app, context);
  return app;
}

export function asking(context: ApiContext, env: unknown, right: Right): Asking {
  const caller = context.callerOf?.(env) ?? { kind: 'trusted', name: null };
  return { context, caller, right };
}

/**
 * @param namespace null: the cluster as a whole
 * @throws a 403 problem where the caller may not, else a 404 problem where the installation does not know the cluster
 */
export function knownCluster({ context, caller, right }: Asking, cluster: string, namespace: string | null): string {
  if (!mayCall(caller, right, cluster, namespace)) throw notAllowed(caller, right, cluster, namespace);
  return configured(context, cluster);
}

/**
 * For lists of a cluster that show what the caller may see.
 * @throws as `knownCluster` does, where the caller may see nothing of the cluster
 */
export function clusterInSight({ context, caller, right }: Asking, cluster: string): string {
  if (!mayCallSomewhere(caller, right, cluster)) throw notAllowed(caller, right, cluster, null);
  return configured(context, cluster);
}

/** @throws a 404 problem */
function configured({ clusters }: ApiContext, cluster: string): string {
  if (clusters.includes(cluster)) return cluster;
  throw problem(404, 'Unknown cluster', `no cluster ${JSON.stringify(cluster)} is configured here`, { cluster });
}

/** hono's own exceptions carry no problem document; `json-body.ts` leaves it nothing to refuse. */
function toProblem(error: HTTPException): Response {
  const response = error.getResponse();
  if (response.headers.get('content-type') === 'application/problem+json') return response;
  return problemResponse(400, 'Invalid request', error.message);
}
