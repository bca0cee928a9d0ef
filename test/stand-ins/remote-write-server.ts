// Stands in for a receiver of remote write on loopback: reads what comes back into series, and answers as a test wants it.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PbfReader } from 'pbf';
import { uncompress } from 'snappyjs';

export interface WrittenSeries {
  /** In the order in which they came. */
  readonly labels: readonly (readonly [string, string])[];
  readonly value: number;
  /** Of the value, as it came. */
  readonly bits: string;
  readonly timestamp: number;
}

export interface WriteRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly series: readonly WrittenSeries[];
}

/** null hangs, 'reset' ends the connection. */
export type WriteReply =
  | null
  | 'reset'
  | {
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
      readonly afterMs?: number;
    };

export async function startRemoteWriteServer(answer: (request: WriteRequest, number: number) => WriteReply) {
  const requests: WriteRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = '', url = '', headers } = incoming;
    const request = { method, url, headers, body, series: seriesIn(body) };
    requests.push(request);
    const reply = answer(request, requests.length);
    if (reply === null) return;
    if (reply === 'reset') return void incoming.socket.destroy();
    if (reply.afterMs !== undefined) await new Promise((resolve) => setTimeout(resolve, reply.afterMs));
    outgoing.writeHead(reply.status, reply.headers).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/write`,
    requests,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Field by field, as prometheus/prompb/remote.proto and types.proto number them. */
function seriesIn(body: Buffer): readonly WrittenSeries[] {
  const found: WrittenSeries[] = [];
  new PbfReader(uncompress(new Uint8Array(body))).readFields((field, _, pbf) => {
    if (field !== 1) throw new Error(`field ${field} of a WriteRequest`);
    const series = { labels: [] as [string, string][], value: Number.NaN, bits: '', timestamp: 0 };
    pbf.readMessage((part, _series, of) => {
      if (part === 1) {
        const label: [string, string] = ['', ''];
        of.readMessage((tag, _label, reader) => {
          label[tag - 1] = reader.readString();
        }, label);
        series.labels.push(label);
      } else
        of.readMessage((tag, _sample, reader) => {
          if (tag === 1) {
            series.bits = Buffer.from(reader.buf.slice(reader.pos, reader.pos + 8))
              .reverse()
              .toString('hex');
            series.value = reader.readDouble();
          } else series.timestamp = reader.readVarint(true);
        }, series);
    }, series);
    found.push(series);
  }, found);
  return found;
}
