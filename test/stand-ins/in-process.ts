// Ways to a server of this process without a socket between: its listeners are handed each request, and what they answer is handed back.
import type { Server } from 'node:http';
import { Readable, Writable } from 'node:stream';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { type HttpLibrary, type RequestContext, ResponseContext, wrapHttpLibrary } from '@kubernetes/client-node';
import type { TableOptions } from '../../lib/adapters/dynamo/table.ts';

interface Sent {
  readonly method: string;
  /** From the path on. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}
/** What of the SDK's request counts here: the table has one path and no query. */
interface SdkRequest extends Omit<Sent, 'target'> {
  readonly path: string;
}
interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The table behind a server, for `openTable`: nothing is signed, but it is said by which key a request comes. */
export function tableInProcess(server: Server, accessKeyId: string): NonNullable<TableOptions['transport']> {
  const signed = {
    'x-amz-date': '20260101T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101, SignedHeaders=host, Signature=none`,
  };
  const requestHandler: NonNullable<DynamoDBClientConfig['requestHandler']> = {
    async handle({ method, path, headers, body }: SdkRequest) {
      const answer = await handOver(server, { method, target: path, headers, body });
      return { response: { statusCode: answer.status, headers: answer.headers, body: new Uint8Array(answer.body) } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
  return {
    requestHandler,
    signer: { sign: async (request) => Object.assign(request, { headers: { ...request.headers, ...signed } }) },
  };
}

/** The cluster behind a server, for its client. */
export function clusterInProcess(server: Server): HttpLibrary {
  return wrapHttpLibrary({
    async send(request: RequestContext) {
      const { pathname, search } = new URL(request.getUrl());
      const [method, body] = [String(request.getHttpMethod()), request.getBody()];
      const sent = { method, target: pathname + search, headers: request.getHeaders(), body: body as Sent['body'] };
      const answer = await handOver(server, sent).catch((cause: unknown) => {
        throw new TypeError('fetch failed', { cause });
      });
      return new ResponseContext(answer.status, answer.headers, bodyOf(answer));
    },
  });
}

function bodyOf({ body }: Received) {
  return {
    text: async () => body.toString('utf8'),
    binary: async () => body,
    stream: () => Readable.toWeb(Readable.from([body])),
  };
}

/** @throws Error as of a lost connection, where the server has ended or throws the request away */
async function handOver(server: Server, { method, target, headers, body }: Sent): Promise<Received> {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const asSent = Object.fromEntries([...lower, ['host', `127.0.0.1:${address.port}`]]);
  const request = Object.assign(withBody(body), {
    method,
    url: target,
    headers: asSent,
    rawHeaders: Object.entries(asSent).flat(),
    socket: { localPort: address.port },
  });
  const response = new Response();
  server.emit('request', request, response);
  return response.received;
}

function withBody(body: Sent['body']): Readable {
  const request = new Readable({ read: () => undefined });
  // The SDK's bodies are bytes that warn where somebody takes them for text.
  if (body instanceof Uint8Array) request.push(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  else if (body !== undefined) request.push(Buffer.from(body));
  request.push(null);
  return request;
}

/** What a listener knows of a `ServerResponse`. */
class Response extends Writable {
  statusCode = 200;
  headersSent = false;
  readonly received: Promise<Received>;
  readonly #headers: Record<string, string> = {};
  readonly #chunks: Buffer[] = [];

  constructor() {
    super({ decodeStrings: true });
    this.received = new Promise((resolve, reject) => {
      this.once('finish', () =>
        resolve({ status: this.statusCode, headers: this.#headers, body: Buffer.concat(this.#chunks) }),
      );
      this.once('close', () => reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })));
    });
  }

  setHeader(name: string, value: string | number): this {
    this.#headers[name.toLowerCase()] = String(value);
    return this;
  }

  writeHead(status: number, headers: Readonly<Record<string, string | number>> = {}): this {
    this.statusCode = status;
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    this.headersSent = true;
    return this;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.headersSent = true;
    this.#chunks.push(chunk);
    done();
  }
}
