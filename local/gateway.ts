// The API on a local port: turns HTTP requests into the events API Gateway would send and calls the very handlers it would.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAX_BODY_BYTES } from '../lib/app/api/json-body.ts';
import type { ApiHandler } from '../lib/app/api/lambda.ts';
import { eventOf } from './gateway-event.ts';
import { keepOtherPagesOut } from './loopback.ts';
import { localPage } from './pages.ts';
import { answerUnreadable, LOCAL_HEADERS, sendProblem } from './plain-problems.ts';

/** API Gateway's own; the API itself takes far less. */
const MAX_READ_BYTES = 10_000_000;
/** So much of a body that is too large is still read, and thrown away: who writes before reading hears the answer. */
const MOST_READ_BYTES = 20_000_000;
/** Times in milliseconds: a request of ours is short. That it has one Host, `keepOtherPagesOut` sees to. */
const OPTIONS = { requestTimeout: 30_000, headersTimeout: 10_000, requireHostHeader: false };

interface Handlers {
  readonly query: ApiHandler;
  readonly command: ApiHandler;
}

export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves on 127.0.0.1, to programs of this machine and to pages of its own.
 * @throws Error of one line where the port is taken
 */
export async function startGateway(port: number, handlers: Handlers): Promise<Gateway> {
  const server = createServer(OPTIONS, (request, response) => {
    serve(handlers, request, response).catch(() => sendProblem(response, 500, 'the request failed'));
  });
  keepOtherPagesOut(server, (response, { status, detail }) => sendProblem(response, status, detail));
  answerUnreadable(server);
  await listen(server, port);
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    const what = taken ? 'in use by another program' : 'not to be had';
    const why = taken ? '' : ` (${error instanceof Error ? error.message : String(error)})`;
    const instead = '--port 0 takes any that is free';
    throw new Error(
      `port ${port} is ${what}${why}: end what has it, or choose another: npm start -- --port N; ${instead}`,
    );
  }
}

async function serve(handlers: Handlers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const page = request.method === 'GET' ? await localPage(request) : null;
  if (page !== null) {
    response.writeHead(page.status ?? 200, { ...LOCAL_HEADERS, ...page.headers });
    response.end(page.body);
    return;
  }
  const body = await readBody(request);
  if (body === null) {
    sendProblem(response, 413, `the request body is over ${MAX_READ_BYTES} bytes, expected at most ${MAX_BODY_BYTES}`);
    return;
  }
  const handler = request.method === 'GET' || request.method === 'HEAD' ? handlers.query : handlers.command;
  const { statusCode, headers, body: text, isBase64Encoded } = await handler(eventOf(request, body));
  response.writeHead(statusCode, { ...LOCAL_HEADERS, ...headers });
  response.end(isBase64Encoded ? Buffer.from(text, 'base64') : text);
}

/** Null where there is too much of it. */
function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_READ_BYTES) chunks.push(chunk);
      else if (size > MOST_READ_BYTES) resolve(null);
    });
    request.once('end', () => resolve(size > MAX_READ_BYTES ? null : Buffer.concat(chunks)));
    request.once('error', reject);
  });
}
