// One process that answers over HTTP: `api` as `npm start` serves the query function, or `bare` with the same reads of the table and
// nothing made of them. It tells its address, tells the CPU time it has
// taken, and ends with its parent.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { makeHandler } from '../../functions/query.ts';
import { readConfig } from '../../lib/config.ts';
import { wireQuery } from '../../lib/wire/query.ts';
import { startGateway } from '../../local/gateway.ts';
import type { TableRead } from './recorded.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

process.on('disconnect', () => process.exit(0));
process.on('message', (message: readonly (readonly TableRead[])[] | 'api' | 'cpu') => {
  if (message === 'cpu') return void process.send?.(cpuMs());
  const started = message === 'api' ? startApi() : startBare(message);
  void started.then((url) => process.send?.(url));
});

/** Of this process so far: whatever else the machine does. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function startApi(): Promise<string> {
  const query = makeHandler(await wireQuery(readConfig(process.env), { log: QUIET }));
  return (await startGateway(0, { query, command: query })).url;
}

/** `/0` makes the reads of the first list, and so on; one begins when those have ended that had when it was recorded. */
async function startBare(lists: readonly (readonly TableRead[])[]): Promise<string> {
  const client = new DynamoDBClient({});
  const readAll = async (reads: readonly TableRead[]): Promise<number> => {
    const done: Promise<number>[] = [];
    for (const { target, input, after } of reads) {
      const before = after.map((i) => done[i]);
      done.push(Promise.all(before).then(() => read(client, target, input)));
    }
    return (await Promise.all(done)).reduce((sum, items) => sum + items, 0);
  };
  const server = createServer((request, response) => {
    const reads = lists[Number(request.url?.slice(1))] ?? [];
    readAll(reads).then(
      (items) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ items })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function read(client: DynamoDBClient, target: TableRead['target'], input: object): Promise<number> {
  if (target === 'Query') return (await client.send(new QueryCommand(input as never))).Items?.length ?? 0;
  return (await client.send(new GetItemCommand(input as never))).Item === undefined ? 0 : 1;
}
