// The id by which an answer, the log and API Gateway's access log speak of the same request.

export const REQUEST_ID = 'x-request-id';

/** What a caller may call a request: it comes back in a header and in JSON. */
const PLAIN = /^[\w.:@/+=-]{1,128}$/;

interface Identified {
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly requestContext?: { readonly requestId?: unknown } | null;
}

/** @returns the caller's id, where he gave one that can be shown; else API Gateway's; undefined of what is no request */
export function requestIdOf(event: unknown): string | undefined {
  const { headers, requestContext } = (event ?? {}) as Identified;
  const given = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === REQUEST_ID)?.[1];
  if (typeof given === 'string' && PLAIN.test(given)) return given;
  return typeof requestContext?.requestId === 'string' ? requestContext.requestId : undefined;
}
