// Stands in for EventBridge's PutEvents on loopback: keeps what was put, and refuses as a test wants it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PutEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: number;
  readonly EventBusName: string;
}

/** Of one call: null hangs, a number is the status of a failure as a whole, else the indices of entries that are refused. */
type Answer = null | number | readonly number[];

export async function startEventBusServer(answer: (entries: readonly PutEntry[], call: number) => Answer) {
  const calls: (readonly PutEntry[])[] = [];
  const taken: PutEntry[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as { Entries: readonly PutEntry[] };
    calls.push(Entries);
    const said = answer(Entries, calls.length);
    if (said === null) return;
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (typeof said === 'number') {
      response.writeHead(said).end(JSON.stringify({ __type: 'AccessDeniedException', message: 'not for you' }));
      return;
    }
    taken.push(...Entries.filter((_, i) => !said.includes(i)));
    const entries = Entries.map((_, i) =>
      said.includes(i) ? { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' } : { EventId: `e${i}` },
    );
    response.end(JSON.stringify({ FailedEntryCount: said.length, Entries: entries }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    calls,
    taken,
    client: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
