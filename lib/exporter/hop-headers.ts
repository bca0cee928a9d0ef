// Headers that are of one connection only: what a client and a server agree on with the exporter is not the other's business.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

const OF_THE_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'upgrade',
];
/** How a body is delimited is never anybody's to take away, whatever `Connection` names. */
const KEPT = new Set(['host', 'content-length', 'transfer-encoding', 'te', 'trailer']);

/** Takes them out, and those that `Connection` names. */
export function withoutHopHeaders(headers: IncomingHttpHeaders): void {
  const named = (headers.connection ?? '').toLowerCase().split(',', 100);
  for (const name of [...OF_THE_HOP, ...named.map((token) => token.trim())]) if (!KEPT.has(name)) delete headers[name];
}

/** The client's connection goes on as the client and this server want it, not as the connection upstream does. */
export function keepConnectionOfItsOwn(answer: IncomingMessage, response: ServerResponse, isEnding: boolean): void {
  withoutHopHeaders(answer.headers);
  answer.headers.connection = response.shouldKeepAlive && !isEnding ? 'keep-alive' : 'close';
}

/** As `addTrailers` takes them: pairs, repeated names included. */
export function trailersOf({ rawTrailers }: IncomingMessage): [string, string][] {
  return rawTrailers.flatMap((name, i) => (i % 2 === 0 ? [[name, rawTrailers[i + 1] ?? '']] : []));
}
