// Errors as RFC 9457 problem details: what happened, to which workload, and what to do.
import { HTTPException } from 'hono/http-exception';

type ProblemStatus = 400 | 403 | 404 | 409 | 422 | 500 | 503;

/** An exception that answers with a problem document. */
export function problem(status: ProblemStatus, title: string, detail: string, more: Record<string, unknown> = {}) {
  return new HTTPException(status, { res: problemResponse(status, title, detail, more), message: detail });
}

export function problemResponse(
  status: ProblemStatus,
  title: string,
  detail: string,
  more: Record<string, unknown> = {},
): Response {
  const body = { type: 'about:blank', title, status, detail, success: false, ...more };
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } });
}
