// A stand-in of IAM before the embedded table: who calls is known by the access key, and may write to the partitions of its function only.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { WRITTEN_BY, type Writer } from '../../lib/adapters/dynamo/partitions.ts';
import type { TableAccess } from '../../local/embedded-endpoint.ts';

/** How the SDK names an operation. */
const TARGET = /^DynamoDB_\d+\.(\w+)$/;
const READS = new Set(['GetItem', 'Query']);
/** As a signed request says who sent it. */
const SIGNER = /Credential=([^/]+)\//;

export interface TableRights {
  /** The table as that function reaches it. */
  as(writer: Writer): TableAccess;
  /** Writes that were refused, in words. */
  readonly refused: readonly string[];
  /** Patterns of partitions that each function has written to. */
  readonly used: ReadonlyMap<string, ReadonlySet<string>>;
  close(): Promise<void>;
}

/** Whoever comes with another key than a function's may do everything, as an administrator may. */
export async function startTableRights(table: TableAccess): Promise<TableRights> {
  const refused: string[] = [];
  const used = new Map<string, Set<string>>();
  const upstream = new URL(table.endpoint);

  const server = createServer(async (incoming, response) => {
    const body = await read(incoming);
    const [, operation = ''] = TARGET.exec(String(incoming.headers['x-amz-target'])) ?? [];
    const [, signer = ''] = SIGNER.exec(String(incoming.headers.authorization)) ?? [];
    const granted = signer in WRITTEN_BY ? WRITTEN_BY[signer as Writer] : null;
    if (granted !== null && !READS.has(operation)) {
      const pk = partitionOf(body);
      const pattern = granted.find((one) => isLike(one, pk));
      if (pattern === undefined || !['PutItem', 'UpdateItem'].includes(operation)) {
        refused.push(`${signer} is not authorized to perform dynamodb:${operation} on ${pk}`);
        return deny(response, refused.at(-1) ?? '');
      }
      used.set(signer, (used.get(signer) ?? new Set()).add(pattern));
    }
    forward(incoming, body, upstream, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const endpoint = `http://127.0.0.1:${address.port}`;
  return {
    as: (writer) => ({ ...table, endpoint, credentials: { accessKeyId: writer, secretAccessKey: 'of a test' } }),
    refused,
    used,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** As IAM's StringLike: `*` is any characters, also none. */
export function isLike(pattern: string, value: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(value);
}

function partitionOf(body: Buffer): string {
  const { Item, Key } = JSON.parse(body.toString('utf8')) as Record<'Item' | 'Key', { pk?: { S?: string } }>;
  return (Item ?? Key)?.pk?.S ?? '';
}

function deny(response: ServerResponse, message: string): void {
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', message }));
}

function forward(
  incoming: IncomingMessage,
  body: Buffer,
  { hostname, port, host }: URL,
  response: ServerResponse,
): void {
  const { url: path, method, headers } = incoming;
  const sent = request({ hostname, port, path, method, headers: { ...headers, host } }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  // The table is away: so is what stands before it.
  sent.on('error', () => response.destroy());
  sent.end(body);
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
