// Errors as RFC 9457 problem details: what happened, to which workload, and what to do.
import { type Answer, type Headers, jsonAnswer } from './answer.ts';

type ProblemStatus = 400 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;

/** What is thrown where a request cannot be answered otherwise. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly answer: Answer;

  constructor(answer: Answer, detail: string) {
    super(detail);
    this.answer = answer;
  }
}

/** An exception that answers with a problem document. */
export function problem(
  status: ProblemStatus,
  title: string,
  detail: string,
  more: Record<string, unknown> = {},
  headers: Headers = {},
): ProblemError {
  return new ProblemError(problemAnswer(status, title, detail, more, headers), detail);
}

export function problemAnswer(
  status: ProblemStatus,
  title: string,
  detail: string,
  more: Record<string, unknown> = {},
  headers: Headers = {},
): Answer {
  const body = { type: 'about:blank', title, status, detail, success: false, ...more };
  return jsonAnswer(body, status, { 'content-type': 'application/problem+json', ...headers });
}
