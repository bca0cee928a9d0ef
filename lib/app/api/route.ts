// A route as data: what a request to it holds. Routing and validation read it, and so does the OpenAPI document, which has from
// answer-schemas.ts what is answered.
import type * as z from 'zod';

type Content<T extends z.ZodType> = { readonly 'application/json': { readonly schema: T } };

export interface RouteRequest {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: { readonly required: boolean; readonly content: Content<z.ZodObject> };
}

export interface Route {
  readonly method: 'get' | 'post';
  /** With its parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly request?: RouteRequest;
}

type Parsed<T> = T extends z.ZodType ? z.output<T> : undefined;
type Part<R extends Route, K extends keyof RouteRequest> = R['request'] extends { readonly [key in K]: infer P }
  ? P
  : undefined;

/** What a valid request to the route holds. */
export interface Valid<R extends Route> {
  readonly param: Parsed<Part<R, 'params'>>;
  readonly query: Parsed<Part<R, 'query'>>;
  readonly json: Part<R, 'body'> extends { readonly content: Content<infer T> } ? z.output<T> : undefined;
}

export function createRoute<const R extends Route>(route: R): R {
  return route;
}
