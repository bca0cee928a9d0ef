// An app as a function behind API Gateway's HTTP API; what cannot become a request is answered as a problem, too.
import type { Answer } from './answer.ts';
import type { Api } from './base.ts';
import { CALLS_PER_SECOND, type CallerShare } from './caller-share.ts';
import { entityTag, isKnown } from './etag.ts';
import { MAX_BODY_BYTES, type RawBody, tooLarge } from './json-body.ts';
import { isPlainPath } from './plain-path.ts';
import { PROBLEM_TYPE, problemAnswer } from './problem.ts';
import { REQUEST_ID, requestIdOf } from './request-id.ts';
import type { Caller } from './rights.ts';
import { noRoute } from './routes.ts';

/** What is read of API Gateway's payload format 2.0, which has more; `caller.ts` reads who asks. */
export interface HttpApiEvent {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | null;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly http: { readonly method: string } };
}

interface ApiAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export type ApiHandler = (event: HttpApiEvent, context?: unknown) => Promise<ApiAnswer>;

/** Who may take how much of this process; without it nobody is counted. */
export interface Shares {
  readonly callerOf: (env: unknown) => Caller;
  readonly share: CallerShare;
}

const METHODS = ['GET', 'HEAD', 'POST'] as const;
type Method = (typeof METHODS)[number];
const SHOWN_CHARS = 200;
/** Of an event that no gateway has sent. */
const UNKNOWN_ID = 'none';

export function lambdaHandler(api: Api, shares?: Shares): ApiHandler {
  return async (event, context) => {
    const { method } = event.requestContext.http;
    const requestId = requestIdOf(event) ?? UNKNOWN_ID;
    const refusal = refusalOf(event, shares);
    if (refusal !== null) return written(refusal, method, requestId);
    const answer = await api.respond({
      method: method as Method,
      path: event.rawPath,
      query: new URLSearchParams(event.rawQueryString),
      headers: lowerCase(event.headers),
      raw: rawBody(event),
      requestId,
      env: { event, requestContext: event.requestContext, lambdaContext: context },
    });
    return method === 'POST' || answer.status !== 200
      ? written(answer, method, requestId)
      : tagged(answer, method, requestId, lowerCase(event.headers)['if-none-match']);
  };
}

/** What is read is sent again only where it has changed. */
function tagged(answer: Answer, method: string, requestId: string, ifNoneMatch: string | undefined): ApiAnswer {
  const body = textOf(answer.body);
  const etag = entityTag(body);
  if (isKnown(etag, ifNoneMatch)) return written({ status: 304, headers: { etag }, body: '' }, method, requestId);
  return written({ ...answer, headers: { ...answer.headers, etag }, body }, method, requestId);
}

function textOf(body: Answer['body']): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function written({ status, headers, body }: Answer, method: string, requestId: string): ApiAnswer {
  const isProblem = headers['content-type'] === PROBLEM_TYPE;
  const said = isProblem && typeof body === 'object' ? { ...body, request_id: requestId } : body;
  return {
    statusCode: status,
    headers: { ...headers, [REQUEST_ID]: requestId },
    body: method === 'HEAD' ? '' : textOf(said),
    isBase64Encoded: false,
  };
}

function lowerCase(headers: HttpApiEvent['headers']): HttpApiEvent['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function rawBody({ body, isBase64Encoded }: HttpApiEvent): RawBody {
  if (typeof body !== 'string') return null;
  return isBase64Encoded ? Buffer.from(body, 'base64') : body;
}

/** What is turned away before anything reads into it. */
function refusalOf(event: HttpApiEvent, shares: Shares | undefined): Answer | null {
  const { method } = event.requestContext.http;
  const waitSeconds = shares === undefined ? null : waitOf(event, shares);
  if (waitSeconds !== null) return tooMany(waitSeconds);
  if (!(METHODS as readonly string[]).includes(method)) return noRoute(method, event.rawPath);
  if (!isPlainPath(event.rawPath)) return notPlain(method, event.rawPath);
  const bytes = method === 'POST' ? bodyBytes(event) : 0;
  return bytes > MAX_BODY_BYTES ? tooLarge(bytes) : null;
}

function waitOf(event: HttpApiEvent, { callerOf, share }: Shares): number | null {
  const { name } = callerOf({ event, requestContext: event.requestContext });
  return name === null ? null : share(name);
}

function tooMany(waitSeconds: number): Answer {
  const detail = `you have asked too often: at most ${CALLS_PER_SECOND} times a second, expected in ${waitSeconds} s again`;
  return problemAnswer(429, 'Too many requests', detail, {}, { 'retry-after': String(waitSeconds) });
}

/** Where a proxy or a policy reads one path and the router another, neither could be trusted. */
function notPlain(method: string, path: string): Answer {
  const said = `${method} ${path.slice(0, SHOWN_CHARS)}`;
  const detail = `no route ${said}: expected a path as it is meant, without dots, backslashes or escapes of plain letters`;
  return problemAnswer(404, 'Not found', detail);
}

function bodyBytes({ body, isBase64Encoded }: HttpApiEvent): number {
  if (typeof body !== 'string') return 0;
  return Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');
}
