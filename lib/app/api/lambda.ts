// An app as a function behind API Gateway's HTTP API; what cannot become a request is answered as a problem, too.
import type { OpenAPIHono } from '@hono/zod-openapi';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { problemResponse } from './problem.ts';
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

const METHODS = ['GET', 'HEAD', 'POST'];

export function lambdaHandler(app: OpenAPIHono): ApiHandler {
  const answer = handle(app);
  return async (event, context) => {
    const { method } = event.requestContext.http;
    if (!METHODS.includes(method)) return answerOf(noRoute(method, event.rawPath));
    // A read is what its URL says; a body beside it means nothing (RFC 9110, 9.3.1), and no Request could hold it.
    const asked = method === 'POST' ? event : { ...event, body: null };
    const { statusCode, headers, body, isBase64Encoded } = await answer(asked as HttpApiEvent, context);
    const isWorded = statusCode < 400 || headers['content-type'] === 'application/problem+json';
    if (isWorded) return { statusCode, headers, body, isBase64Encoded };
    return answerOf(problemResponse(400, 'Invalid request', 'the request cannot be read'));
  };
}

async function answerOf(response: Response): Promise<ApiAnswer> {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    isBase64Encoded: false,
  };
}
