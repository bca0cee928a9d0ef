// The table without AWS: dynalite in this process, in memory or in a folder that survives a restart.
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  paginateScan,
  type WriteRequest,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { untilWon } from '../lib/adapters/dynamo/retry.ts';
import { AdapterError } from '../lib/app/ports/world.ts';
import type { EpochMs } from '../lib/domain/workload/time.ts';
import { keepOtherPagesOut } from '../web/loopback.ts';
import { sendProblem } from '../web/plain-problems.ts';
import { ENDPOINT_FILE } from './data-folder.ts';
import { CREDENTIALS, REGION, readEndpoint, type TableAccess, writeEndpoint } from './embedded-endpoint.ts';

export interface EmbeddedTable extends TableAccess {
  /** Removes what expired before `now`, as DynamoDB's TTL does. @returns how many items that were */
  sweepExpired(now?: EpochMs): Promise<number>;
  close(): Promise<void>;
}

const BATCH_SIZE = 25;

const AT_ONCE = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };

/**
 * Starts the engine on a free port of 127.0.0.1, creates the table if it is not there and sweeps it once.
 * @param options.folder where the data lives; in memory without
 * @param options.guard stands before the engine, where not everybody may do everything
 * @throws AdapterError in one line where the folder cannot be written or another process has it open
 */
export async function startEmbeddedTable(
  options: { readonly folder?: string; readonly tableName?: string; readonly guard?: (server: Server) => void } = {},
): Promise<EmbeddedTable> {
  const { folder, tableName = 'ai4k8s' } = options;
  if (folder !== undefined) await claimFolder(folder);
  const server = dynalite({ ...AT_ONCE, ...(folder !== undefined && { path: folder }) });
  // The engine itself allows every page to read and write (CORS).
  options.guard?.(server);
  keepOtherPagesOut(server, (response, { status, detail }) => sendProblem(response, status, detail));
  const endpoint = await listen(server);
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  const sweepExpired = (now: EpochMs = Date.now()) => sweep(client, tableName, now);
  await createTable(client, tableName);
  await sweepExpired();
  if (folder !== undefined) writeEndpoint(folder, { endpoint, tableName, pid: process.pid });
  return {
    endpoint,
    tableName,
    region: REGION,
    credentials: CREDENTIALS,
    sweepExpired,
    async close() {
      client.destroy();
      if (folder !== undefined) rmSync(join(folder, ENDPOINT_FILE), { force: true });
      await stop(server);
    },
  };
}

/** The keys every table of ours has, in AWS and here. */
export async function createTable(client: DynamoDBClient, tableName: string): Promise<void> {
  const command = new CreateTableCommand({
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  });
  await client.send(command).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'ResourceInUseException')) throw error;
  });
  // The engine answers before the table can be used; on a busy machine the next call would come too early.
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.5 }, { TableName: tableName });
}

/** dynalite would throw past every handler, or wait for ever, on a folder it cannot open: so it is opened once before. */
async function claimFolder(folder: string): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw unusable(`The data folder ${folder} cannot be written: choose another or correct its permissions.`, error);
  }
  const database = new (databaseClass())(folder);
  try {
    await database.open();
  } catch (error) {
    if (!isLocked(error))
      throw unusable(
        `The data folder ${folder} cannot be opened: choose another, or move it away to start anew.`,
        error,
      );
    const pid = readEndpoint(folder)?.pid;
    const who = pid === undefined ? '' : ` (process ${pid})`;
    throw unusable(`The data folder ${folder} is in use by another process${who}: stop that or choose another.`, error);
  }
  await database.close();
}

/** LevelDB says so in its code, its cause's code, or in words only, depending on how far it came. */
function isLocked(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'code' in error && error.code === 'LEVEL_LOCKED' ? true : isLocked(error.cause) || /lock/i.test(error.message);
}

interface Database {
  open(): Promise<void>;
  close(): Promise<void>;
}

/** The very LevelDB that dynalite uses, so that its lock is the one that is tried. */
function databaseClass(): new (folder: string) => Database {
  const requireAsDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  return (requireAsDynalite('level') as { readonly Level: new (folder: string) => Database }).Level;
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
}

async function sweep(client: DynamoDBClient, tableName: string, now: EpochMs): Promise<number> {
  const pages = paginateScan(
    { client },
    {
      TableName: tableName,
      ProjectionExpression: 'pk, sk',
      FilterExpression: 'expires_at <= :now',
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
    },
  );
  let swept = 0;
  for await (const { Items = [] } of pages) {
    const requests = Items.map((Key) => ({ DeleteRequest: { Key } }));
    for (let i = 0; i < requests.length; i += BATCH_SIZE) {
      await deleteAll(client, tableName, requests.slice(i, i + BATCH_SIZE));
    }
    swept += requests.length;
  }
  return swept;
}

/**
 * A batch is carried out as far as there is room: what was left is sent again, later each time.
 * @throws AdapterError where some is left after eight times
 */
export async function deleteAll(
  client: Pick<DynamoDBClient, 'send'>,
  tableName: string,
  requests: readonly WriteRequest[],
): Promise<void> {
  let left: readonly WriteRequest[] = requests;
  const done = await untilWon(async () => {
    const command = new BatchWriteItemCommand({ RequestItems: { [tableName]: [...left] } });
    left = (await client.send(command)).UnprocessedItems?.[tableName] ?? [];
    return left.length === 0 || null;
  });
  if (done !== null) return;
  const message = `DynamoDB table "${tableName}": ${left.length} expired items were not removed; the next sweep tries again.`;
  throw new AdapterError('dynamodb', message, { retryable: true });
}

function unusable(message: string, cause: unknown): AdapterError {
  return new AdapterError('dynamodb', message, { retryable: false, cause });
}
