// A request of the page, asked of the API with the credentials of whoever started the dashboard.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_BODY_BYTES } from '../../lib/app/api/json-body.ts';
import { type ProblemTitle, problemAnswer } from '../../lib/app/api/problem.ts';
import { readBody } from '../../web/listen.ts';
import { LOCAL_HEADERS } from '../../web/plain-problems.ts';
import { type ApiTarget, sendTo } from '../api-client.ts';
import { refusalText, unreachableText } from '../no-answer.ts';

/** What the API is told of a request, and the page of an answer. */
const ASKED = ['accept', 'content-type', 'idempotency-key', 'if-none-match'];
const ANSWERED = ['content-type', 'etag', 'retry-after', 'allow', 'x-request-id', 'idempotency-replayed'];
const PATIENCE_MS = 29_000;
const SAFE = new Set(['GET', 'HEAD']);

interface Options {
  readonly target: ApiTarget;
  readonly isReadOnly: boolean;
}

/** Answers in any case: where the API could not be asked, or its gateway let nobody in, with what to do. */
export async function forward(
  { target, isReadOnly }: Options,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const isSafe = SAFE.has(method);
  if (isReadOnly && !isSafe) return refuse(response, 403, 'Read-only', 'the dashboard was started with --read-only');
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === null) return refuse(response, 413, 'Content too large', `expected at most ${MAX_BODY_BYTES} bytes`);
  try {
    const answer = await sendTo(target, new URL(url, target.url), {
      method,
      headers: only(ASKED, (name) => headers[name]),
      ...(isSafe ? {} : { body: body.toString('utf8') }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const whole = Buffer.from(await answer.arrayBuffer());
    const refusal = answer.ok || answer.status === 304 ? null : ofGateway(whole);
    if (refusal !== null)
      return refuse(response, 502, 'No answer of the API', refusalText(target, answer.status, refusal));
    response.writeHead(answer.status, { ...LOCAL_HEADERS, ...only(ANSWERED, (name) => answer.headers.get(name)) });
    response.end(whole);
  } catch (error) {
    refuse(response, 502, 'No answer of the API', unreachableText(target, error));
  }
}

/** What API Gateway says itself, in words of its own; null for an answer of ours. */
function ofGateway(body: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const said: unknown = JSON.parse(body.toString('utf8'));
    return typeof said === 'object' && said !== null && 'message' in said && !('title' in said) ? { ...said } : null;
  } catch {
    return null;
  }
}

function refuse(
  response: ServerResponse,
  ...[status, title, detail]: [Parameters<typeof problemAnswer>[0], ProblemTitle, string]
): void {
  const { headers, body } = problemAnswer(status, title, detail);
  response.writeHead(status, { ...LOCAL_HEADERS, ...headers });
  response.end(JSON.stringify(body));
}

function only(names: readonly string[], of: (name: string) => unknown): Readonly<Record<string, string>> {
  const given = names.map((name) => [name, of(name)] as const);
  return Object.fromEntries(given.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
