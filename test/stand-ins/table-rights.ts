// A stand-in of IAM before the embedded table: who calls is known by the access key, and may write to the partitions of its function only.
import type { Server, ServerResponse } from 'node:http';
import { WRITTEN_BY, type Writer } from '../../lib/adapters/dynamo/partitions.ts';
import type { TableAccess } from '../../local/embedded-endpoint.ts';
import { standBefore } from './before-server.ts';

/** How the SDK names an operation. */
const TARGET = /^DynamoDB_\d+\.(\w+)$/;
const READS = new Set(['GetItem', 'Query']);
const WRITES = new Set(['PutItem', 'UpdateItem']);
/** As a signed request says who sent it. */
const SIGNER = /Credential=([^/]+)\//;

export interface TableRights {
  /** Asks of every request whether its sender may make it, before the engine sees it. */
  readonly guard: (server: Server) => void;
  /** The table as that function reaches it. */
  readonly as: (writer: Writer, table: TableAccess) => TableAccess;
  /** Writes that were refused, in words. */
  readonly refused: readonly string[];
}

/** Whoever comes with another key than a function's may do everything, as an administrator may. */
export function makeTableRights(): TableRights {
  const refused: string[] = [];
  /** @returns why not, or null */
  function whyRefused(signer: Writer, operation: string, pk: string): string | null {
    if (WRITES.has(operation) && WRITTEN_BY[signer].some((pattern) => isLike(pattern, pk))) return null;
    return `${signer} is not authorized to perform dynamodb:${operation} on ${pk}`;
  }
  return {
    refused,
    as: (writer, table) => ({ ...table, credentials: { accessKeyId: writer, secretAccessKey: 'of a test' } }),
    guard: (server) =>
      standBefore(server, ({ headers }, body, response) => {
        const [, operation = ''] = TARGET.exec(String(headers['x-amz-target'])) ?? [];
        const [, signer = ''] = SIGNER.exec(String(headers.authorization)) ?? [];
        if (READS.has(operation) || !(signer in WRITTEN_BY)) return false;
        const why = whyRefused(signer as Writer, operation, partitionOf(body));
        if (why === null) return false;
        refused.push(why);
        deny(response, why);
        return true;
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
