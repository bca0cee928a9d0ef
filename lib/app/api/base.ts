// What both API functions share: validation errors, failures and unknown clusters answer as problem details.
import { OpenAPIHono, z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { AdapterError, type Log } from '../ports/world.ts';
import { problem, problemResponse } from './problem.ts';

/** zod's words leave out the value: a reader wants to see what was sent and what is accepted. */
z.config({
  customError: (issue) => {
    if (!['invalid_type', 'too_big', 'too_small', 'invalid_value'].includes(issue.code ?? '')) return undefined;
    const value = JSON.stringify(issue.input) ?? 'missing';
    return `is ${value.slice(0, 60)}, expected ${expectedOf(issue as unknown as Expected)}`;
  },
});

/** The parts of zod's issues that say what would have been accepted. */
interface Expected {
  readonly expected?: string;
  readonly values?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

function expectedOf({ expected, values, minimum, maximum }: Expected): string {
  if (values !== undefined) return `one of ${values.join(', ')}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  if (maximum !== undefined) return `at most ${maximum}`;
  return expected === 'int' ? 'a whole number' : `a ${expected ?? 'different value'}`;
}

export interface ApiContext {
  readonly clusters: readonly string[];
  readonly log: Log;
}

export function makeApp({ log }: ApiContext): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return undefined;
      const errors = result.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
      const detail = errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ');
      return problemResponse(400, 'Invalid request', detail, { errors });
    },
  });
  app.notFound((c) =>
    problemResponse(404, 'Not found', `no route ${c.req.method} ${c.req.path}; see GET /openapi.json`),
  );
  app.onError((error, c) => {
    if (error instanceof HTTPException) return toProblem(error);
    log.error('request failed', { path: c.req.path, message: error.message });
    if (error instanceof AdapterError)
      return problemResponse(503, `${error.source} is not available`, error.message, { retryable: error.retryable });
    return problemResponse(500, 'Internal error', 'the request failed; the log has the cause');
  });
  return app;
}

/** @throws a 404 problem where the installation does not know the cluster */
export function knownCluster({ clusters }: ApiContext, cluster: string): string {
  if (clusters.includes(cluster)) return cluster;
  throw problem(404, 'Unknown cluster', `no cluster ${JSON.stringify(cluster)} is configured here`, { cluster });
}

/** hono's own exceptions (malformed JSON, for one) carry no problem document yet. */
function toProblem(error: HTTPException): Response {
  const response = error.getResponse();
  if (response.headers.get('content-type') === 'application/problem+json') return response;
  return problemResponse(400, 'Invalid request', error.message);
}
