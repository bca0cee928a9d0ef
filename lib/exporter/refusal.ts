// What the exporter itself answers where nobody else can: short JSON, in the words of whoever was asked.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dialectOf } from './endpoint.ts';

export interface Refusal {
  readonly status: 403 | 502 | 504;
  /** For programs. */
  readonly code: 'host_not_allowed' | 'upstream_unreachable' | 'upstream_broke_off' | 'upstream_timeout';
  /** Of ours: nothing of the request may be in it. */
  readonly message: string;
}

/** Does nothing where an answer has begun: that one can only break off, which the caller sees to. */
export function refuse(request: IncomingMessage, response: ServerResponse, { status, code, message }: Refusal): void {
  if (response.headersSent || response.destroyed) return;
  const said = `litebrain exporter: ${message}`;
  const body =
    dialectOf(request.url) === 'openai'
      ? { error: { message: said, type: 'upstream_error', param: null, code } }
      : { error: said, code };
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
  // What still comes of the body is read and forgotten, or the next request on this connection would wait behind it.
  request.resume();
}
