// The one table: every call of a store passes here, so that capacity is counted, errors read alike and expired items stay unseen.
import { globalAgent } from 'node:https';
import { type ConsumedCapacity, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandOutput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { EpochMs } from '../../domain/workload/time.ts';
import { aheadMsOf } from './ahead.ts';
import { isConditionFailed, toAdapterError } from './errors.ts';
import { type Key, kindOfItem } from './keys.ts';

export interface Item extends Key {
  /** Version of the item's kind, see items.ts. */
  readonly v: number;
  /** Seconds since 1970 from which on the item counts as absent; DynamoDB's TTL removes it some time later. */
  readonly expires_at?: number;
  readonly [attribute: string]: unknown;
}

export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** An UpdateExpression and the condition under which it applies; both share names and values. */
interface Update {
  readonly expression: string;
  readonly condition: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

interface Range {
  /** Sort keys, both inclusive. */
  readonly from: string;
  readonly to: string;
  readonly limit?: number;
  readonly newestFirst?: boolean;
  /** Sort key after which to go on, in the direction of reading. */
  readonly after?: string;
  readonly consistent?: boolean;
}

export interface Units {
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly calls: number;
}

interface Capacity extends Units {
  /** By kind of item, as in `kindOfItem`. */
  readonly byKind: ReadonlyMap<string, Units>;
}

export interface Table {
  readonly name: string;
  /** Running totals since the table was opened. */
  readonly capacity: Capacity;
  /** The clock that `expires_at` is held against. */
  now(): EpochMs;
  /** What is dated further ahead of the clock counts as absent, see ahead.ts. */
  readonly aheadMs: number;
  /** Eventually consistent unless asked otherwise; null where there is none or it has expired. */
  get(key: Key, options?: { readonly consistent: boolean }): Promise<Item | null>;
  /** False where the condition did not hold. */
  put(item: Item, condition?: Condition): Promise<boolean>;
  /** False where the condition did not hold. */
  update(key: Key, update: Update): Promise<boolean>;
  /** Updates, and tells what a number is then; null where the condition did not hold. */
  add(key: Key, attribute: string, update: Update): Promise<number | null>;
  /** Updates, and returns the item as it is then; null where the condition did not hold. */
  change(key: Key, update: Update): Promise<Item | null>;
  /** Every live item of a partition within a range of sort keys, through all pages. */
  query(pk: string, range: Range): Promise<readonly Item[]>;
  close(): void;
}

export interface TableOptions {
  readonly tableName: string;
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** How requests get there where that is not over the network. */
  readonly transport?: Pick<DynamoDBClientConfig, 'requestHandler' | 'signer'> | undefined;
  /** Wall time unless the caller simulates. */
  readonly now?: (() => EpochMs) | undefined;
  /** Of the ticks that write here; 60 unless given. */
  readonly tickSeconds?: number | undefined;
}

interface Metered {
  ConsumedCapacity?: ConsumedCapacity | undefined;
}

/** Opens the table. Nothing is sent before the first call; region and credentials default to the SDK's chain. */
export function openTable(options: TableOptions): Table {
  const { tableName, now = Date.now, tickSeconds = 60 } = options;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(options)), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const { read, write, totals } = metered(tableName);
  const common = { TableName: tableName, ReturnConsumedCapacity: 'TOTAL' } as const;
  // What is no time expires never.
  const isLive = ({ expires_at }: Item) => typeof expires_at !== 'number' || expires_at * 1000 > now();

  return {
    name: tableName,
    capacity: totals,
    now,
    aheadMs: aheadMsOf(tickSeconds),
    async get({ pk, sk }, { consistent } = { consistent: false }) {
      const command = new GetCommand({ ...common, Key: { pk, sk }, ConsistentRead: consistent });
      const { Item: found } = await read('GetItem', { pk, sk }, client.send(command));
      return found !== undefined && isLive(found as Item) ? (found as Item) : null;
    },
    put(item, condition) {
      const command = new PutCommand({ ...common, Item: item, ...(condition && conditionInput(condition)) });
      return write('PutItem', item, client.send(command));
    },
    update(key, update) {
      return write('UpdateItem', key, client.send(new UpdateCommand({ ...common, ...updateInput(key, update) })));
    },
    async add(key, attribute, update) {
      const input = { ...common, ...updateInput(key, update), ReturnValues: 'UPDATED_NEW' } as const;
      const sent = client.send(new UpdateCommand(input));
      return (await write('UpdateItem', key, sent)) ? Number((await sent).Attributes?.[attribute]) : null;
    },
    async change(key, update) {
      const input = { ...common, ...updateInput(key, update), ReturnValues: 'ALL_NEW' } as const;
      const sent = client.send(new UpdateCommand(input));
      return (await write('UpdateItem', key, sent)) ? ((await sent).Attributes as Item) : null;
    },
    async query(pk, range) {
      const found: Item[] = [];
      const wanted = range.limit ?? Number.POSITIVE_INFINITY;
      let start = range.after === undefined ? undefined : { pk, sk: range.after };
      do {
        const limit = wanted - found.length;
        const command = new QueryCommand({ ...common, ...rangeInput(pk, range, limit), ExclusiveStartKey: start });
        const page: QueryCommandOutput = await read('Query', { pk, sk: range.from }, client.send(command));
        found.push(...((page.Items ?? []) as Item[]).filter(isLive));
        start = page.LastEvaluatedKey as Key | undefined;
      } while (start !== undefined && found.length < wanted);
      return found;
    },
    close: () => client.destroy(),
  };
}

/** Holds where there is no item, or only one that has expired and was not removed yet. */
export function absent(now: EpochMs): Condition {
  const values = { ':seconds': Math.floor(now / 1000) };
  return { expression: 'attribute_not_exists(pk) OR expires_at <= :seconds', values };
}

function clientConfig({ region, endpoint, credentials, transport }: TableOptions): DynamoDBClientConfig {
  // A tick has a minute: a call that hangs is better lost and sent again by the SDK, which does so three times.
  const patience = { requestTimeout: 3000, throwOnRequestTimeout: true, connectionTimeout: 1000 };
  // Under NODE_USE_ENV_PROXY Node's own agent minds HTTPS_PROXY and NO_PROXY; the SDK's own minds neither.
  const isProxied = globalAgent.options.proxyEnv !== undefined;
  const requestHandler = isProxied ? { ...patience, httpsAgent: globalAgent } : patience;
  return {
    requestHandler,
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    ...transport,
  };
}

function updateInput({ pk, sk }: Key, { expression, condition, ...rest }: Update) {
  return { Key: { pk, sk }, UpdateExpression: expression, ...conditionInput({ expression: condition, ...rest }) };
}

function conditionInput({ expression, names, values }: Condition) {
  return {
    ConditionExpression: expression,
    ...(names && { ExpressionAttributeNames: { ...names } }),
    ...(values && { ExpressionAttributeValues: { ...values } }),
  };
}

function rangeInput(pk: string, { from, to, newestFirst = false, consistent = false }: Range, limit: number) {
  return {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
    ScanIndexForward: !newestFirst,
    ConsistentRead: consistent,
    ...(Number.isFinite(limit) && { Limit: limit }),
  };
}

/** Waits for what was sent, counts what it consumed and words what went wrong. */
function metered(tableName: string) {
  const totals = { ...noUnits(), byKind: new Map<string, MutableUnits>() };
  const count = (what: 'readUnits' | 'writeUnits', key: Key, units: number | undefined) => {
    const kind = kindOfItem(key);
    const ofKind = totals.byKind.get(kind) ?? noUnits();
    totals.byKind.set(kind, ofKind);
    for (const counted of [totals, ofKind]) {
      counted[what] += units ?? 0;
      counted.calls += 1;
    }
  };
  return {
    totals,
    async read<T extends Metered>(operation: string, key: Key, sent: Promise<T>): Promise<T> {
      const answer = await sent.catch((error: unknown) => {
        throw toAdapterError(error, tableName, operation);
      });
      count('readUnits', key, answer.ConsumedCapacity?.CapacityUnits);
      return answer;
    },
    async write(operation: string, key: Key, sent: Promise<Metered>): Promise<boolean> {
      try {
        count('writeUnits', key, (await sent).ConsumedCapacity?.CapacityUnits);
        return true;
      } catch (error) {
        if (!isConditionFailed(error)) throw toAdapterError(error, tableName, operation);
        // A failed condition is billed but not reported: at least one unit.
        count('writeUnits', key, 1);
        return false;
      }
    },
  };
}

type MutableUnits = { -readonly [field in keyof Units]: number };

function noUnits(): MutableUnits {
  return { readUnits: 0, writeUnits: 0, calls: 0 };
}
