// A line to the real API server that goes wrong on demand: `kubectl proxy`, and before it answers that a test may spoil.
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClusterAccess } from '../../lib/adapters/kubernetes/connection.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What a test may do to one request: `ask` puts it to the real server, at another address where one is given. */
export type Spoil = (url: URL, ask: (url: URL) => Promise<Answer>) => Promise<Answer>;

export interface FaultyLine {
  readonly access: ClusterAccess;
  /** Null: everything goes through as it is. */
  spoil: Spoil | null;
  /** So many of the next writes are carried out, and their answers lost. */
  lose: number;
  close(): void;
}

export async function makeFaultyLine(): Promise<FaultyLine> {
  const proxy = spawn(process.env.KUBECTL ?? 'kubectl', ['proxy', '--port=0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const base = await addressOf(proxy);
  const ask = async (url: URL): Promise<Answer> => {
    const response = await fetch(`${base}${url.pathname}${url.search}`);
    return { status: response.status, body: await response.json() };
  };
  const line = { spoil: null as Spoil | null, lose: 0 };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', base);
    if (request.method !== 'GET') {
      const answer = await pass(url, request);
      line.lose -= 1;
      if (line.lose >= 0) response.destroy();
      else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text);
      return;
    }
    const answer = await (line.spoil === null ? ask(url) : line.spoil(url, ask));
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = { server: `http://127.0.0.1:${port}`, caData: '', token: () => Promise.resolve('none') };
  return Object.assign(line, {
    access: { kind: 'endpoint', resolve: () => Promise.resolve(endpoint) } as const,
    close() {
      server.closeAllConnections();
      server.close();
      proxy.kill();
    },
  });
}

async function pass(url: URL, request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const answer = await fetch(url, {
    method: request.method ?? 'POST',
    headers: {
      'content-type': request.headers['content-type'] ?? 'application/json',
      'user-agent': request.headers['user-agent'] ?? '',
    },
    body: Buffer.concat(chunks),
  });
  return { status: answer.status, text: await answer.text() };
}

/** `kubectl proxy` prints where it serves. */
function addressOf(proxy: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    proxy.stdout?.on('data', (text) => {
      const found = /127\.0\.0\.1:\d+/.exec(String(text));
      if (found) resolve(`http://${found[0]}`);
    });
    proxy.on('exit', (code) => reject(new Error(`kubectl proxy ended with ${code}`)));
  });
}
