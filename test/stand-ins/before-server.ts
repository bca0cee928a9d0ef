// Stands before a server of this process: sees each request with its body, and lets it through or answers itself.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** @param see true where it has answered: the server then never hears of the request */
export function standBefore(
  server: Server,
  see: (request: IncomingMessage, body: Buffer, response: ServerResponse) => boolean,
): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    if (see(request, body, response)) return;
    for (const listener of listeners) listener.call(server, replayed(request, body), response);
  });
}

/** The request once more, for whoever reads its body next. */
function replayed(request: IncomingMessage, body: Buffer): Readable {
  const { headers, rawHeaders, method, url, socket } = request;
  return Object.assign(Readable.from([body]), { headers, rawHeaders, method, url, socket });
}
