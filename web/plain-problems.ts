// Answers to what never gets as far as the API: problem details, as the API itself answers, written by node's server.
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEM_TYPE, type ProblemTitle, problemType } from '../lib/app/api/problem.ts';
import { REQUEST_ID } from '../lib/app/api/request-id.ts';

type Headers = Readonly<Record<string, string>>;

/** Of every answer: what it holds is JSON for whoever asked, and no other site may load or frame it. */
export const LOCAL_HEADERS: Headers = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

export function sendProblem(response: ServerResponse, status: number, detail: string, headers: Headers = {}): void {
  if (response.headersSent) return void response.destroy();
  const { text, own } = problemOf(status, detail);
  response.writeHead(status, { ...LOCAL_HEADERS, ...own, ...headers });
  response.end(text);
}

interface Shown {
  /** 200 where absent. */
  readonly status?: number;
  readonly headers: Headers;
  readonly body: string | Buffer;
}

export function sendShown(response: ServerResponse, { status = 200, headers, body }: Shown): void {
  response.writeHead(status, { ...LOCAL_HEADERS, ...headers });
  response.end(body);
}

/** Requests that node gives up on before there is one: it would hang up, or answer without a word. */
export function answerUnreadable(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const [status, detail] = UNREADABLE[error.code ?? ''] ?? ([400, 'the request is not HTTP/1.1'] as const);
    hangUp(socket, status, detail);
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    hangUp(socket, 405, 'this is no proxy: CONNECT is not possible', { allow: 'GET, HEAD, POST' });
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    sendProblem(response, 417, 'expect is unknown, expected 100-continue or none');
  });
}

const UNREADABLE: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the request line and headers are too long: expected at most 16 kB'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not come in time'],
};

function hangUp(socket: Duplex, status: number, detail: string, headers: Headers = {}): void {
  if (!socket.writable) return void socket.destroy();
  const { text, own } = problemOf(status, detail);
  const all = { ...LOCAL_HEADERS, ...own, connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`);
}

const TITLES: Readonly<Record<number, ProblemTitle>> = {
  400: 'Unreadable request',
  401: 'Token missing',
  403: 'Foreign page',
  405: 'Method not allowed',
  408: 'Request timeout',
  413: 'Content too large',
  417: 'Expectation failed',
  431: 'Header fields too large',
  502: 'No answer of the API',
};

function problemOf(status: number, detail: string): { readonly text: string; readonly own: Headers } {
  const title = TITLES[status] ?? 'Internal error';
  const requestId = randomUUID();
  const body = { type: problemType(title), title, status, detail, success: false, request_id: requestId };
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  return { text, own: { 'content-type': PROBLEM_TYPE, 'content-length': length, [REQUEST_ID]: requestId } };
}
