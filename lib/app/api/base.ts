// What both API functions share: validation errors, failures and unknown clusters answer as problem details.
import { OpenAPIHono } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { AdapterError, type Log } from '../ports/world.ts';
import { jsonBodies } from './json-body.ts';
import { problem, problemResponse } from './problem.ts';
import { noRoute } from './routes.ts';

/** So many are enough to mend a request by; a list can have thousands. */
const MOST_ERRORS = 20;

export interface ApiContext {
  readonly clusters: readonly string[];
  readonly log: Log;
}

export function makeApp({ log }: ApiContext): OpenAPIHono {
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
  return app;
}

/** @throws a 404 problem where the installation does not know the cluster */
export function knownCluster({ clusters }: ApiContext, cluster: string): string {
  if (clusters.includes(cluster)) return cluster;
  throw problem(404, 'Unknown cluster', `no cluster ${JSON.stringify(cluster)} is configured here`, { cluster });
}

/** hono's own exceptions carry no problem document; `json-body.ts` leaves it nothing to refuse. */
function toProblem(error: HTTPException): Response {
  const response = error.getResponse();
  if (response.headers.get('content-type') === 'application/problem+json') return response;
  return problemResponse(400, 'Invalid request', error.message);
}
