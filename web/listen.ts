// A server on 127.0.0.1, for programs of this machine and pages of our own; whatever gets no further is answered in problem details.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { keepOtherPagesOut } from './loopback.ts';
import { answerUnreadable, sendProblem } from './plain-problems.ts';

/** Times in milliseconds: a request of ours is short. That it has one Host, `keepOtherPagesOut` sees to. */
const OPTIONS = { requestTimeout: 30_000, headersTimeout: 10_000, requireHostHeader: false };
/** So much of a body that is too large is still read, and thrown away: who writes before reading hears the answer. */
const MOST_READ_BYTES = 20_000_000;

export interface LocalServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param started how whoever reads the error has started it: `npm start -- --port N`
 * @throws Error of one line where the port is taken
 */
export async function serveLocally(
  port: number,
  started: string,
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<LocalServer> {
  const server = createServer(OPTIONS, (request, response) => {
    serve(request, response).catch(() => sendProblem(response, 500, 'the request failed'));
  });
  keepOtherPagesOut(server, (response, { status, detail }) => sendProblem(response, status, detail));
  answerUnreadable(server);
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    const what = taken ? 'in use by another program' : 'not to be had';
    const why = taken ? '' : ` (${error instanceof Error ? error.message : String(error)})`;
    throw new Error(
      `port ${port} is ${what}${why}: end what has it, or choose another: ${started}; --port 0 takes any that is free`,
    );
  }
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

/** Null where there is too much of it. */
export function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostBytes) chunks.push(chunk);
      else if (size > MOST_READ_BYTES) resolve(null);
    });
    request.once('end', () => resolve(size > mostBytes ? null : Buffer.concat(chunks)));
    request.once('error', reject);
  });
}
