// Stands before a server of this process: sees each request with its body, and lets it through or answers itself.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/** @param see true where it has answered: the server then never hears of the request */
export function standBefore(
  server: Server,
  see: (request: IncomingMessage, body: Buffer, response: ServerResponse) => boolean,
): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (see(request, body, response)) return;
      for (const listener of listeners) listener.call(server, replayed(request, body), response);
    });
  });
}

/** The request once more, for whoever reads its body next. */
function replayed(request: IncomingMessage, body: Buffer): Readable {
  const { headers, rawHeaders, method, url, socket } = request;
  const again = new Readable({ read: () => undefined });
  again.push(body);
  again.push(null);
  return Object.assign(again, { headers, rawHeaders, method, url, socket });
}
