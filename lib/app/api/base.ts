// What both API functions share: bodies that are JSON, failures and unknown clusters as problem details.
import { AdapterError } from '../ports/world.ts';
import type { Answer } from './answer.ts';
import type { ApiContext } from './api-context.ts';
import type { ApiRequest } from './api-request.ts';
import { bodyOf, isWrite, type RawBody } from './json-body.ts';
import { notAllowed } from './not-allowed.ts';
import { addPathForms } from './path-forms.ts';
import { ProblemError, problem, problemAnswer } from './problem.ts';
import { type Caller, mayCall, mayCallSomewhere, type Right } from './rights.ts';
import type { Route } from './route.ts';
import { makeRouter, type Router } from './router.ts';
import { noRoute } from './routes.ts';

/** What is asked for, and by whom. */
export interface Asking {
  readonly context: ApiContext;
  readonly caller: Caller;
  readonly right: Right;
}

type RawRequest = Omit<ApiRequest, 'body'> & { readonly raw: RawBody; readonly requestId: string };

export interface Api extends Router {
  /** Whatever is asked, there is an answer. */
  respond(request: RawRequest): Promise<Answer>;
}

/** What a function does around its writes. */
export interface Writes {
  /** Throws a problem where no write goes any further; called once its body is known to be JSON. */
  readonly before: () => void;
  /** Does a write that was not done before. */
  readonly once: (request: ApiRequest, serve: () => Promise<Answer>) => Promise<Answer>;
}

const NO_WRITES: Writes = { before: () => undefined, once: (_request, serve) => serve() };

/** @param routes those that the function serves */
export function makeApp(context: ApiContext, routes: readonly Route[], writes: Writes = NO_WRITES): Api {
  const router = makeRouter();
  addPathForms(router, context, routes);
  const respond = async ({ raw, ...request }: RawRequest): Promise<Answer> => {
    const isWriting = isWrite(request);
    const whole = { ...request, ...(isWriting ? bodyOf(request.headers, raw) : { body: undefined }) };
    const serve = async () => (await router.answer(whole)) ?? noRoute(request.method, request.path);
    if (!isWriting) return serve();
    writes.before();
    return writes.once(whole, () => serve().catch((error: unknown) => failure(context, request, error)));
  };
  return {
    ...router,
    respond: (request) => respond(request).catch((error: unknown) => failure(context, request, error)),
  };
}

function failure({ log }: ApiContext, { path, requestId }: Omit<RawRequest, 'raw'>, error: unknown): Answer {
  if (error instanceof ProblemError) return error.answer;
  const message = error instanceof Error ? error.message : String(error);
  log.error('request failed', { path, message, request_id: requestId });
  if (error instanceof AdapterError)
    return problemAnswer(503, 'Dependency not available', `${error.source}: ${message}`, {
      source: error.source,
      retryable: error.retryable,
    });
  return problemAnswer(500, 'Internal error', 'the request failed; the log has the cause');
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
