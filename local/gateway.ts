// The API on a local port: turns HTTP requests into the events API Gateway would send and calls the very handlers it would.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_BODY_BYTES } from '../lib/app/api/json-body.ts';
import type { ApiHandler } from '../lib/app/api/lambda.ts';
import { VERSION } from '../lib/version.ts';
import { READ_PATH, serveMcp, WRITE_PATH } from '../mcp/serve.ts';
import { type LocalServer, readBody, serveLocally } from '../web/listen.ts';
import { SESSION_PATH, sessionPage, shownPage } from '../web/pages.ts';
import { LOCAL_HEADERS, sendProblem, sendShown } from '../web/plain-problems.ts';
import { eventOf } from './gateway-event.ts';

/** API Gateway's own; the API itself takes far less. */
const MAX_READ_BYTES = 10_000_000;

interface Handlers {
  readonly query: ApiHandler;
  readonly command: ApiHandler;
}

export type Gateway = LocalServer;

/**
 * Serves on 127.0.0.1, to programs of this machine and to pages of its own.
 * @throws Error of one line where the port is taken
 */
export function startGateway(port: number, handlers: Handlers): Promise<Gateway> {
  return serveLocally(port, 'npm start -- --port N', (request, response) => serve(handlers, request, response));
}

async function serve(handlers: Handlers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET' && request.url === SESSION_PATH) {
    sendShown(response, sessionPage({ served_by: 'local', read_only: false, url: `http://${request.headers.host}` }));
    return;
  }
  const page = await shownPage(request);
  if (page !== null) {
    sendShown(response, page);
    return;
  }
  const body = await readBody(request, MAX_READ_BYTES);
  if (body === null) {
    sendProblem(response, 413, `the request body is over ${MAX_READ_BYTES} bytes, expected at most ${MAX_BODY_BYTES}`);
    return;
  }
  const event = eventOf(request, body);
  const isMcp = event.rawPath === READ_PATH || event.rawPath === WRITE_PATH;
  const handler = request.method === 'GET' || request.method === 'HEAD' ? handlers.query : handlers.command;
  const answer = isMcp ? await serveMcp(event, handlers, VERSION) : await handler(event);
  const { statusCode, headers, body: text, isBase64Encoded } = answer;
  // Node tells the length by itself where nothing is written before the end.
  response.statusCode = statusCode;
  response.setHeaders(new Map(Object.entries({ ...LOCAL_HEADERS, ...headers })));
  response.end(Buffer.from(text, isBase64Encoded ? 'base64' : 'utf8'));
}
