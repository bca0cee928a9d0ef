// Which handler a request goes to, and what it must hold to get there. Plain data in and out: neither `Request` nor `Response`,
// whose classes take a function that starts 35 ms to load (decision 24).
import { type Answer, jsonAnswer } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import type { Route, Valid } from './route.ts';
import { validated } from './validate.ts';

/** What a handler is given. */
interface Call<R extends Route> {
  readonly env: unknown;
  readonly req: { valid<K extends keyof Valid<R>>(part: K): Valid<R>[K] };
  readonly json: (body: object, status: number) => Answer;
}

type Params = Readonly<Record<string, string>>;
type Serve = (request: ApiRequest, params: Params) => Promise<Answer>;

interface Served {
  readonly method: string;
  readonly segments: readonly string[];
  readonly serve: Serve;
}

export interface Router {
  /** Serves a route: its handler is called by valid requests only. */
  openapi<R extends Route>(route: R, handler: (call: Call<R>) => Promise<Answer> | Answer): void;
  /** Serves a path unseen. @param method in lower case */
  on(method: string, path: string, serve: Serve): void;
  /** Null where no route takes the request. HEAD goes wherever GET goes. */
  answer(request: ApiRequest): Promise<Answer> | null;
}

/** The first of the routes that takes a request answers it. */
export function makeRouter(): Router {
  const routes: Served[] = [];
  const on: Router['on'] = (method, path, serve) => {
    routes.push({ method: method.toUpperCase(), segments: path.split('/'), serve });
  };
  return {
    on,
    openapi(route, handler) {
      on(route.method, route.path, async (request, params) => {
        const parts = validated(route, request, params);
        return handler({ env: request.env, req: { valid: (part) => parts[part] }, json: jsonAnswer });
      });
    },
    answer(request) {
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      const given = request.path.split('/');
      for (const route of routes) {
        const params = route.method === method ? paramsIn(route.segments, given) : null;
        if (params !== null) return route.serve(request, params);
      }
      return null;
    },
  };
}

/** Null where the path is another one. */
function paramsIn(segments: readonly string[], given: readonly string[]): Params | null {
  if (segments.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const value = given[i] ?? '';
    if (segment.startsWith('{') && value !== '') params[segment.slice(1, -1)] = unescaped(value);
    else if (segment !== value) return null;
  }
  return params;
}

/** Escapes that are no UTF-8 stay as they are: the schema says what is wrong with them. */
function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
