// Ports on loopback are for programs of this machine and for our own pages: a page from elsewhere, in its browser, stays out.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { cleanText } from '../lib/domain/text/clean-text.ts';

interface Refusal {
  readonly status: 400 | 403;
  readonly detail: string;
}

export type Refuse = (response: ServerResponse, refusal: Refusal) => void;

const SHOWN_CHARS = 80;
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];
/** Hosts that no name server can turn to us: whoever uses one means this machine. */
const OUR_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::(\d{1,5}))?$/i;

/**
 * Asks of every request, before anything else sees it, whether it may come in.
 * @param refuse answers in the words of the protocol that is spoken there
 */
export function keepOtherPagesOut(server: Server, refuse: Refuse): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const refusal = refusalOf(request);
    if (refusal !== null) refuse(response, refusal);
    else for (const listener of listeners) listener.call(server, request, response);
  });
}

/** Null for a request that may come in. */
function refusalOf(request: IncomingMessage): Refusal | null {
  return hostRefusal(request) ?? targetRefusal(request) ?? originRefusal(request) ?? siteRefusal(request);
}

/** A page that has its own name resolve to 127.0.0.1 (DNS rebinding) gives itself away by that name. */
function hostRefusal({ rawHeaders, socket: { localPort } }: IncomingMessage): Refusal | null {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'host');
  const [host] = hosts;
  if (host === undefined || hosts.length > 1)
    return { status: 400, detail: `the request has ${hosts.length} Host headers, expected one` };
  if (isOurs(host, localPort)) return null;
  return forbidden(`Host is ${shown(host)}, expected ${expectedHosts(localPort)}`);
}

/** A target with a host of its own would count for more than the Host header. */
function targetRefusal({ url = '', socket: { localPort } }: IncomingMessage): Refusal | null {
  if (url.startsWith('/')) return null;
  const host = /^http:\/\/([^/?#]*)/i.exec(url)?.[1];
  if (host !== undefined && isOurs(host, localPort)) return null;
  return { status: 400, detail: `the request target is ${shown(url)}, expected a path such as /health` };
}

/** Browsers name the page's origin on every write and on every read across origins; programs do not. */
function originRefusal({ method = '', headers, socket: { localPort } }: IncomingMessage): Refusal | null {
  const isSafe = SAFE_METHODS.includes(method);
  const field = headers.origin === undefined && !isSafe ? 'referer' : 'origin';
  const value = headers[field];
  const from = field === 'referer' ? value?.replace(/^(https?:\/\/[^/?#]*).*$/is, '$1') : value;
  if (from === undefined) return null;
  const host = /^http:\/\/(.*)$/is.exec(from)?.[1];
  if (host !== undefined && isOurs(host, localPort)) return null;
  return forbidden(`the request comes from a page of ${shown(from)}, expected one of ${expectedHosts(localPort)}`);
}

/** `none` is the address bar. A link that is followed in a tab of its own is no more than that. */
function siteRefusal({ method = '', headers }: IncomingMessage): Refusal | null {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return null;
  const follows = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (follows && SAFE_METHODS.includes(method)) return null;
  return forbidden(`sec-fetch-site is ${shown(String(site))}, expected same-origin: a page of another site asks`);
}

function isOurs(host: string, port: number | undefined): boolean {
  const found = OUR_HOST.exec(host);
  return found !== null && (found[1] ?? '80') === String(port);
}

function expectedHosts(port: number | undefined): string {
  return `127.0.0.1:${port}, localhost:${port} or [::1]:${port}`;
}

function forbidden(detail: string): Refusal {
  return { status: 403, detail };
}

function shown(text: string): string {
  return JSON.stringify(cleanText(text, SHOWN_CHARS));
}
