// Errors as RFC 9457 problem details: what happened, to which workload, and what to do.
import { HTTPException } from 'hono/http-exception';

type ProblemStatus = 400 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;
type Headers = Readonly<Record<string, string>>;

/** An exception that answers with a problem document. */
export function problem(
  status: ProblemStatus,
  title: string,
  detail: string,
  more: Record<string, unknown> = {},
  headers: Headers = {},
) {
  return new HTTPException(status, { res: problemResponse(status, title, detail, more, headers), message: detail });
}

export function problemResponse(
  status: ProblemStatus,
  title: string,
  detail: string,
  more: Record<string, unknown> = {},
  headers: Headers = {},
): Response {
  const body = { type: 'about:blank', title, status, detail, success: false, ...more };
  const all = { 'content-type': 'application/problem+json', ...headers };
  return new Response(JSON.stringify(body), { status, headers: all });
}
