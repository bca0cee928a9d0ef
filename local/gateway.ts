// The API on a local port: turns HTTP requests into the events API Gateway would send and calls the very handlers it would.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { makeHandler as makeCommandHandler } from '../functions/command.ts';
import type { makeHandler as makeQueryHandler } from '../functions/query.ts';

type Handler = ReturnType<typeof makeQueryHandler> & ReturnType<typeof makeCommandHandler>;
type Event = Parameters<Handler>[0];

const MAX_BODY_BYTES = 1_000_000;

export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves on 127.0.0.1.
 * @throws Error of one line where the port is taken
 */
export async function startGateway(port: number, handlers: { query: Handler; command: Handler }): Promise<Gateway> {
  const server = createServer((request, response) => {
    serve(handlers, request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ title: 'Internal error', status: 500, detail: String(error) }));
    });
  });
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
    throw new Error(`port ${port} is ${what}${why}: end what has it, or choose another with --port N; ${instead}`);
  }
}

async function serve(
  handlers: { query: Handler; command: Handler },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const handler = request.method === 'GET' || request.method === 'HEAD' ? handlers.query : handlers.command;
  const result = await handler(eventOf(request, body));
  const { statusCode, headers, body: text, isBase64Encoded } = result;
  response.writeHead(statusCode, headers as Record<string, string> | undefined);
  response.end(isBase64Encoded ? Buffer.from(text, 'base64') : text);
}

/** An API Gateway HTTP API event, payload format 2.0, without an authorizer: the caller is whoever is on this machine. */
function eventOf(request: IncomingMessage, body: string): Event {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const method = request.method ?? 'GET';
  const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]));
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    body: body === '' ? null : body,
    isBase64Encoded: false,
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      authentication: null,
      authorizer: {},
      domainName: '127.0.0.1',
      domainPrefix: 'local',
      http: {
        method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: 'local',
      routeKey: '$default',
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
  } as unknown as Event;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error(`the request body is over ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
