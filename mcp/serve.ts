// MCP over HTTP, as an event in and an answer out: the same for the function that is deployed and for npm start. Each request stands
// alone; the API is asked as whoever sent it.
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { HttpApiEvent } from '../lib/app/api/lambda.ts';
import { type Answered, type Ask, bodyIn, requestOf } from './ask.ts';
import { mcpServer } from './server.ts';

export const READ_PATH = '/mcp';
export const WRITE_PATH = '/mcp/write';

/** A call of a tool is some hundred bytes. */
const MOST_BYTES = 65_536;

export interface FunctionAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** The API's functions, as API Gateway calls them. */
export interface ApiFunctions {
  query(event: HttpApiEvent): Promise<Pick<FunctionAnswer, 'statusCode' | 'body'>>;
  command(event: HttpApiEvent): Promise<Pick<FunctionAnswer, 'statusCode' | 'body'>>;
}

/** @param event of `READ_PATH`, which has no tool that writes, or of `WRITE_PATH` */
export async function serveMcp(event: HttpApiEvent, functions: ApiFunctions, version: string): Promise<FunctionAnswer> {
  const isWriting = event.rawPath === WRITE_PATH;
  const ask = askAs(event, functions, isWriting);
  // Tools stay what they are: nobody need wait for them to change, and a stream without end would be cut off here.
  const { fetch } = createMcpHandler(() => mcpServer(ask, { isWriting, version }), {
    maxSubscriptions: 0,
    maxRequestBodySize: MOST_BYTES,
  });
  const answer = await fetch(requestIn(event));
  return {
    statusCode: answer.status,
    headers: { 'cache-control': 'no-store', ...Object.fromEntries(answer.headers) },
    body: await answer.text(),
    isBase64Encoded: false,
  };
}

/** With the rights of whoever sent the event: its authorizer's words and its token are handed on as they came. */
function askAs(event: HttpApiEvent, { query, command }: ApiFunctions, isWriting: boolean): Ask {
  const { authorization } = event.headers;
  return async (question): Promise<Answered> => {
    const { method, path, query: rawQueryString, body } = requestOf(question);
    if (method === 'POST' && !isWriting) throw new Error(`${READ_PATH} changes nothing: ${WRITE_PATH} may`);
    const { requestContext } = event;
    const asked: HttpApiEvent & { readonly version: string; readonly routeKey: string } = {
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(body !== null && { 'content-type': 'application/json' }),
      },
      body,
      isBase64Encoded: false,
      requestContext: { ...requestContext, http: { ...requestContext.http, method, path } as { method: string } },
    };
    const { statusCode, body: text } = await (method === 'GET' ? query(asked) : command(asked));
    return { status: statusCode, body: bodyIn(text) };
  };
}

/** The credentials stay behind: nothing that reads the protocol needs them. */
function requestIn({ headers, body, isBase64Encoded, rawPath, requestContext }: HttpApiEvent): Request {
  const { method } = requestContext.http;
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const kept = named.filter((pair): pair is [string, string] => pair[1] !== undefined && !LEFT_OUT.has(pair[0]));
  const bytes = body === null || body === undefined ? null : Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return new Request(`https://mcp.invalid${rawPath}`, {
    method,
    headers: kept,
    ...(method !== 'GET' && method !== 'HEAD' && bytes !== null && { body: bytes }),
  });
}

const LEFT_OUT = new Set(['authorization', 'cookie', 'connection', 'content-length', 'host', 'transfer-encoding']);
