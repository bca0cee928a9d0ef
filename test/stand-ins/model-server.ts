// A stand-in for a model server: it answers as Ollama and OpenAI's endpoints do, or however a test wants, and keeps what it was sent.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly trailers: NodeJS.Dict<string>;
  readonly body: Buffer;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface ModelServer {
  readonly server: Server;
  readonly port: number;
  readonly host: string;
  /** Whole requests, in order. */
  readonly received: Received[];
  /** Connections that are open now. */
  readonly sockets: Set<Socket>;
  /** How answers come from now on. */
  answerWith(answer: Answer): void;
  close(): Promise<void>;
}

export async function startModelServer(first: Answer = answerAsOllama, port = 0): Promise<ModelServer> {
  let answer = first;
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ maxHeaderSize: 256 * 1024 }, (request, response) => {
    void readBody(request).then((body) => {
      if (body !== null) received.push(body);
    });
    void answer(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const at = (server.address() as AddressInfo).port;
  return {
    server,
    port: at,
    host: `127.0.0.1:${at}`,
    received,
    sockets,
    answerWith: (next) => {
      answer = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Received | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return null;
  }
  const { method = '', url = '', headers, rawHeaders, trailers } = request;
  return { method, url, headers, rawHeaders, trailers, body: Buffer.concat(chunks) };
}

/** What Ollama tells with its last line. */
export const OLLAMA_FIGURES = {
  total_duration: 5_043_500_667,
  load_duration: 5_025_959_000,
  prompt_eval_count: 26,
  prompt_eval_duration: 325_953_000,
  eval_count: 3,
  eval_duration: 4_709_213_000,
};

/** Three pieces as NDJSON on Ollama's endpoints, as an event stream elsewhere; once the request was read. */
export function answerAsOllama(request: IncomingMessage, response: ServerResponse): void {
  request.on('end', () => {
    if (request.url?.startsWith('/api/')) {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      for (const word of ['a', 'b', 'c']) response.write(line({ response: word, done: false }));
      response.end(line({ response: '', done: true, context: [1, 2, 3], ...OLLAMA_FIGURES }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const word of ['a', 'b', 'c']) response.write(event({ choices: [{ delta: { content: word } }], usage: null }));
    response.write(event({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 } }));
    response.end('data: [DONE]\n\n');
  });
}

export function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

export function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
