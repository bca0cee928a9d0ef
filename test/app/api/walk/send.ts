// A request as plain data, and how it goes out: by Node's own client, which takes a path as it is.
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Operation } from './document.ts';

export interface Sent {
  readonly params: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Undefined: none is sent. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** As it came. */
  readonly text: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };

export function targetOf({ path }: Pick<Operation, 'path'>, { params, query }: Pick<Sent, 'params' | 'query'>): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(wellFormed(params[name] ?? '')));
  const pairs = query.map(([name, value]) => [wellFormed(name), wellFormed(value)].map(encodeURIComponent).join('='));
  return pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`;
}

export function send(url: string, operation: Operation, sent: Sent): Promise<Answered> {
  const text = sent.body === undefined ? '' : JSON.stringify(sent.body);
  const type = operation.method === 'post' ? JSON_TYPE : {};
  return sendText(url, operation.method.toUpperCase(), targetOf(operation, sent), { ...type, ...sent.headers }, text);
}

export async function sendText(
  url: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  text = '',
): Promise<Answered> {
  // Of a DELETE with a body Node would not say how long it is.
  const length = text === '' ? {} : { 'content-length': Buffer.byteLength(text) };
  const outgoing = httpRequest(url, { method, path: target, headers: { ...headers, ...length } });
  outgoing.end(text);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') };
}

function wellFormed(text: string): string {
  return text.toWellFormed();
}
