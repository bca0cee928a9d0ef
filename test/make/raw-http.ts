// HTTP as it goes over the wire, written by hand: what no client would send, and what a browser sends for a page.
import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 where the server hung up without a word. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Without the chunks of its transfer coding. */
  readonly body: string;
}

/** Sends the parts one after the other, as they are, and reads until the server hangs up. */
export async function sendRaw(url: string, ...parts: readonly (string | Buffer)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => resolve()));
  for (const part of parts) await new Promise((resolve) => socket.write(part, resolve));
  await closed;
  return answerOf(Buffer.concat(chunks).toString());
}

/** A request that asks for the connection to be closed; `Host` and the length of the body are added where not given. */
export function rawRequest(
  url: string,
  line: `${string} ${string}`,
  headers: readonly string[] = [],
  body: string | Buffer = '',
): Buffer {
  const has = (name: string) => headers.some((header) => header.toLowerCase().startsWith(`${name}:`));
  const all = [
    ...(has('host') ? [] : [`Host: ${new URL(url).host}`]),
    ...headers,
    ...(has('content-length') || has('transfer-encoding') ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    'Connection: close',
  ];
  const head = `${line} HTTP/1.1\r\n${all.map((header) => `${header}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

function answerOf(text: string): RawAnswer {
  const [head = '', ...rest] = text.replace(/^HTTP\/1\.1 100 .*?\r\n\r\n/s, '').split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = rest.join('\r\n\r\n').replace(/^[0-9a-f]+\r\n|\r\n[0-9a-f]+(?=\r\n|$)|\r\n/gim, '');
  return { status: Number(first.split(' ')[1] ?? 0), headers, body };
}
