// An app as a function behind API Gateway's HTTP API; what cannot become a request is answered as a problem, too.
import type { OpenAPIHono } from '@hono/zod-openapi';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { CALLS_PER_SECOND, type CallerShare } from './caller-share.ts';
import { MAX_BODY_BYTES, tooLarge } from './json-body.ts';
import { isPlainPath } from './plain-path.ts';
import { problemResponse } from './problem.ts';
import type { Caller } from './rights.ts';
import { noRoute } from './routes.ts';

/** Payload format 2.0. */
export type HttpApiEvent = Extract<LambdaEvent, { rawPath: string }>;

interface ApiAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export type ApiHandler = (event: HttpApiEvent, context?: LambdaContext) => Promise<ApiAnswer>;

/** Who may take how much of this process; without it nobody is counted. */
export interface Shares {
  readonly callerOf: (env: unknown) => Caller;
  readonly share: CallerShare;
}

const METHODS = ['GET', 'HEAD', 'POST'];
const SHOWN_CHARS = 200;

export function lambdaHandler(app: OpenAPIHono, shares?: Shares): ApiHandler {
  const answer = handle(app);
  return async (event, context) => {
    const refusal = refusalOf(event, shares);
    if (refusal !== null) return answerOf(refusal);
    // A read is what its URL says; a body beside it means nothing (RFC 9110, 9.3.1), and no Request could hold it.
    const asked = event.requestContext.http.method === 'POST' ? event : { ...event, body: null };
    const { statusCode, headers, body, isBase64Encoded } = await answer(asked as HttpApiEvent, context);
    const isWorded = statusCode < 400 || headers['content-type'] === 'application/problem+json';
    if (isWorded) return { statusCode, headers, body, isBase64Encoded };
    return answerOf(problemResponse(400, 'Invalid request', 'the request cannot be read'));
  };
}

/** What is turned away before anything reads into it. */
function refusalOf(event: HttpApiEvent, shares: Shares | undefined): Response | null {
  const { method } = event.requestContext.http;
  const waitSeconds = shares === undefined ? null : waitOf(event, shares);
  if (waitSeconds !== null) return tooMany(waitSeconds);
  if (!METHODS.includes(method)) return noRoute(method, event.rawPath);
  if (!isPlainPath(event.rawPath)) return notPlain(method, event.rawPath);
  const bytes = method === 'POST' ? bodyBytes(event) : 0;
  return bytes > MAX_BODY_BYTES ? tooLarge(bytes) : null;
}

function waitOf(event: HttpApiEvent, { callerOf, share }: Shares): number | null {
  const { name } = callerOf({ event, requestContext: event.requestContext });
  return name === null ? null : share(name);
}

function tooMany(waitSeconds: number): Response {
  const detail = `you have asked too often: at most ${CALLS_PER_SECOND} times a second, expected in ${waitSeconds} s again`;
  return problemResponse(429, 'Too many requests', detail, {}, { 'retry-after': String(waitSeconds) });
}

/** Where a proxy or a policy reads one path and the router another, neither could be trusted. */
function notPlain(method: string, path: string): Response {
  const said = `${method} ${path.slice(0, SHOWN_CHARS)}`;
  const detail = `no route ${said}: expected a path as it is meant, without dots, backslashes or escapes of plain letters`;
  return problemResponse(404, 'Not found', detail);
}

function bodyBytes({ body, isBase64Encoded }: HttpApiEvent): number {
  if (typeof body !== 'string') return 0;
  return Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');
}

async function answerOf(response: Response): Promise<ApiAnswer> {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    isBase64Encoded: false,
  };
}
