// Which reads of the table an answer is made of: noted by a door before the table that lets everything through, each after the same
// while. By then every read has begun that waits for none: one that begins later waited for another.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Longer than an answer computes between two reads. */
const HELD_MS = 50;

export interface TableRead {
  readonly target: 'GetItem' | 'Query';
  /** As the table was asked, attribute values with their types. */
  readonly input: object;
  /** Reads, by their place in the list, that had ended when this one began. */
  readonly after: readonly number[];
}

export interface Recorder {
  readonly endpoint: string;
  /** The reads since it was last asked, in the order of their beginning. */
  taken(): readonly TableRead[];
  close(): void;
}

export async function startRecorder(table: string): Promise<Recorder> {
  let reads: TableRead[] = [];
  let ended: number[] = [];
  const server = createServer((request, response) => {
    void forward(request).then(({ status, text }) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
    });
  });
  async function forward(request: IncomingMessage) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const target = String(request.headers['x-amz-target']).split('.').at(-1);
    const place = reads.length;
    const mine = ended;
    if (target !== 'GetItem' && target !== 'Query') throw new Error(`${target} is no read`);
    reads.push({ target, input: JSON.parse(body.toString()), after: [...ended] });
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const answer = await fetch(table, { method: 'POST', headers: headers as Record<string, string>, body });
    const text = await answer.text();
    await wait(HELD_MS);
    mine.push(place);
    return { status: answer.status, text };
  }
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken() {
      const all = reads;
      reads = [];
      ended = [];
      return all;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
