// Errors as RFC 9457 problem details: what happened, to which workload, and what to do. Every cause there is stands here.
import { type Answer, type Headers, jsonAnswer } from './answer.ts';

/** Title → status. A title is a cause, and its `type` is made of it: neither changes once it was released (docs/api.md). */
export const PROBLEMS = {
  'Invalid request': 400,
  'Unreadable body': 400,
  'Invalid policy': 400,
  'Invalid window': 400,
  'Invalid cursor': 400,
  'Unreadable request': 400,
  'Token missing': 401,
  'Not allowed': 403,
  'Ambiguous path': 403,
  'Read-only': 403,
  'Switched off': 403,
  'Foreign page': 403,
  'Not found': 404,
  'Unknown cluster': 404,
  'Unknown workload': 404,
  'Unknown decision': 404,
  'Unknown window': 404,
  'Method not allowed': 405,
  'Request timeout': 408,
  'Set by annotation': 409,
  'Not our HPA': 409,
  'Already answered': 409,
  'No such proposal': 409,
  'Nothing to propose': 409,
  'Nothing to undo': 409,
  'Too many windows': 409,
  'Still running': 409,
  'Content too large': 413,
  'Unsupported media type': 415,
  'Unsupported content encoding': 415,
  'Expectation failed': 417,
  'No HPA possible': 422,
  'Key used before': 422,
  'Too many requests': 429,
  'Header fields too large': 431,
  'Internal error': 500,
  'No answer of the API': 502,
  'Dependency not available': 503,
  Starting: 503,
} as const;

export type ProblemTitle = keyof typeof PROBLEMS;
type StatusOf<T extends ProblemTitle> = (typeof PROBLEMS)[T];

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
export function problem<T extends ProblemTitle>(
  status: StatusOf<T>,
  title: T,
  detail: string,
  more: Record<string, unknown> = {},
  headers: Headers = {},
): ProblemError {
  return new ProblemError(problemAnswer(status, title, detail, more, headers), detail);
}

export function problemAnswer<T extends ProblemTitle>(
  status: StatusOf<T>,
  title: T,
  detail: string,
  more: Record<string, unknown> = {},
  headers: Headers = {},
): Answer {
  const body = { type: problemType(title), title, status, detail, success: false, ...more };
  return jsonAnswer(body, status, { 'content-type': PROBLEM_TYPE, ...headers });
}

export const PROBLEM_TYPE = 'application/problem+json';

/** A name that nothing is served at, so that it stays what it is wherever the API moves. */
export function problemType(title: ProblemTitle): string {
  return `urn:ai4k8s:problem:${title.toLowerCase().replaceAll(' ', '-')}`;
}
